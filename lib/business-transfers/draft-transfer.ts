import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { policyCategories } from "../data-map/types";
import { businessTransfers } from "../db/schema";
import { transferKinds } from "../db/schema/business-transfers";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";

export const transferInput = z.object({
  kind: z.enum(transferKinds),
  recipient: z.string().trim().min(2, "Say who receives the data.").max(200),
  country: z.string().trim().min(2, "Say where they are.").max(100),
  categories: z.array(z.enum(policyCategories)).min(1, "Choose what goes over.").max(policyCategories.length),
  ground: z.enum(["legitimate-interest", "contract", "consent"]),
  /** What it means for people; everybody reads it. */
  text: z.string().trim().min(40, "Say in a few sentences what it means for people.").max(5000),
  /** UTC. */
  happensOn: z.iso.date("Write a date."),
});
export type TransferInput = z.input<typeof transferInput>;

/**
 * An officer writes down that data will go to another controller with the business. Nothing is told yet: a second officer approves
 * just this (S15), then it is published with the policy version whose notice tells everybody.
 * @returns `too-early` for a day that leaves no notice period
 */
export async function draftTransfer(
  ctx: Ctx,
  raw: TransferInput,
): Promise<Result<{ transferId: string }, "not-allowed" | "step-up-required" | "invalid-input" | "too-early">> {
  const parsed = transferInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { happensOn, ...said } = parsed.data;
  return withOfficer<{ transferId: string }, "too-early">(ctx, async (tx, officer) => {
    const happensAt = Temporal.PlainDate.from(happensOn).toZonedDateTime("UTC").toInstant();
    const soonest = tx.now.add({ hours: 24 * config.clocks.noticeDays + config.notices.mailingHours });
    if (Temporal.Instant.compare(happensAt, soonest) < 0) return fail("too-early");
    const id = newId();
    await tx.db
      .insert(businessTransfers)
      .values({ id, ...said, happensAt, requestedBy: officer.staffId, requestedAt: tx.now });
    await recordAudit(tx, {
      action: "business-transfer.drafted",
      object: { type: "business_transfer", id },
      payload: { kind: said.kind, categories: said.categories, ground: said.ground, happensOn },
    });
    return ok({ transferId: id });
  });
}
