import { eq } from "drizzle-orm";
import { z } from "zod";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { deletions } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { caseAt } from "./change-case";
import { closeCase } from "./close-case";
import { isDecidedApart } from "./decided-apart";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { reviewAppeal } from "./review-appeal";
import { approvalGroundKeys, declineGroundKeys } from "./words";

/** What a company answers is passed on to it, not decided here. */
const grounds = z.enum(approvalGroundKeys).exclude(["passed-on"]);
const base = { caseId: z.uuid(), revision: z.coerce.number().int().min(0), text: messageText };

export const decideCaseInput = z.discriminatedUnion("decision", [
  /** What was asked for has been done; `text` says what. */
  z.object({ ...base, decision: z.literal("approved"), ground: grounds.default("granted") }),
  /** A part was done and a part declined; `text` says which, and the ground is the refused part's (L2). */
  z.object({ ...base, decision: z.literal("partly"), ground: z.enum(declineGroundKeys) }),
  /** A question was answered, or nothing is left to do. */
  z.object({ ...base, decision: z.literal("completed"), ground: grounds.default("answered") }),
  /** `text` holds the reasons in words for this person (L2); the ground's key is kept for the record (L10). */
  z.object({ ...base, decision: z.literal("declined"), ground: z.enum(declineGroundKeys) }),
]);
export type DecideCaseInput = z.input<typeof decideCaseInput>;

/** What a decision makes of an appeal. */
const outcomes = { approved: "overturned", completed: "overturned", partly: "partly", declined: "upheld" } as const;

/**
 * Decides and closes a case, tells the subject why, stops every clock. A staff power, so it needs a
 * fresh step-up (S14). A deletion is not approved while its grace period or its erasure runs, nor after it was
 * cancelled; it can be declined at any time before the engine begins. While an appeal is open, an officer who did not decide
 * the first time decides both with one text; the database refuses anybody else (S15).
 */
export async function decideCase(ctx: Ctx, input: DecideCaseInput): Promise<Result<{ reference: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = decideCaseInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, text, decision, ground } = parsed.data;

  return withPower(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.closedAt) return fail("already-done");
    if (row.kind === "deletion") {
      const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
      if (decision !== "approved") {
        if (deletion?.begunAt) return fail("already-done");
      } else {
        if (!deletion || deletion.cancelledAt) return fail("already-done");
        if (!deletion.expiredAt || (deletion.begunAt && !deletion.carriedOutAt)) return fail("not-ready");
      }
    }
    if (await isDecidedApart(tx, row)) return fail("not-ready");
    const reviewed = await reviewAppeal(tx, row, worker, outcomes[decision]);
    if (!reviewed.ok) return reviewed;
    await closeCase(tx, row, { decision, ground, text, staffId: worker.staffId });
    // Of what staff carried out themselves a receipt is made as well; of what the engine did there is one.
    if (row.kind === "deletion" && decision === "approved") await enqueue(tx, "receipt.make", { caseId });
    return ok({ reference: row.reference });
  });
}
