import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { packages } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { awaitsRewriting, looksAt, looksNeeded } from "../exports/looks";
import { offerPackage } from "../exports/offer-package";
import { packageState } from "../exports/package-state";
import { lockCase } from "./change-case";
import { completeDataRequest } from "./complete-data-request";

/**
 * Job: hands out a package that was kept back once two different people looked at exactly what is in it, and closes its
 * request. What was handed out, stopped or is being written anew is left as it is, so that it may run twice (R2).
 */
export async function releasePackage(ctx: Ctx, input: { packageId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    // The package first and then its case, as a person does who stops it.
    const [pack] = await tx.db.select().from(packages).where(eq(packages.id, input.packageId)).for("update");
    if (!pack || packageState(pack, tx.now) !== "checking") return;
    const row = await lockCase(tx, pack.caseId);
    if (!row || row.closedAt || (await awaitsRewriting(tx, row.id))) return;
    const looks = await looksAt(tx, pack);
    if (new Set(looks.map(({ staffId }) => staffId)).size < looksNeeded) return;
    await offerPackage(tx, pack.id, {
      caseId: row.id,
      rows: pack.rowsEstimated,
      bytes: pack.bytes,
      looks: looks.length,
    });
  });
  await completeDataRequest(ctx, input);
}
