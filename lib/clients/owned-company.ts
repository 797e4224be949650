import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { knowsClients } from "../data-map/find-clients";
import { ownsCompany } from "../data-map/owns-company";
import { people } from "../db/schema";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";

export type OwnedCompany = { personId: string; companyId: string; email: string };

/** The company that the person owns, asked of the platform at this moment; outside any transaction. */
export async function ownedCompany(
  ctx: Ctx,
): Promise<Result<OwnedCompany, "sign-in-required" | "not-allowed" | "cannot-check">> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return fail("sign-in-required");
  const person = await withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(people).where(eq(people.id, actor.personId));
    return row;
  });
  const { platformUserId, platformCompanyId, platformOwner, email } = person ?? {};
  if (!platformOwner || !platformUserId || !platformCompanyId || !email || !knowsClients()) return fail("not-allowed");
  try {
    return (await ownsCompany({ platformUserId, platformCompanyId }))
      ? ok({ personId: actor.personId, companyId: platformCompanyId, email })
      : fail("not-allowed");
  } catch (err) {
    log.error({ err }, "the platform did not say who owns a company");
    return fail("cannot-check");
  }
}
