import { z } from "zod";
import { holderOf } from "../cases/permit";
import type { Ctx } from "../context";
import { purposes } from "../db/schema/processing";
import { withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { addedWords, systemName } from "./extent";
import { useWords } from "./purposes";
import { type StoredLimit, storeRequest } from "./store-request";

export const objectToUseInput = z.object({
  purpose: z.enum(purposes),
  system: systemName,
  message: addedWords,
  idempotencyKey: z.string().min(8).max(128),
});

/**
 * Objects to one use of one's data (GDPR 21). It stops with this transaction: improvement for good, the others while staff weigh
 * it. What protects everybody and what the law orders cannot be objected to.
 */
export async function objectToUse(ctx: Ctx, raw: z.input<typeof objectToUseInput>): Promise<Result<StoredLimit>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = objectToUseInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  if (useWords[parsed.data.purpose].fixed) return fail("not-objectable");
  return withTransaction(ctx, (tx) => storeRequest(tx, holder, { ...parsed.data, kind: "objection", basis: null }));
}
