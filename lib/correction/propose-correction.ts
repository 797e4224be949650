import { eq } from "drizzle-orm";
import { z } from "zod";
import { keepAttachments } from "../attachments/keep-attachments";
import type { StoredFile } from "../attachments/store-files";
import { takeUploads, uploadedFiles } from "../attachments/take-uploads";
import { acknowledge } from "../cases/acknowledge";
import { changeCase, lockOwnCase } from "../cases/change-case";
import { createCase } from "../cases/create-case";
import { findSubject } from "../cases/find-subject";
import { addMessage } from "../cases/message-body";
import { paceRequest } from "../cases/pace-request";
import { holderOf } from "../cases/permit";
import { proveSignedIn } from "../cases/prove-signed-in";
import { recordEvent } from "../cases/record-event";
import { startReplyClock } from "../cases/run-clocks";
import type { Ctx, HolderCtx } from "../context";
import { keyedHash, sha256Hex } from "../crypto/hash";
import { cases, correctionItems } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { cellsOf } from "./own-fields";
import { type Proposed, plainWords, type Reviewed, reviewItems, type TypedItems, typedItems } from "./review-items";
import { correctionOpen, itemIdOf, storeItems } from "./store-items";

export const correctionInput = z.object({
  items: typedItems,
  /** Anything else that staff should know. */
  why: plainWords(4000),
  /** What shows that it is right, in files. */
  files: uploadedFiles,
  /** A request in words that becomes one by value; empty or left out: a request of its own. */
  reference: z
    .string()
    .max(40)
    .optional()
    .transform((reference) => reference || null),
  idempotencyKey: z.string().min(8).max(128),
});
export type CorrectionInput = z.input<typeof correctionInput>;

type Reasons =
  | "sign-in-required"
  | "step-up-required"
  | "not-found"
  | "invalid-input"
  | "too-many"
  | "cannot-check"
  | "correction-open"
  | "already-done"
  | "too-many-files"
  | "file-too-large"
  | "file-type"
  | "idempotency-mismatch";
type Made = { caseId: string; reference: string };

/** What the signed-in person typed against what is there now; see `reviewItems`. Changes nothing. */
export async function reviewCorrection(ctx: Ctx, items: TypedItems): Promise<Result<Reviewed, Reasons>> {
  const read = await cellsOf(ctx);
  return read.ok ? reviewItems(read.value.cells, items) : read;
}

/**
 * Asks to have values put right (GDPR 16), in a request of its own or in the frame of one that was made in words, whose clocks run
 * on. Each value is looked up again among what is the person's own; before, after and evidence are sealed under their key (L5). What
 * the map lets a rule decide is approved at once, unless they signed in from a new device a short while ago (S14); the rest waits
 * for staff.
 */
export async function proposeCorrection(ctx: Ctx, input: CorrectionInput): Promise<Result<Made, Reasons>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = correctionInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { items, why, files, reference } = parsed.data;
  const idempotencyKey = sha256Hex(`${holder.personId}\0${parsed.data.idempotencyKey}`);
  const bodySha256 = keyedHash(
    "case-body",
    JSON.stringify(["correction", items, why, ...(reference ? [reference] : [])]),
  );
  const sent = { holder, idempotencyKey, bodySha256, why, reference };
  // Sent again after it was applied, the values are no news any more: the same request all the same (R7).
  const known = await withTransaction(ctx, (tx) => knownCase(tx, sent));
  if (known) return known.same ? ok(known.made) : fail("idempotency-mismatch");
  const reviewed = await reviewCorrection(ctx, items);
  if (!reviewed.ok) return reviewed;
  const { proposed, wrong } = reviewed.value;
  if (Object.keys(wrong).length > 0) return fail("invalid-input");
  const stored = await takeUploads(files);
  if (!stored.ok) return stored;

  return withTransaction(ctx, (tx) => propose(tx, { ...sent, proposed, files: stored.value })).catch(correctionOpen);
}

type Sent = {
  holder: HolderCtx["actor"];
  idempotencyKey: string;
  bodySha256: string;
  why: string;
  reference: string | null;
};

async function propose(
  tx: Tx,
  asked: Sent & { proposed: Proposed[]; files: readonly StoredFile[] },
): Promise<Result<Made, Reasons>> {
  const { holder, proposed, why, files, idempotencyKey } = asked;
  const subject = await findSubject(tx, holder.personId);
  if (!subject) return fail("not-found");
  const paced = await paceRequest(tx, holder.personId, idempotencyKey);
  if (!paced.ok) return paced;
  const frame = asked.reference ? await frameOf(tx, asked.reference, asked) : await ownFrame(tx, asked);
  if (!frame.ok) return frame;
  const { caseId, reference, known } = frame.value;
  if (known) return ok({ caseId, reference });
  const fresh = holder.freshUntil !== null && Temporal.Instant.compare(holder.freshUntil, tx.now) > 0;
  const firstId = itemIdOf(idempotencyKey, asked.bodySha256);
  await storeItems(tx, caseId, holder.personId, proposed, { ruled: !fresh, firstId });
  const saysMore = why !== "" || files.length > 0;
  if (saysMore) {
    const text = why || "Files that show how it should be.";
    const { messageId } = await addMessage(tx, { caseId, subjectId: holder.personId, author: "subject", text });
    await keepAttachments(tx, { messageId, subjectId: holder.personId }, files);
  }
  const ruled = proposed.filter(({ cell }) => !fresh && cell.field.correct.by === "rule").length;
  if (ruled > 0) {
    await recordEvent(tx, { caseId, type: "correction.ruled", detail: { fields: ruled } });
    await enqueue(tx, "correction.apply", { caseId });
  }
  // Values for staff, words and files are read by a person, who replies.
  const isForStaff = ruled < proposed.length || saysMore;
  if (!asked.reference) {
    if (isForStaff) await acknowledge(tx, { caseId, reference, kind: "correction", subject });
    return ok({ caseId, reference });
  }
  await proveSignedIn(tx, caseId, holder.personId);
  await recordEvent(tx, { caseId, type: "correction.proposed", detail: { fields: proposed.length, by: "subject" } });
  await changeCase(tx, caseId, { awaitingSubjectAt: null });
  if (isForStaff) await startReplyClock(tx, caseId);
  return ok({ caseId, reference });
}

type Frame = Result<Made & { known?: true }, Reasons>;

async function ownFrame(tx: Tx, sent: Sent): Promise<Frame> {
  const { holder, idempotencyKey, bodySha256 } = sent;
  const made = await createCase(tx, {
    ...{ kind: "correction", channel: "dashboard", subjectId: holder.personId },
    ...{ idempotencyKey, bodySha256 },
  });
  if (made) return ok(made);
  const there = await knownCase(tx, sent);
  return there?.same ? ok({ ...there.made, known: true }) : fail("idempotency-mismatch");
}

/** The request in words that the values are put into: the person's own, a correction, and open. */
async function frameOf(tx: Tx, asked: string, sent: Sent): Promise<Frame> {
  const row = await lockOwnCase(tx, asked, sent.holder.personId);
  if (row?.kind !== "correction" || row.mergedInto) return fail("not-found");
  // A second click waited at the lock.
  const there = await knownCase(tx, sent);
  if (there) return ok({ ...there.made, known: true });
  if (row.closedAt) return fail("already-done");
  return ok({ caseId: row.id, reference: row.reference });
}

/** What the same form did before: its own request, or the values that it put into one. */
async function knownCase(tx: Tx, { idempotencyKey, bodySha256, reference }: Sent) {
  if (reference) {
    const [item] = await tx.db
      .select({ caseId: cases.id, reference: cases.reference })
      .from(correctionItems)
      .innerJoin(cases, eq(cases.id, correctionItems.caseId))
      .where(eq(correctionItems.id, itemIdOf(idempotencyKey, bodySha256)));
    return item && { same: true, made: item };
  }
  const [known] = await tx.db.select().from(cases).where(eq(cases.idempotencyKey, idempotencyKey));
  return known && { same: known.bodySha256 === bodySha256, made: { caseId: known.id, reference: known.reference } };
}
