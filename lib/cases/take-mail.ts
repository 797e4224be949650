import { eq } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { storeFiles } from "../attachments/store-files";
import type { Ctx } from "../context";
import { inboundMails } from "../db/schema";
import { withRead } from "../db/transaction";
import { faultPoint } from "../faults";
import { mailNature } from "../mail/mail-nature";
import { fetchReceivedMail } from "../mail/resend-receiving";
import { receiveMail } from "./receive-mail";

const { fileBytes, mailBytes, files: most } = config.attachments;
/** Of one mail's files. */
export const mailFileLimits = { fileBytes, totalBytes: mailBytes, files: most };

/**
 * Job: fetches a mail that was reported, stores its files, and lets `receiveMail` decide what it becomes. Until that one
 * transaction nothing lasts but files that no row knows, which are removed later: it may die anywhere and run again (R2).
 * @throws MailNotFetched when the service does not answer; the queue tries again, and shows it on the desk at the end (R10)
 */
export async function takeMail(ctx: Ctx, { inboundId }: { inboundId: string }): Promise<void> {
  const [row] = await withRead(ctx, (tx) => tx.db.select().from(inboundMails).where(eq(inboundMails.id, inboundId)));
  if (!row || row.processedAt) return;
  const { mail, files } = await fetchReceivedMail(row.providerId);
  await faultPoint("mail.fetched");
  // What machines send along is not kept.
  const stored = mailNature(mail) === "person" ? await storeFiles(files, mailFileLimits) : [];
  await faultPoint("mail.stored");
  await receiveMail(ctx, { inboundId, mail, files: stored });
}
