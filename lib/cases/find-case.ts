import { eq } from "drizzle-orm";
import { z } from "zod";
import { cases, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { CaseRow } from "./change-case";

/** A case as the desk's addresses name it, by id or reference, with the name of whoever works on it; null when there is none. */
export async function findCase(
  tx: Tx,
  idOrReference: string,
): Promise<{ row: CaseRow; assignee: string | null } | null> {
  if (idOrReference.length > 40) return null;
  const byId = z.uuid().safeParse(idOrReference).success;
  const [found] = await tx.db
    .select({ row: cases, assignee: staff.displayName })
    .from(cases)
    .leftJoin(staff, eq(staff.id, cases.assignedTo))
    .where(byId ? eq(cases.id, idOrReference) : eq(cases.reference, idOrReference));
  return found ?? null;
}
