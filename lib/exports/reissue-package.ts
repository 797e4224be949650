import { eq } from "drizzle-orm";
import { consume } from "../auth/rate-limit";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { packages } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { createPackage } from "./create-package";
import { packageState } from "./package-state";
import { ownPackage, replacement } from "./queries";

/**
 * Writes a package again that expired or failed, free of charge (P2), with a fresh step-up (P3). Many
 * clicks make one: while another one of the same request is under way or ready, that one is the answer.
 */
export function reissuePackage(ctx: Ctx, input: { packageId: string }): Promise<Result<{ packageId: string }>> {
  return withPower<Result<{ packageId: string }>>(ctx, async (tx) => {
    const found = await ownPackage(tx, input.packageId);
    if (!found) return fail("not-found");
    const { row } = found;
    // Clicks at the same time queue up here and see what the first one made.
    await tx.db.select({ id: packages.id }).from(packages).where(eq(packages.caseId, row.caseId)).for("update");
    const state = packageState(row, tx.now);
    if (state !== "expired" && state !== "failed") return fail("already-done");
    const live = await replacement(tx, row);
    if (live) return ok({ packageId: live });
    const paced = await consume("request.person", row.personId);
    if (!paced.ok) return paced;
    const { caseId, personId, scope, platformCompanyId: companyId } = row;
    return ok(await createPackage(tx, { caseId, personId, scope, companyId }));
  });
}
