import { and, desc, eq } from "drizzle-orm";
import type { Ctx, StaffRole } from "../context";
import { openForPerson } from "../crypto/person-key";
import { openWithMaster } from "../crypto/seal";
import { isAfter, readPlace, writePlace } from "../db/newest-first";
import { cases, recordAccesses, staff } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { accessPlace } from "./note-access";
import type { AccessedThing, AccessPurpose } from "./words";

export type AccessForPerson = {
  id: string;
  at: string;
  role: StaffRole;
  purpose: AccessPurpose;
  what: AccessedThing;
  /** The request that was opened; null once it is cleared. */
  reference: string | null;
};

const pageSize = 50;

/** When staff looked at the signed-in person's record, newest first, but for what an officer concealed. Never who. */
export async function myAccesses(ctx: Ctx, before?: string): Promise<{ rows: AccessForPerson[]; next: string | null }> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return { rows: [], next: null };
  const from = readPlace(before);
  return withRead(ctx, async (tx) => {
    const found = await tx.db
      .select({
        id: recordAccesses.id,
        at: recordAccesses.at,
        role: recordAccesses.role,
        purpose: recordAccesses.purpose,
        what: recordAccesses.what,
        reference: cases.reference,
      })
      .from(recordAccesses)
      .leftJoin(cases, eq(cases.id, recordAccesses.caseId))
      .where(
        and(
          eq(recordAccesses.personId, actor.personId),
          from ? isAfter(recordAccesses.at, recordAccesses.id, from) : undefined,
        ),
      )
      .orderBy(desc(recordAccesses.at), desc(recordAccesses.id))
      .limit(pageSize + 1);
    const page = found.slice(0, pageSize);
    const last = page.at(-1);
    return {
      rows: page.map((row) => ({ ...row, at: row.at.toString() })),
      next: last && found.length > pageSize ? writePlace(last) : null,
    };
  });
}

export type AccessForStaff = {
  id: string;
  at: string;
  staffId: string;
  staffName: string;
  role: StaffRole;
  purpose: AccessPurpose;
  what: AccessedThing;
  /** Null without any, and once the person's key was destroyed. */
  words: string | null;
  concealedAt: string | null;
};

/** Who looked at a case and why, newest first, for officers and auditors. */
export async function accessesOf(ctx: Ctx, caseId: string, limit = 50): Promise<AccessForStaff[]> {
  if (ctx.actor.kind !== "staff" || ctx.actor.role === "agent") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ access: recordAccesses, name: staff.displayName })
      .from(recordAccesses)
      .innerJoin(staff, eq(staff.id, recordAccesses.staffId))
      .where(eq(recordAccesses.caseId, caseId))
      .orderBy(desc(recordAccesses.at), desc(recordAccesses.id))
      .limit(limit);
    const seen: AccessForStaff[] = [];
    for (const { access, name } of rows)
      seen.push({
        ...{ id: access.id, at: access.at.toString(), staffId: access.staffId, staffName: name },
        ...{ role: access.role, purpose: access.purpose, what: access.what, words: await wordsOf(tx, access) },
        concealedAt: access.concealedAt?.toString() ?? null,
      });
    return seen;
  });
}

async function wordsOf(tx: Tx, { id, personId, words }: typeof recordAccesses.$inferSelect): Promise<string | null> {
  if (!words) return null;
  const place = accessPlace(id, "words");
  if (!personId) return openWithMaster(place, words);
  const opened = await openForPerson(tx, personId, place, words);
  return opened.ok ? opened.value : null;
}
