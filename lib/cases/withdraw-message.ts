import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseEvents } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";
import { type CaseRow, changeCase } from "./change-case";
import { mailTargetOf } from "./contact";
import { isDecision } from "./decision-words";
import { messageAt } from "./message-at";
import { writeBar } from "./message-bars";
import { oweReplyAgain } from "./owe-reply-again";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { type MessageGround, messageGroundKeys, nothingBut } from "./redaction";
import { statusPathFor } from "./status-path";
import { wentByMail } from "./went-by-mail";

export const withdrawMessageInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  messageId: z.uuid(),
  ground: z.enum(messageGroundKeys),
});
export type WithdrawMessageInput = z.input<typeof withdrawMessageInput>;

/**
 * Takes a message out of view, with its files: a reply that went wrong, or what should never have been sent to us. In its place
 * stand the day and the ground; the message itself lies sealed as evidence, and an officer reads it with a reason. A reply that
 * answered is owed again, by the clock that it had stopped. The words of a decision stay (L2).
 */
export async function withdrawMessage(ctx: Ctx, input: WithdrawMessageInput): Promise<Result<{ owedAgain: boolean }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = withdrawMessageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, messageId, ground } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await messageAt(tx, { caseId, revision, messageId });
    if (!found.ok) return found;
    const { row, message, text, bars } = found.value;
    const events = await tx.db
      .select()
      .from(caseEvents)
      .where(eq(caseEvents.caseId, caseId))
      .orderBy(asc(caseEvents.at), asc(caseEvents.id));
    if (isDecision(events, messageId)) return fail("decision-words");
    const id = newId();
    const bar = { id, ground, whole: true, staffId: worker.staffId };
    await writeBar(tx, message, { ...bar, text: nothingBut(id), was: text, first: bars.length === 0 }, row.subjectId);
    const isReply = message.author === "staff" && !message.internal;
    const owedAgain = isReply && (await oweReplyAgain(tx, row, message));
    const mailed = !(await dropMail(tx, messageId)) && wentByMail(events, messageId, row.kind);
    if (isReply) await tell(tx, row, { messageId, ground, owedAgain, mailed });
    await changeCase(tx, caseId, {});
    const detail = { messageId, ground, owedAgain };
    await recordEvent(tx, { caseId, type: "message.withdrawn", detail, internal: message.internal });
    await recordAudit(tx, { action: "message.withdrawn", object: { type: "case", id: caseId }, payload: detail });
    return ok({ owedAgain });
  });
}

/** A mail with a reply that nobody tried to send yet is not sent. @returns whether there was one */
async function dropMail(tx: Tx, messageId: string): Promise<boolean> {
  const [found] = await tx.db.execute<{ dropped: boolean }>(sql`select tc_drop_reply_mail(${messageId}) as dropped`);
  return found?.dropped === true;
}

/** They were told of the reply, so they are told that it does not stand. */
async function tell(
  tx: Tx,
  row: CaseRow,
  { messageId, ...withdrawn }: { messageId: string; ground: MessageGround; owedAgain: boolean; mailed: boolean },
): Promise<void> {
  const target = await mailTargetOf(tx, row);
  if (!target) return;
  const statusPath = await statusPathFor(tx, row);
  await queueMail(tx, {
    template: "reply-withdrawn",
    to: target.to,
    personId: target.personId,
    kind: row.contact ? "security" : "case-updates",
    props: {
      ...{ reference: row.reference, kind: row.kind, ...withdrawn },
      ...{ statusPath, account: !row.contact },
    },
    idempotencyKey: `reply-withdrawn-${messageId}`,
  });
}
