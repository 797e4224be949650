import { eq } from "drizzle-orm";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { changeCase } from "../cases/change-case";
import { findSubject } from "../cases/find-subject";
import { addMessage } from "../cases/message-body";
import { messageText } from "../cases/message-text";
import { recordEvent } from "../cases/record-event";
import { type DeclineGround, declineGrounds } from "../cases/words";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { systemInWords } from "./extent";
import { purposeInWords } from "./purposes";
import { type AtRecord, type RecordRow, recordTarget, withRecord } from "./with-record";
import { type LiftGround, liftGroundKeys, liftGrounds } from "./words";

export const announceLiftInput = recordTarget.extend({ ground: z.enum(liftGroundKeys), text: messageText });

/**
 * Tells a person that a limit they asked for ends, why and when (GDPR 18(3), L7). It goes on standing until that day, `liftDays`
 * from now, and is then lifted by the minute's job; a message of theirs that nobody answered keeps it up.
 */
export function announceLift(ctx: Ctx, raw: z.input<typeof announceLiftInput>): Promise<Result<null>> {
  return withRecord(ctx, announceLiftInput, raw, async (tx, at, { ground, text }) => {
    const { record, row } = at;
    if (isUnconditional(record)) return fail("unconditional");
    if (record.liftsAt || record.kind === "exception") return fail("already-done");
    // Not weighed yet: it is decided, not lifted.
    if (!record.decidedAt) return fail("not-ready");
    const { messageId } = await addMessage(tx, { caseId: row.id, subjectId: row.subjectId, author: "staff", text });
    await changeCase(tx, row.id, {});
    await tx.db
      .update(processingRecords)
      .set(await announced(tx, at, ground, messageId))
      .where(eq(processingRecords.id, record.id));
    return ok(null);
  });
}

/** What an objection stops for good nobody but the person ends. */
export const isUnconditional = ({ kind, purpose }: Pick<RecordRow, "kind" | "purpose">): boolean =>
  kind === "objection" && purpose === "improvement";

/**
 * Tells the person by mail, timeline and log.
 * @param messageId the words about it, where they are not those of a decision
 * @returns what to write into the record
 */
export async function announced(
  tx: Tx,
  { row, record, staffId }: AtRecord,
  ground: LiftGround | DeclineGround,
  messageId: string | null = null,
) {
  const liftsAt = tx.now.add({ hours: 24 * config.processing.liftDays });
  const { kind, purpose, system } = record;
  const subject = await findSubject(tx, record.personId);
  if (subject)
    await queueMail(tx, {
      template: "processing-lift",
      to: subject.email,
      personId: subject.personId,
      props: {
        ...{ reference: row.reference, kind: kind === "objection" ? "objection" : "restriction" },
        what: `${purposeInWords(purpose)}${systemInWords(system)}`,
        ground: ground in liftGrounds ? liftGrounds[ground as LiftGround] : declineGrounds[ground as DeclineGround],
        liftsAt: inWords(liftsAt, subject.timeZone),
      },
      idempotencyKey: `processing-lift-${record.id}-${tx.now.epochMilliseconds}`,
    });
  await recordEvent(tx, {
    caseId: row.id,
    type: "processing.lift-announced",
    detail: { kind, purpose, system, ground, liftsAt: liftsAt.toString(), messageId },
  });
  await recordAudit(tx, {
    action: "processing.lift-announced",
    object: { type: "processing", id: record.id },
    payload: { kind, purpose, system, ground },
  });
  return { liftAnnouncedAt: tx.now, liftAnnouncedBy: staffId, liftGround: ground, liftsAt };
}
