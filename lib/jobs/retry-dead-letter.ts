import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
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
  return withPower(ctx, async (tx) => {
    if ((await redrive(tx, parsed.data.jobId)) === 0) return fail("already-done");
    await recordAudit(tx, { action: "job.retried", object: { type: "job", id: parsed.data.jobId } });
    return ok(null);
  });
}
