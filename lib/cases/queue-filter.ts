import { and, eq, exists, gte, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { caseKinds, cases, caseTags, deletions, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { timestamptz } from "../db/types";
import { parseReference } from "../ids";
import { contactHash } from "./contact";

export const queueStates = ["open", "overdue", "due-soon", "waiting", "scheduled", "snoozed", "closed"] as const;
export type QueueState = (typeof queueStates)[number];
/** A view of more cases says "1,000+": nobody reads on, and counting a million costs more than it tells. */
export const countedTo = 1000;
export const queueChannels = ["dashboard", "public-form", "mail", "staff"] as const;

const optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

/** What the desk's address holds; anything else in it is ignored. */
export const queueFilter = z.object({
  state: z.enum(queueStates).catch("open"),
  kind: optional(z.enum(caseKinds)),
  /** A staff id, `me` or `nobody`. */
  assigned: optional(z.union([z.literal(["me", "nobody"]), z.uuid()])),
  channel: optional(z.enum(queueChannels)),
  tag: optional(z.string().regex(/^[a-z0-9][a-z0-9-]{0,29}$/)),
  /** A reference or its beginning, `#` and a tag, or a whole address. */
  q: optional(
    z
      .string()
      .trim()
      .max(320)
      .regex(/^[^\0]*$/),
  ),
  /** The page behind a case, or the one before it. */
  cursor: optional(z.string().max(200)),
  before: optional(z.string().max(200)),
});
export type QueueFilter = Partial<z.input<typeof queueFilter>>;

/** The earliest clock, after every deadline where none runs: word for word as the indexes of lib/db/schema/cases.ts have it. */
export const dueOrNever = sql`(case when ${cases.nextDueAt} is null then 'infinity'::timestamptz else ${cases.nextDueAt} end)`;

/** Until when a case is put aside; word for word as the index has it, as above. */
const asideUntil = sql`(case when ${cases.snoozedUntil} is null then '-infinity'::timestamptz else ${cases.snoozedUntil} end)`;

/** Which cases stand under a state at a moment. One that was put aside is missing from the open ones alone. */
export function stateIs(state: QueueState, now: Temporal.Instant): SQL | undefined {
  const open = isNull(cases.closedAt);
  switch (state) {
    case "open":
      return and(open, or(isNull(cases.snoozedUntil), sql`${cases.snoozedUntil} <= ${timestamptz(now)}`));
    case "overdue":
      return and(open, sql`${dueOrNever} < ${timestamptz(now)}`);
    case "due-soon":
      return and(open, sql`${dueOrNever} < ${timestamptz(now.add({ hours: 24 }))}`);
    case "waiting":
      return and(open, isNotNull(cases.awaitingSubjectAt));
    case "scheduled":
      return and(
        open,
        eq(cases.kind, "deletion"),
        sql`exists (select 1 from ${deletions} d where d.case_id = "cases"."id"
          and d.cancelled_at is null and d.decided_at is null and d.expired_at is null)`,
      );
    case "snoozed":
      return and(open, isNotNull(cases.snoozedUntil), sql`${asideUntil} > ${timestamptz(now)}`);
    case "closed":
      return isNotNull(cases.closedAt);
  }
}

/** By what a state's list is sorted, which way, and the value of a row. */
export function sortOf(state: QueueState) {
  if (state === "closed")
    return { key: sql`${cases.closedAt}`, newestFirst: true, of: (row: Row) => row.closedAt?.toString() };
  if (state === "snoozed")
    return { key: asideUntil, newestFirst: false, of: (row: Row) => row.snoozedUntil?.toString() };
  return { key: dueOrNever, newestFirst: false, of: (row: Row) => row.nextDueAt?.toString() ?? "infinity" };
}
type Row = typeof cases.$inferSelect;

/** @param staffId who looks, for `me` */
export function filtered(
  tx: Tx,
  { state, kind, assigned, channel, tag, q }: z.output<typeof queueFilter>,
  staffId: string,
): SQL | undefined {
  return and(
    stateIs(state, tx.now),
    kind ? eq(cases.kind, kind) : undefined,
    channel ? eq(cases.channel, channel) : undefined,
    assigned === "nobody" ? isNull(cases.assignedTo) : undefined,
    assigned && assigned !== "nobody" ? eq(cases.assignedTo, assigned === "me" ? staffId : assigned) : undefined,
    tag ? tagged(tx, tag) : undefined,
    q ? matches(tx, q) : undefined,
  );
}

const tagged = (tx: Tx, tag: string): SQL =>
  exists(
    tx.db
      .select({ one: sql`1` })
      .from(caseTags)
      .where(and(eq(caseTags.caseId, cases.id), eq(caseTags.tag, tag))),
  );

function matches(tx: Tx, q: string): SQL | undefined {
  if (q.startsWith("#")) return tagged(tx, q.slice(1).toLowerCase());
  if (q.includes("@")) return ofAddress(q);
  const whole = parseReference(q);
  if (whole) return eq(cases.reference, whole);
  const typed = q.toUpperCase().replace(/[^0-9A-Z-]/g, "");
  const beginning = typed.startsWith("PR") ? typed : `PR-${typed}`;
  // A range and not LIKE: under row security only operators that give nothing away are looked up in an index.
  const inBytes = sql`(${cases.reference} collate "C")`;
  return and(gte(inBytes, beginning), lt(inBytes, `${beginning}~`));
}

/** Of whoever signs in with the address, and of public forms that were sent with it. */
export const ofAddress = (address: string): SQL | undefined => {
  const email = address.trim().toLowerCase();
  return or(
    sql`${cases.subjectId} = (select ${people.id} from ${people} where ${people.email} = ${email})`,
    eq(cases.contactHash, contactHash(email)),
  );
};
