import { and, eq, inArray, isNull } from "drizzle-orm";
import { z } from "zod";
import { acknowledge } from "../cases/acknowledge";
import { createCase } from "../cases/create-case";
import { findSubject } from "../cases/find-subject";
import { addMessage } from "../cases/message-body";
import { paceRequest } from "../cases/pace-request";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { keyedHash, sha256Hex } from "../crypto/hash";
import type { OwnCell } from "../data-map/own-cells";
import { cases, correctionItems } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { cellHash, sealContent } from "./content";
import { cellsOf, labelOf } from "./own-fields";
import { validValue } from "./valid-value";

/** As many values in one request, at most. */
export const mostItems = 20;
const words = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim());

export const correctionInput = z.object({
  items: z
    .array(z.object({ handle: z.string().max(100), value: z.string().max(10_000), evidence: words(2000) }))
    .min(1)
    .max(mostItems),
  /** Anything else that staff should know. */
  why: words(4000),
  idempotencyKey: z.string().min(8).max(128),
});
export type CorrectionInput = z.input<typeof correctionInput>;

export type Proposed = { cell: OwnCell; handle: string; after: string; evidence: string };
type Reasons =
  | "sign-in-required"
  | "step-up-required"
  | "not-found"
  | "invalid-input"
  | "too-many"
  | "cannot-check"
  | "correction-open"
  | "idempotency-mismatch";

/**
 * What was typed against what is there now: each value in its form, and other than what stands there. Changes nothing.
 * @returns the proposals, or a sentence for each field that is not right, by its handle
 */
export async function reviewCorrection(
  ctx: Ctx,
  items: z.output<typeof correctionInput>["items"],
): Promise<Result<{ proposed: Proposed[]; wrong: Record<string, string>; personId: string }, Reasons>> {
  const read = await cellsOf(ctx);
  if (!read.ok) return read;
  const wrong: Record<string, string> = {};
  const proposed: Proposed[] = [];
  for (const { handle, value, evidence } of items) {
    const cell = read.value.cells.get(handle);
    // Not theirs, not there (any more), and not to be corrected this way are one answer (S2).
    if (!cell || cell.field.correct.by === "address") return fail("not-found");
    const valid = validValue(cell.field.correct, value);
    if (!valid.ok) wrong[`value.${handle}`] = valid.say;
    else if (valid.value === cell.value) wrong[`value.${handle}`] = "This is what stands there already.";
    else proposed.push({ cell, handle, after: valid.value, evidence });
    if (cell.field.correct.by === "staff" && evidence.length < 3)
      wrong[`evidence.${handle}`] = "Say in a few words how one can see that it is right.";
  }
  if (new Set(proposed.map(({ handle }) => handle)).size !== proposed.length) return fail("invalid-input");
  return ok({ proposed, wrong, personId: read.value.personId });
}

/**
 * Asks to have values put right (GDPR 16). Each is looked up again among what is the person's own; before, after and evidence are
 * sealed under their key (L5). What the map lets a rule decide is approved at once, unless they signed in from a new device a
 * short while ago (S14); the rest waits for staff.
 */
export async function proposeCorrection(
  ctx: Ctx,
  input: CorrectionInput,
): Promise<Result<{ caseId: string; reference: string }, Reasons>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = correctionInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { items, why } = parsed.data;
  const idempotencyKey = sha256Hex(`${holder.personId}\0${parsed.data.idempotencyKey}`);
  const bodySha256 = keyedHash("case-body", JSON.stringify(["correction", items, why]));
  // Sent again after it was applied, the values are no news any more: the same request all the same (R7).
  const known = await withTransaction(ctx, (tx) => knownCase(tx, idempotencyKey));
  if (known) return known.bodySha256 === bodySha256 ? ok(known.made) : fail("idempotency-mismatch");
  const reviewed = await reviewCorrection(ctx, items);
  if (!reviewed.ok) return reviewed;
  const { proposed, wrong } = reviewed.value;
  if (Object.keys(wrong).length > 0) return fail("invalid-input");

  return withTransaction(ctx, async (tx): Promise<Result<{ caseId: string; reference: string }, Reasons>> => {
    const subject = await findSubject(tx, holder.personId);
    if (!subject) return fail("not-found");
    const paced = await paceRequest(tx, holder.personId, idempotencyKey);
    if (!paced.ok) return paced;
    const made = await createCase(tx, {
      ...{ kind: "correction", channel: "dashboard", subjectId: holder.personId },
      ...{ idempotencyKey, bodySha256 },
    });
    if (!made) {
      const there = await knownCase(tx, idempotencyKey);
      return there?.bodySha256 === bodySha256 ? ok(there.made) : fail("idempotency-mismatch");
    }
    const fresh = holder.freshUntil !== null && Temporal.Instant.compare(holder.freshUntil, tx.now) > 0;
    const stored = await storeItems(tx, made.caseId, holder.personId, proposed, { ruled: !fresh });
    // Thrown, so that the case goes with it.
    if (!stored) throw new CorrectionOpen();
    if (why) await addMessage(tx, { caseId: made.caseId, subjectId: holder.personId, author: "subject", text: why });
    const ruled = proposed.filter(({ cell }) => !fresh && cell.field.correct.by === "rule").length;
    if (ruled > 0) {
      await recordEvent(tx, { caseId: made.caseId, type: "correction.ruled", detail: { fields: ruled } });
      await enqueue(tx, "correction.apply", { caseId: made.caseId });
    }
    if (ruled < proposed.length) await acknowledge(tx, { ...made, kind: "correction", subject });
    return ok(made);
  }).catch((error: unknown) => {
    if (error instanceof CorrectionOpen) return fail("correction-open");
    throw error;
  });
}

class CorrectionOpen extends Error {}

async function knownCase(tx: Tx, idempotencyKey: string) {
  const [known] = await tx.db.select().from(cases).where(eq(cases.idempotencyKey, idempotencyKey));
  return known && { bodySha256: known.bodySha256, made: { caseId: known.id, reference: known.reference } };
}

/** @returns false when one of the values has an open proposal already */
export async function storeItems(
  tx: Tx,
  caseId: string,
  personId: string,
  proposed: readonly Omit<Proposed, "handle">[],
  { ruled }: { ruled: boolean },
): Promise<boolean> {
  const rows = await Promise.all(
    proposed.map(async ({ cell, after, evidence }, position) => {
      const id = newId();
      const names = { system: cell.system, collection: cell.collection.name, field: cell.field.name };
      const by = cell.field.correct.by;
      const approved = by === "rule" && ruled;
      return {
        ...{ id, caseId, position, ...names, label: labelOf(cell), category: cell.field.policyCategory },
        by: by === "rule" && !ruled ? ("staff" as const) : by,
        cell: cellHash({ ...names, key: cell.key }),
        content: await sealContent(tx, personId, id, { key: cell.key, before: cell.value, after, evidence }),
        ...(approved ? { decision: "approved" as const, decidedAt: tx.now } : {}),
      };
    }),
  );
  const [open] = await tx.db
    .select({ id: correctionItems.id })
    .from(correctionItems)
    .where(
      and(
        inArray(
          correctionItems.cell,
          rows.map(({ cell }) => cell),
        ),
        isNull(correctionItems.settledAt),
      ),
    );
  if (open) return false;
  const made = await tx.db.insert(correctionItems).values(rows).onConflictDoNothing();
  return made.count === rows.length;
}
