import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { clientRequests } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { ownedCompany } from "./owned-company";

type Reasons = "sign-in-required" | "not-allowed" | "cannot-check" | "not-found";

/** The owner has answered what was passed on to their company: what the person wrote is destroyed here (L11). */
export async function finishRequest(ctx: Ctx, { requestId }: { requestId: string }): Promise<Result<null, Reasons>> {
  const company = await ownedCompany(ctx);
  if (!company.ok) return company;
  const { personId, companyId } = company.value;
  return withTransaction(ctx, async (tx) => {
    const done = await tx.db
      .update(clientRequests)
      .set({ doneAt: tx.now, doneBy: personId, sealed: null })
      .where(
        and(eq(clientRequests.id, requestId), eq(clientRequests.companyId, companyId), isNull(clientRequests.doneAt)),
      );
    if (done.count === 0) return fail("not-found");
    await recordAudit(tx, {
      action: "client-request.done",
      object: { type: "client-request", id: requestId },
      payload: { company: companyId },
    });
    return ok(null);
  });
}
