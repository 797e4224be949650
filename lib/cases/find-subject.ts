import { eq } from "drizzle-orm";
import { people } from "../db/schema";
import type { Tx } from "../db/transaction";

export type Subject = {
  personId: string;
  email: string;
  name: string | null;
  timeZone: string;
  /** Null when the platform knows no such address: nothing is held there. */
  platformUserId: string | null;
  platformCompanyId: string | null;
  /** May act for the whole company account. */
  ownsCompany: boolean;
};

/** The person a case is about, as far as the actor may see them; null otherwise. */
export async function findSubject(tx: Tx, personId: string): Promise<Subject | null> {
  const [row] = await tx.db.select().from(people).where(eq(people.id, personId));
  if (!row) return null;
  return {
    personId: row.id,
    email: row.email,
    name: row.name,
    timeZone: row.timeZone,
    platformUserId: row.platformUserId,
    platformCompanyId: row.platformCompanyId,
    ownsCompany: row.platformOwner && row.platformCompanyId !== null,
  };
}
