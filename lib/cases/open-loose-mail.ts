import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { openForSubject } from "../crypto/subject-seal";
import { inboundMails } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { readSender } from "../mail/read-sender";
import { inboundPlace, mailContent } from "./mail-facts";
import { openMailInquiry } from "./open-mail-inquiry";
import { caseWorker } from "./permit";

export const openLooseMailInput = z.object({ inboundId: z.uuid() });

/**
 * Staff make a question of a mail that was taken for a machine's. Its 72 hours run from when it came in, as if it had been
 * seen at once; no confirmation goes out, since a person replies now. What was attached was not kept.
 */
export async function openLooseMail(
  ctx: Ctx,
  input: z.input<typeof openLooseMailInput>,
): Promise<Result<{ caseId: string }>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = openLooseMailInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  return withPower(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(inboundMails)
      .where(eq(inboundMails.id, parsed.data.inboundId))
      .for("update");
    if (!row) return fail("not-found");
    if (row.messageId || !row.sealed) return fail("already-done");
    const opened = await openForSubject(tx, null, inboundPlace(row.id), row.sealed);
    if (!opened) return fail("key-destroyed");
    const mail = mailContent.parse(JSON.parse(opened.toString("utf8")));
    const made = await openMailInquiry(tx, {
      mail,
      sender: readSender(mail.from),
      subjectId: null,
      receivedAt: row.receivedAt,
    });
    await tx.db.update(inboundMails).set({ messageId: made.messageId }).where(eq(inboundMails.id, row.id));
    await recordAudit(tx, {
      action: "mail.opened-as-case",
      object: { type: "inbound-mail", id: row.id },
      payload: { caseId: made.caseId, nature: row.nature },
    });
    return ok({ caseId: made.caseId });
  });
}
