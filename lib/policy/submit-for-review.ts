import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyVersions } from "../db/schema";
import { fail, ok, type Reason, type Result } from "../errors";
import { earliestEffect } from "../notices/notice-period";
import type { PolicyProblem } from "./document";
import { lockUnannounced } from "./drafts";
import { problemsIn } from "./problems-in";
import type { PolicyValues } from "./values";

const schema = z.object({ versionId: z.uuid() });

/** A refusal that names what is wrong, line by line. */
export type Refusal = { ok: false; reason: "policy-problems"; problems: PolicyProblem[] };
type Reasons = Extract<
  Reason,
  "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-author" | "already-done" | "too-early"
>;

/**
 * Hands a draft to a second person. Refused with every problem named while its source does not parse, a
 * sentence disagrees with the configuration (rule 2), highlights are missing or proposed and not decided on, or no time is set that leaves
 * everybody the notice period.
 */
export async function submitForReview(
  ctx: Ctx,
  input: z.input<typeof schema>,
  values?: PolicyValues,
): Promise<Result<{ number: number }, Reasons> | Refusal> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  return withPower(ctx, async (tx) => {
    const version = await lockUnannounced(tx, parsed.data.versionId);
    if (!version) return fail("not-found");
    if (version.authorId !== actor.staffId) return fail("not-author");
    if (version.submittedAt) return fail("already-done");
    const problems = await problemsIn(tx, version, values);
    if (problems.length > 0) return { ok: false, reason: "policy-problems" as const, problems };
    const early = !version.effectiveAt || Temporal.Instant.compare(version.effectiveAt, earliestEffect(tx.now)) < 0;
    // A technical upgrade holds from the moment it is recorded.
    if (version.kind === "change" && early) return fail("too-early");
    await tx.db.update(policyVersions).set({ submittedAt: tx.now }).where(eq(policyVersions.id, version.id));
    await recordAudit(tx, {
      action: "policy-version.submitted",
      object: { type: "policy_version", id: version.id },
      payload: { number: version.number, sha256: version.sha256 },
    });
    return ok({ number: version.number });
  });
}
