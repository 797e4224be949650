import { z } from "zod";
import { recordAudit } from "../audit/record";
import { type Ctx, isSteppedUp } from "../context";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { redrive } from "./queue";

const schema = z.object({ jobId: z.uuid() });

/**
 * Puts a job that failed to the end back into its own queue, once; every job may run twice with the
 * effect of once (R2), so this is safe. Agents and officers.
 */
export async function retryDeadLetter(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<null, "not-allowed" | "invalid-input" | "step-up-required" | "already-done">> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  return withTransaction(ctx, async (tx) => {
    if (!isSteppedUp(actor, tx.now)) return fail("step-up-required");
    if ((await redrive(tx, parsed.data.jobId)) === 0) return fail("already-done");
    await recordAudit(tx, { action: "job.retried", object: { type: "job", id: parsed.data.jobId } });
    return ok(null);
  });
}
