import { and, asc, eq, isNull } from "drizzle-orm";
import { packageLooks, packageRedactions, packages, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { PackageRow } from "./package-state";

/** People who have to look at a package that is kept back: two different ones (S15); the database asks the same. */
export const looksNeeded = 2;

export type Look = { staffId: string; name: string; at: string };

/** Who looked at exactly what lies there now. */
export async function looksAt(tx: Tx, row: PackageRow): Promise<Look[]> {
  if (!row.sha256) return [];
  const found = await tx.db
    .select({ staffId: packageLooks.staffId, name: staff.displayName, at: packageLooks.at })
    .from(packageLooks)
    .innerJoin(staff, eq(staff.id, packageLooks.staffId))
    .where(and(eq(packageLooks.packageId, row.id), eq(packageLooks.sha256, row.sha256)))
    .orderBy(asc(packageLooks.at));
  return found.map((look) => ({ ...look, at: look.at.toString() }));
}

/** Whether something is to be left out that what lies there still holds: then it is written anew first. */
export async function awaitsRewriting(tx: Tx, caseId: string): Promise<boolean> {
  const [pending] = await tx.db
    .select({ id: packageRedactions.id })
    .from(packageRedactions)
    .innerJoin(packages, eq(packages.id, packageRedactions.packageId))
    .where(and(eq(packages.caseId, caseId), isNull(packageRedactions.appliedAt)))
    .limit(1);
  return pending !== undefined;
}
