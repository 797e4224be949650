import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { policyVersions } from "../db/schema";
import { fail, ok, type Reason, type Result } from "../errors";
import { currentApproval } from "./approval";
import { lockUnannounced } from "./drafts";
import { problemsIn } from "./problems-in";
import { announcedIn, inForceIn } from "./queries";
import type { Refusal } from "./submit-for-review";

const schema = z.object({ versionId: z.uuid() });
type Reasons = Extract<
  Reason,
  "not-allowed" | "invalid-input" | "step-up-required" | "not-found" | "not-approved" | "overtaken" | "version-pending"
>;

/**
 * Puts a technical upgrade in the place of the version in force: the same words, numbers, links and promises in
 * another rendering. It holds at once and notifies nobody, and two people stand behind it as behind any version
 * (S15). Not while another version waits for its day: that one was announced as a change of what is in force now.
 */
export async function recordUpgrade(
  ctx: Ctx,
  input: z.input<typeof schema>,
): Promise<Result<{ number: number }, Reasons> | Refusal> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  const parsed = schema.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { versionId } = parsed.data;
  return withPower(ctx, async (tx) => {
    const version = await lockUnannounced(tx, versionId);
    if (version?.kind !== "technical") return fail("not-found");
    const approval = await currentApproval(tx, version);
    if (!approval) return fail("not-approved");
    if (await announcedIn(tx)) return fail("version-pending");
    const inForce = await inForceIn(tx);
    if (inForce && inForce.number > version.number) return fail("overtaken");
    const problems = await problemsIn(tx, version);
    if (problems.length > 0) return { ok: false, reason: "policy-problems" as const, problems };
    await tx.db
      .update(policyVersions)
      .set({ announcedAt: tx.now, effectiveAt: tx.now })
      .where(eq(policyVersions.id, versionId));
    await recordAudit(tx, {
      action: "policy-version.upgraded",
      object: { type: "policy_version", id: versionId },
      payload: {
        number: version.number,
        sha256: version.sha256,
        before: inForce?.number ?? null,
        approval: approval.id,
        boundTo: approval.boundTo,
      },
    });
    return ok({ number: version.number });
  });
}
