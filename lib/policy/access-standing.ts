import { sql } from "drizzle-orm";
import type { Tx } from "../db/transaction";
import type { Measured } from "./answered-standings";

/**
 * Who can reach people's data here: that everybody on the staff has a passkey, and how many of their looks at a record were noted.
 * Null while nobody is on the staff. What the platform itself allows is not seen from here.
 */
export async function accessStanding(tx: Tx): Promise<Measured | null> {
  const since = tx.now.subtract({ hours: 90 * 24 }).toString();
  const [row] = await tx.db.execute<{ members: number; keyed: number; looks: number }>(sql`
    select s.members, s.keyed, a.looks from
      (select count(*)::int as members,
              (count(*) filter (where exists (select 1 from passkeys p where p.staff_id = staff.id)))::int as keyed
         from staff where enrolled_at is not null and disabled_at is null) s,
      (select count(*)::int as looks from record_accesses where at between ${since} and ${tx.now.toString()}) a`);
  if (!row?.members) return null;
  const { members, keyed, looks } = row;
  return {
    broken: keyed < members,
    evidence: `${keyed} of ${members} ${members === 1 ? "person" : "people"} on our privacy staff sign in here with a passkey; ${looks.toLocaleString("en-GB")} ${looks === 1 ? "look" : "looks"} at somebody's record noted with its reason in the last 90 days.`,
    at: tx.now,
  };
}
