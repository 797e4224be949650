import { z } from "zod";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import { withPower } from "../auth/with-power";
import { type Ctx, isSteppedUp } from "../context";
import { findClient } from "../data-map/find-clients";
import { homeSystem } from "../data-map/load";
import { clientErasures } from "../db/schema";
import { eraserUrl } from "../erasure/eraser-url";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { ownedCompany } from "./owned-company";

export const orderClientErasureInput = z.object({
  clientId: z.string().min(1).max(200),
  /** The client's name as it stands there, typed as a confirmation. */
  confirmation: z.string().max(500),
});

type Reasons =
  | "sign-in-required"
  | "not-allowed"
  | "cannot-check"
  | "invalid-input"
  | "step-up-required"
  | "too-many"
  | "not-found"
  | "confirmation-mismatch";

const plain = (text: string) => text.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

/**
 * The owner of a company has one of its clients erased: the company decides about these people (GDPR 4(7)), so no grace period
 * stands between, only a preview, the name typed, and a fresh proof of who asks (S14). The engine does it in a job. A second
 * click is the same order.
 */
export async function orderClientErasure(
  ctx: Ctx,
  raw: z.input<typeof orderClientErasureInput>,
): Promise<Result<null, Reasons>> {
  const parsed = orderClientErasureInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  // Before the platform is asked for anything; the transaction asks again.
  if (!isSteppedUp(ctx.actor, ctx.clock?.() ?? Temporal.Now.instant())) return fail("step-up-required");
  const company = await ownedCompany(ctx);
  if (!company.ok) return company;
  const { personId, companyId } = company.value;
  if (!eraserUrl(homeSystem())) return fail("cannot-check");
  const client = await findClient(companyId, parsed.data.clientId);
  if (!client) return fail("not-found");
  if (plain(parsed.data.confirmation) !== plain(client.name)) return fail("confirmation-mismatch");
  const paced = await consume("client-erasure.person", personId);
  if (!paced.ok) return paced;
  return withPower(ctx, async (tx) => {
    const id = newId();
    const made = await tx.db
      .insert(clientErasures)
      .values({ id, companyId, clientId: client.id, orderedBy: personId, orderedAt: tx.now })
      .onConflictDoNothing();
    if (made.count === 0) return ok(null);
    await recordAudit(tx, {
      action: "client.erasure-ordered",
      object: { type: "client-erasure", id },
      payload: { company: companyId },
    });
    await enqueue(tx, "client.erase", { erasureId: id });
    return ok(null);
  });
}
