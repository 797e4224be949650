import { z } from "zod";
import { holderOf } from "../cases/permit";
import type { Ctx } from "../context";
import { purposes, restrictionBases } from "../db/schema/processing";
import { withTransaction } from "../db/transaction";
import { fail, type Result } from "../errors";
import { addedWords, systemName } from "./extent";
import { useWords } from "./purposes";
import { type StoredLimit, storeRequest } from "./store-request";

export const restrictUseInput = z.object({
  /** Empty: every use. */
  purpose: z.union([z.literal("").transform(() => null), z.null(), z.enum(purposes)]),
  system: systemName,
  basis: z.enum(restrictionBases, "Choose one."),
  message: addedWords,
  idempotencyKey: z.string().min(8).max(128),
});

/**
 * Asks that one's data is stored and not used (GDPR 18), for every use or one, everywhere or in one system. It holds from this
 * transaction on, while staff look at it; what it rests on also keeps the data from sweeps (18(1)(b), (c)).
 */
export async function restrictUse(ctx: Ctx, raw: z.input<typeof restrictUseInput>): Promise<Result<StoredLimit>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = restrictUseInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { purpose } = parsed.data;
  if (purpose && useWords[purpose].fixed) return fail("not-objectable");
  return withTransaction(ctx, (tx) => storeRequest(tx, holder, { ...parsed.data, kind: "restriction" }));
}
