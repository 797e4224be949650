import { eq } from "drizzle-orm";
import { type Ctx, isSteppedUp } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { people } from "../db/schema";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";
import { ownPackage } from "./queries";

/**
 * Asks the platform whether the person still owns the company whose package they open; a colleague who
 * lost it since gets nothing more of it. Whoever has no such package passes: `openDownload` answers them.
 * Runs outside any transaction, since the platform is another database.
 */
export async function stillOwnsCompany(
  ctx: Ctx,
  packageId: string,
): Promise<Result<void, "not-found" | "cannot-check">> {
  const asked = await withRead(ctx, async (tx) => {
    if (!isSteppedUp(ctx.actor, tx.now)) return null;
    const found = await ownPackage(tx, packageId);
    if (found?.row.scope !== "company") return null;
    const [row] = await tx.db.select().from(people).where(eq(people.id, found.row.personId));
    return row ? { person: row, companyId: found.row.platformCompanyId } : null;
  });
  if (!asked) return ok(undefined);
  const { person, companyId } = asked;
  try {
    const now = await findPlatformPerson(person.email);
    const same = now !== null && now.userId === person.platformUserId && now.companyId === companyId && now.owner;
    return same ? ok(undefined) : fail("not-found");
  } catch (err) {
    log.error({ packageId, err }, "the platform did not say who owns a company");
    return fail("cannot-check");
  }
}
