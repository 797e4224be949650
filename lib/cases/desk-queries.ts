import { and, asc, desc, eq, isNotNull, isNull, like, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { recordAudit } from "../audit/record";
import type { Ctx, StaffRole } from "../context";
import { caseKinds, cases, deletions, people, staff } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { receiptOf } from "../erasure/read-receipt";
import { parseReference } from "../ids";
import { providersOf } from "../providers/queries";
import { appealOf } from "./appeal-view";
import { iso } from "./case-view";
import { type Contact, openContact } from "./contact";
import { erasureOf } from "./erasure-view";
import { findSubject, type Subject } from "./find-subject";
import { caseReader } from "./permit";
import type { DeletionPreview } from "./preview-deletion";
import type { CaseForSubject } from "./queries";
import { type CaseWithParts, summaries, threadOf } from "./read-case";

export type CaseForStaff = CaseForSubject & {
  subject: Subject | null;
  /** What the sender of a public form typed. */
  contact: Contact | null;
  assignedTo: { staffId: string; name: string } | null;
  answeredAt: string | null;
  preview: DeletionPreview | null;
};

export const queueStates = ["open", "overdue", "due-soon", "waiting", "scheduled", "closed"] as const;
export type QueueState = (typeof queueStates)[number];

/** What the desk's address holds; anything else in it is ignored. */
export const queueFilter = z.object({
  state: z.enum(queueStates).catch("open"),
  kind: z.enum(caseKinds).optional().catch(undefined),
  /** A staff id, `me` or `nobody`. */
  assigned: z
    .union([z.literal(["me", "nobody"]), z.uuid()])
    .optional()
    .catch(undefined),
  /** A reference or its beginning, or a whole address. */
  q: z.string().trim().max(320).optional().catch(undefined),
  cursor: z.string().max(200).optional().catch(undefined),
});
export type QueueFilter = Partial<z.input<typeof queueFilter>>;

export type QueueRow = CaseWithParts & {
  /** Name or address of the subject, or the sender of a public form. */
  who: string;
  assignedTo: { staffId: string; name: string } | null;
};

const pageSize = 50;
/** Stands for "no clock runs", after every deadline. */
const never = "infinity";
const dueOrNever = sql`coalesce(${cases.nextDueAt}, 'infinity'::timestamptz)`;

const cursorShape = z.tuple([
  z.union([z.literal(never), z.iso.datetime({ offset: true, precision: undefined })]),
  z.uuid(),
]);
const writeCursor = (at: string, id: string) => Buffer.from(JSON.stringify([at, id])).toString("base64url");
function readCursor(text: string | undefined): readonly [string, string] | null {
  if (!text) return null;
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    return null;
  }
}

function stateIs(state: QueueState, now: Temporal.Instant): SQL | undefined {
  const inGrace = sql`exists (select 1 from ${deletions} d where d.case_id = "cases"."id"
    and d.cancelled_at is null and d.expired_at is null)`;
  switch (state) {
    case "open":
      return isNull(cases.closedAt);
    case "overdue":
      return and(isNull(cases.closedAt), sql`${cases.nextDueAt} < ${now.toString()}`);
    case "due-soon":
      return and(isNull(cases.closedAt), sql`${cases.nextDueAt} < ${now.add({ hours: 24 }).toString()}`);
    case "waiting":
      return and(isNull(cases.closedAt), isNotNull(cases.awaitingSubjectAt));
    case "scheduled":
      return and(isNull(cases.closedAt), inGrace);
    case "closed":
      return isNotNull(cases.closedAt);
  }
}

function matches(q: string | undefined): SQL | undefined {
  if (!q) return undefined;
  if (q.includes("@")) return eq(people.email, q.toLowerCase());
  const whole = parseReference(q);
  if (whole) return eq(cases.reference, whole);
  const beginning = q.toUpperCase().replace(/[^0-9A-Z-]/g, "");
  return like(cases.reference, `${beginning.startsWith("PR") ? "" : "PR-"}${beginning}%`);
}

/**
 * The desk's list: open cases by their earliest running clock, closed ones by when they ended.
 * Pages by key, so that a page costs the same however deep it lies (index `cases_open`).
 */
export async function deskQueue(
  ctx: Ctx,
  filter: QueueFilter = {},
): Promise<{ rows: QueueRow[]; next: string | null }> {
  const reader = caseReader(ctx);
  if (!reader) return { rows: [], next: null };
  const { state, kind, assigned, q, cursor } = queueFilter.parse(filter);
  const after = readCursor(cursor);
  return withRead(ctx, async (tx) => {
    const closed = state === "closed";
    const key = closed ? sql`${cases.closedAt}` : dueOrNever;
    const found = await tx.db
      .select({ row: cases, assignee: staff.displayName, name: people.name, email: people.email })
      .from(cases)
      .leftJoin(people, eq(people.id, cases.subjectId))
      .leftJoin(staff, eq(staff.id, cases.assignedTo))
      .where(
        and(
          stateIs(state, tx.now),
          kind ? eq(cases.kind, kind) : undefined,
          assigned === "nobody" ? isNull(cases.assignedTo) : undefined,
          assigned && assigned !== "nobody"
            ? eq(cases.assignedTo, assigned === "me" ? reader.staffId : assigned)
            : undefined,
          matches(q),
          after
            ? sql`(${key}, ${cases.id}) ${sql.raw(closed ? "<" : ">")} (${after[0]}::timestamptz, ${after[1]}::uuid)`
            : undefined,
        ),
      )
      .orderBy(...(closed ? [desc(key), desc(cases.id)] : [asc(key), asc(cases.id)]))
      .limit(pageSize + 1);
    const page = found.slice(0, pageSize);
    const views = await summaries(
      tx,
      page.map(({ row }) => row),
    );
    const rows = page.map(({ row, assignee, name, email }, index): QueueRow => {
      const contact = openContact(row);
      return {
        ...(views[index] as CaseWithParts),
        who: name ?? email ?? contact?.name ?? contact?.email ?? "",
        assignedTo: row.assignedTo ? { staffId: row.assignedTo, name: assignee ?? "" } : null,
      };
    });
    const last = page.at(-1)?.row;
    const lastKey = closed ? iso(last?.closedAt) : (iso(last?.nextDueAt) ?? never);
    return { rows, next: found.length > pageSize && last && lastKey ? writeCursor(lastKey, last.id) : null };
  });
}

/** How many cases each state and each kind holds, for the desk's filters. */
export async function queueCounts(
  ctx: Ctx,
): Promise<Record<QueueState, number> & { mine: number; unassigned: number }> {
  const reader = caseReader(ctx);
  const none = { open: 0, overdue: 0, "due-soon": 0, waiting: 0, scheduled: 0, closed: 0, mine: 0, unassigned: 0 };
  if (!reader) return none;
  return withRead(ctx, async (tx) => {
    const count = (condition: SQL | undefined) => sql<number>`(count(*) filter (where ${condition ?? sql`true`}))::int`;
    const open = isNull(cases.closedAt);
    const [row] = await tx.db
      .select({
        open: count(stateIs("open", tx.now)),
        overdue: count(stateIs("overdue", tx.now)),
        "due-soon": count(stateIs("due-soon", tx.now)),
        waiting: count(stateIs("waiting", tx.now)),
        scheduled: count(stateIs("scheduled", tx.now)),
        closed: count(stateIs("closed", tx.now)),
        mine: count(and(open, eq(cases.assignedTo, reader.staffId))),
        unassigned: count(and(open, isNull(cases.assignedTo))),
      })
      .from(cases);
    return row ?? none;
  });
}

/**
 * A case for the desk, by id or reference, with its thread opened. Reading personal content is itself
 * recorded: the log shows which member of staff saw which case and when, and the person gets a receipt of it (docs/cases.md).
 * @returns null also while the reason has to be stated first, which `visitCase` takes
 */
export async function caseForStaff(ctx: Ctx, idOrReference: string): Promise<CaseForStaff | null> {
  if (!caseReader(ctx) || idOrReference.length > 40) return null;
  return withTransaction(ctx, async (tx) => {
    const byId = z.uuid().safeParse(idOrReference).success;
    const [found] = await tx.db
      .select({ row: cases, assignee: staff.displayName })
      .from(cases)
      .leftJoin(staff, eq(staff.id, cases.assignedTo))
      .where(byId ? eq(cases.id, idOrReference) : eq(cases.reference, idOrReference));
    if (!found) return null;
    const { row, assignee } = found;
    const purpose = await noteAccess(tx, row);
    if (!purpose) return null;
    const [summary] = await summaries(tx, [row]);
    if (!summary) return null;
    const thread = await threadOf(tx, row);
    const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, row.id));
    await recordAudit(tx, {
      action: "case.read",
      object: { type: "case", id: row.id },
      payload: { messages: thread.messages.length, purpose },
    });
    return {
      ...summary,
      ...thread,
      declineGround: row.declineGround,
      approvalGround: row.approvalGround,
      appeal: await appealOf(tx, row),
      erasure: await erasureOf(tx, row.id),
      providers: await providersOf(tx, row.id),
      receipt: await receiptOf(tx, row.id),
      subject: row.subjectId ? await findSubject(tx, row.subjectId) : null,
      contact: openContact(row),
      assignedTo: row.assignedTo ? { staffId: row.assignedTo, name: assignee ?? "" } : null,
      answeredAt: iso(row.answeredAt),
      preview: (deletion?.preview as DeletionPreview | undefined) ?? null,
    };
  });
}

/** Who can be given a case, for the desk's list. */
export async function caseWorkers(ctx: Ctx): Promise<{ staffId: string; name: string; role: StaffRole }[]> {
  if (!caseReader(ctx)) return [];
  return withRead(ctx, (tx) =>
    tx.db
      .select({ staffId: staff.id, name: staff.displayName, role: staff.role })
      .from(staff)
      .where(sql`${staff.disabledAt} is null and ${staff.role} <> 'auditor'`)
      .orderBy(asc(staff.displayName)),
  );
}
