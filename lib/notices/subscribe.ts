import { z } from "zod";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { consume } from "../auth/rate-limit";
import { type Ctx, systemCtx } from "../context";
import { policySubscribers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { sealSubscriber, subscriberHash } from "./subscriber";

const wrong = "Write one email address, such as name@company.example.";

export const subscribeInput = z.object({
  email: z
    .string()
    .max(320, wrong)
    .transform(parseAddress)
    .refine((address) => address !== null, wrong),
});

/**
 * Somebody without an account asks to hear of policy changes. Nobody is looked up and nothing is sent here: a job writes
 * the mail that asks for confirmation, so the answer is the same for every address, in body, status and time (S16).
 * @param network where it came from, for the rate limit alone; null when that cannot be trusted
 */
export async function subscribe(
  ctx: Ctx,
  { email, network }: { email: string; network: string | null },
): Promise<Result<null, "invalid-input" | "too-many" | "cannot-check">> {
  const address = subscribeInput.safeParse({ email }).data?.email;
  if (!address) return fail("invalid-input");
  for (const [kind, key] of [
    ["form.network", network],
    ["form.address", address],
    ["form.all", "all"],
  ] as const) {
    const counted = await consume(kind, key);
    if (!counted.ok) return counted;
  }
  // A visitor may put a subscription in and see none: the form acts for itself.
  const form: Ctx = { ...systemCtx("form:subscribe", ctx.clock), requestId: ctx.requestId };
  return withTransaction(form, async (tx) => {
    const id = newId();
    await tx.db.insert(policySubscribers).values({
      id,
      address: sealSubscriber(id, address),
      addressHash: subscriberHash(address),
      askedAt: tx.now,
    });
    await recordAudit(tx, { action: "subscription.asked", object: { type: "policy_subscriber", id } });
    await enqueue(tx, "subscription.ask", { subscriberId: id });
    return ok(null);
  });
}
