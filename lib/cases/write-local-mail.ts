import { randomUUID } from "node:crypto";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { storeFiles } from "../attachments/store-files";
import { uploadedFiles } from "../attachments/take-uploads";
import { type Ctx, systemCtx } from "../context";
import { inboundMails } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { env } from "../env";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { mailboxIsOpen } from "../mail/queries";
import { receiveMail } from "./receive-mail";
import { mailFileLimits } from "./take-mail";

const oneLine = (limit: number) =>
  z
    .string()
    .max(limit)
    .refine((text) => !/\p{Cc}/u.test(text), "Write one line.");

export const localMailInput = z.object({
  from: oneLine(500),
  to: oneLine(320).default(config.company.privacyMailbox),
  subject: oneLine(500).default(""),
  text: z.string().max(100_000),
  /** An automatic reply, as a mailbox of somebody who is away sends it. */
  automatic: z.literal("on").optional(),
  /** The sender's domain stands for it. */
  proved: z.literal("on").optional(),
  files: uploadedFiles,
});

/** Whether mails can be written here: in the demo and in tests, while no mail service is configured. */
export const localMailIsOpen = (): boolean => mailboxIsOpen() && !env().RESEND_API_KEY;

/** A mail to the privacy address, written on a page in place of a mail program; the same use case takes it. */
export async function writeLocalMail(
  ctx: Ctx,
  input: z.input<typeof localMailInput>,
): Promise<Result<{ inboundId: string }>> {
  if (!localMailIsOpen()) return fail("not-found");
  const parsed = localMailInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { from, to, subject, text, automatic, proved, files } = parsed.data;
  const offered = files.map((file) => ({
    name: file.name,
    size: file.size,
    read: async () => Buffer.from(await file.arrayBuffer()),
  }));
  const stored = automatic ? [] : await storeFiles(offered, mailFileLimits);
  const inboundId = newId();
  const mailbox: Ctx = { ...systemCtx("dev:mailbox", ctx.clock), requestId: ctx.requestId };
  await withTransaction(mailbox, (tx) =>
    tx.db.insert(inboundMails).values({ id: inboundId, providerId: `local-${inboundId}`, receivedAt: tx.now }),
  );
  const mail = {
    ...{ from, to: [to], subject, text: text.replaceAll("\0", "").replace(/\r\n?/g, "\n"), proved: proved === "on" },
    messageId: `<${randomUUID()}@mailbox.invalid>`,
    headers: automatic ? ([["auto-submitted", "auto-replied"]] as const) : [],
  };
  await receiveMail(mailbox, { inboundId, mail, files: stored });
  return ok({ inboundId });
}
