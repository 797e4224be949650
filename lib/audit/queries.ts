import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { auditEntries, auditPayloads, staff } from "../db/schema";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import type { AuditPayload } from "./record";

export type AuditRow = {
  id: number;
  at: Temporal.Instant;
  action: string;
  actorKind: string;
  actorId: string;
  /** The name staff gave themselves; null for everybody else: the log names no person. */
  staffName: string | null;
  objectType: string;
  objectId: string;
  requestId: string;
  /** Null once it was erased; the entry itself stays. */
  payload: AuditPayload | null;
};

export type AuditFilter = {
  action?: string | undefined;
  objectType?: string | undefined;
  objectId?: string | undefined;
  actorId?: string | undefined;
  /** Only entries with a smaller id: the next page's key. */
  before?: number | undefined;
  /** At most this many, 1 to 200. */
  limit?: number;
};

export type AuditPage = { entries: AuditRow[]; next: number | null };

/** Entries of the log, newest first, for staff of every role; everybody else gets `not-found`. */
export async function auditPage(ctx: Ctx, filter: AuditFilter = {}): Promise<Result<AuditPage, "not-found">> {
  if (ctx.actor.kind !== "staff") return fail("not-found");
  const limit = Math.min(Math.max(filter.limit ?? 50, 1), 200);
  return withRead(ctx, async (tx) => {
    const where = and(
      filter.action ? eq(auditEntries.action, filter.action) : undefined,
      filter.objectType ? eq(auditEntries.objectType, filter.objectType) : undefined,
      filter.objectId ? eq(auditEntries.objectId, filter.objectId) : undefined,
      filter.actorId ? eq(auditEntries.actorId, filter.actorId) : undefined,
      filter.before !== undefined ? lt(auditEntries.id, filter.before) : undefined,
    );
    const rows = await tx.db
      .select({
        id: auditEntries.id,
        at: auditEntries.at,
        action: auditEntries.action,
        actorKind: auditEntries.actorKind,
        actorId: auditEntries.actorId,
        objectType: auditEntries.objectType,
        objectId: auditEntries.objectId,
        requestId: auditEntries.requestId,
        payload: auditPayloads.payload,
      })
      .from(auditEntries)
      .leftJoin(auditPayloads, eq(auditPayloads.entryId, auditEntries.id))
      .where(where)
      .orderBy(desc(auditEntries.id))
      .limit(limit + 1);
    const shown = rows.slice(0, limit);
    const staffIds = [...new Set(shown.filter((row) => row.actorKind === "staff").map((row) => row.actorId))];
    const names = staffIds.length
      ? await tx.db.select({ id: staff.id, name: staff.displayName }).from(staff).where(inArray(staff.id, staffIds))
      : [];
    const nameOf = new Map(names.map((row) => [row.id, row.name]));
    return ok({
      entries: shown.map((row) => ({
        ...row,
        staffName: nameOf.get(row.actorId) ?? null,
        payload: (row.payload as AuditPayload | null) ?? null,
      })),
      next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    });
  });
}

/** Every action that the log holds, for the filter; jumps along the index, so it costs one step an action. */
export async function auditActions(ctx: Ctx): Promise<string[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db.execute<{ action: string }>(sql`
      with recursive known as (
        (select action from audit_entries order by action limit 1)
        union all
        select (select e.action from audit_entries e where e.action > k.action order by e.action limit 1)
        from known k where k.action is not null)
      select action from known where action is not null`);
    return rows.map((row) => row.action);
  });
}
