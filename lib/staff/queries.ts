import { asc, sql } from "drizzle-orm";
import type { Ctx, StaffRole } from "../context";
import { passkeys, people, staff } from "../db/schema";
import { withRead } from "../db/transaction";

export type Colleague = {
  staffId: string;
  name: string;
  email: string;
  role: StaffRole;
  createdAt: Temporal.Instant;
  enrolledAt: Temporal.Instant | null;
  disabledAt: Temporal.Instant | null;
  passkeys: number;
  /** When one of the passkeys was last used. */
  lastUsedAt: Temporal.Instant | null;
  /** Open cases assigned to this colleague. */
  openCases: number;
};

/** Everybody who has or had a place on the desk, by name; only staff see it. */
export async function staffList(ctx: Ctx): Promise<Colleague[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({
        staffId: staff.id,
        name: staff.displayName,
        email: people.email,
        role: staff.role,
        createdAt: staff.createdAt,
        enrolledAt: staff.enrolledAt,
        disabledAt: staff.disabledAt,
        passkeys: sql<number>`(select count(*)::int from ${passkeys} k where k.staff_id = ${staff.id})`,
        lastUsedAt: sql<
          string | null
        >`(select max(k.last_used_at)::text from ${passkeys} k where k.staff_id = ${staff.id})`,
        openCases: sql<number>`(select count(*)::int from cases c where c.assigned_to = ${staff.id} and c.closed_at is null)`,
      })
      .from(staff)
      .innerJoin(people, sql`${people.id} = ${staff.personId}`)
      .orderBy(asc(staff.displayName), asc(staff.id));
    return rows.map((row) => ({
      ...row,
      lastUsedAt: row.lastUsedAt ? Temporal.Instant.from(row.lastUsedAt) : null,
    }));
  });
}
