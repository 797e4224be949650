import { and, asc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { cases, providerErasures } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import type { AnswerState, ProviderErasure } from "./answer";
import { type Identified, openFor } from "./message";
import { type Evidence, evidenceOf } from "./record-answer";

export type ProviderAnswer = { state: AnswerState; ground: string | null; until: string | null };

/** One provider of one erasure; plain values, instants in ISO form. */
export type ProviderView = {
  id: string;
  name: string;
  /** What it does for us, such as "Payment processing". */
  kind: string;
  way: ProviderErasure["way"];
  /** Why it was not asked; for way `none`. */
  reason: string | null;
  owedAt: string;
  dueAt: string | null;
  askedAt: string | null;
  answeredAt: string | null;
  answer: ProviderAnswer | null;
  /** For staff: why the last call failed. */
  failure: string | null;
};

/** The providers that are owed a message about an erasure, by name; empty before it has lasted. */
export async function providersOf(tx: Tx, caseId: string): Promise<ProviderView[]> {
  const rows = await tx.db
    .select()
    .from(providerErasures)
    .where(and(eq(providerErasures.caseId, caseId), isNotNull(providerErasures.owedAt)))
    .orderBy(asc(providerErasures.name));
  return rows.map(viewOf);
}

/** For a receipt: who was asked, when, and what they answered. */
export async function providerAnswers(
  tx: Tx,
  caseId: string,
): Promise<
  (Pick<ProviderView, "name" | "kind" | "askedAt" | "answeredAt" | "answer"> & { notAsked: string | null })[]
> {
  const views = await providersOf(tx, caseId);
  return views.map(({ name, kind, askedAt, answeredAt, answer, reason }) => ({
    ...{ name, kind, askedAt, answeredAt, answer },
    notAsked: reason,
  }));
}

function viewOf(row: ProviderErasure): ProviderView {
  const { id, name, kind, way, reason, owedAt, dueAt, toldAt, answeredAt, answer, ground, until, lastFailure } = row;
  const words = ground ? openFor(id, "ground", ground) : null;
  return {
    ...{ id, name, kind, way, reason },
    owedAt: owedAt?.toString() ?? "",
    dueAt: dueAt?.toString() ?? null,
    askedAt: toldAt?.toString() ?? null,
    answeredAt: answeredAt?.toString() ?? null,
    answer: answer ? { state: answer, ground: words, until } : null,
    failure: lastFailure,
  };
}

export type ProviderTask = ProviderView & { reference: string; overdue: boolean };
export type ProviderCounts = { recipient: string; name: string; open: number; overdue: number; answered: number };

/** How many tasks the desk lists at once. */
const pageSize = 100;

/** What is not answered yet, the longest overdue first, and how each provider stands; staff alone see it. */
export async function providerTasks(ctx: Ctx): Promise<{ tasks: ProviderTask[]; counts: ProviderCounts[] }> {
  if (ctx.actor.kind !== "staff") return { tasks: [], counts: [] };
  return withRead(ctx, async (tx) => {
    const owed = and(isNotNull(providerErasures.owedAt), ne(providerErasures.way, "none"));
    const rows = await tx.db
      .select({ row: providerErasures, reference: cases.reference })
      .from(providerErasures)
      .innerJoin(cases, eq(cases.id, providerErasures.caseId))
      .where(and(owed, isNull(providerErasures.answeredAt)))
      .orderBy(asc(providerErasures.dueAt), asc(providerErasures.id))
      .limit(pageSize);
    const now = sql.param(tx.now, providerErasures.dueAt);
    const counts = await tx.db
      .select({
        recipient: providerErasures.recipient,
        name: sql<string>`max(${providerErasures.name})`,
        open: sql<number>`(count(*) filter (where ${providerErasures.answeredAt} is null))::int`,
        overdue: sql<number>`(count(*) filter (where ${providerErasures.answeredAt} is null and ${providerErasures.dueAt} <= ${now}))::int`,
        answered: sql<number>`(count(*) filter (where ${providerErasures.answeredAt} is not null))::int`,
      })
      .from(providerErasures)
      .where(owed)
      .groupBy(providerErasures.recipient)
      .orderBy(sql`max(${providerErasures.name})`);
    const isOver = (dueAt: Temporal.Instant | null) => dueAt !== null && Temporal.Instant.compare(dueAt, tx.now) <= 0;
    return {
      tasks: rows.map(({ row, reference }) => ({ ...viewOf(row), reference, overdue: isOver(row.dueAt) })),
      counts,
    };
  });
}

export type ProviderTaskForStaff = ProviderTask & {
  caseId: string;
  /** Whom to erase there; null once it was answered and destroyed. */
  subject: Identified | null;
  categories: string[];
  evidence: Evidence[];
  /** It says who the person is, and whoever looks has to say first why they open the case. */
  closedOff: boolean;
};

/**
 * One of them with what identifies the person, which is itself recorded as read, and of which they have a receipt; null for
 * whoever may not see it. A task that is not answered is everybody's to do, as an open case without a colleague is; of one that
 * was, what stands of the person is for whoever may open its case.
 */
export async function providerTask(ctx: Ctx, id: string): Promise<ProviderTaskForStaff | null> {
  if (ctx.actor.kind !== "staff" || !z.uuid().safeParse(id).success) return null;
  return withTransaction(ctx, async (tx) => {
    const [found] = await tx.db
      .select({ row: providerErasures, of: cases })
      .from(providerErasures)
      .innerJoin(cases, eq(cases.id, providerErasures.caseId))
      .where(and(eq(providerErasures.id, id), isNotNull(providerErasures.owedAt), ne(providerErasures.way, "none")));
    if (!found) return null;
    const { row, of } = found;
    const { reference } = of;
    const names = row.sealed !== null || row.evidence !== null;
    const todo = row.answeredAt ? {} : { closedAt: null, assignedTo: null };
    const closedOff = names && !(await noteAccess(tx, { ...of, ...todo }, { what: "provider-task" }));
    const message = row.sealed && !closedOff ? JSON.parse(openFor(id, "sealed", row.sealed)) : null;
    await recordAudit(tx, {
      action: "provider.read",
      object: { type: "case", id: row.caseId },
      payload: { provider: row.recipient, identities: message !== null },
    });
    return {
      ...viewOf(row),
      ...{ reference, caseId: row.caseId },
      overdue: !row.answeredAt && row.dueAt !== null && Temporal.Instant.compare(row.dueAt, tx.now) <= 0,
      subject: (message?.data.subject as Identified | undefined) ?? null,
      categories: (message?.data.categories as string[] | undefined) ?? [],
      evidence: closedOff ? [] : evidenceOf(row),
      closedOff,
    };
  });
}
