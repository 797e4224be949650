import { z } from "zod";
import { recordAudit } from "../audit/record";
import { consume } from "../auth/rate-limit";
import type { Ctx } from "../context";
import { findClients, type PlatformClient } from "../data-map/find-clients";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { ownedCompany } from "./owned-company";

export const searchClientsInput = z.object({
  text: z.string().trim().min(2, "Write at least two letters.").max(200, "At most 200 characters."),
});

type Reasons = "sign-in-required" | "not-allowed" | "cannot-check" | "invalid-input" | "too-many";

/** Finds clients of the company that the person owns, by a part of their name or address; each search is an audit entry. */
export async function searchClients(
  ctx: Ctx,
  raw: z.input<typeof searchClientsInput>,
): Promise<Result<PlatformClient[], Reasons>> {
  const parsed = searchClientsInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const company = await ownedCompany(ctx);
  if (!company.ok) return company;
  const { personId, companyId } = company.value;
  const paced = await consume("clients.person", personId);
  if (!paced.ok) return paced;
  const found = await findClients(companyId, parsed.data.text);
  await withTransaction(ctx, (tx) =>
    recordAudit(tx, {
      action: "clients.searched",
      object: { type: "company", id: companyId },
      payload: { found: found.length },
    }),
  );
  return ok(found);
}
