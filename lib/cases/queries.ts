import { and, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, deletions } from "../db/schema";
import { withRead } from "../db/transaction";
import { type ReceiptLink, receiptOf } from "../erasure/read-receipt";
import { type ProviderView, providersOf } from "../providers/queries";
import { type AppealView, appealOf } from "./appeal-view";
import type { CaseSummary, DeletionView } from "./case-view";
import { type ErasureView, erasureOf } from "./erasure-view";
import { findSubject, type Subject } from "./find-subject";
import { holderOf } from "./permit";
import type { DeletionPreview } from "./preview-deletion";
import { type CaseWithParts, type EventView, type MessageView, summaries, threadOf } from "./read-case";

export type CaseForSubject = CaseWithParts & {
  events: EventView[];
  messages: MessageView[];
  declineGround: string | null;
  approvalGround: string | null;
  /** Of a refusal, the last appeal against it and until when there can be one. */
  appeal: AppealView;
  /** What the engine did, for a deletion. */
  erasure: ErasureView[];
  /** What the providers were told of it and answered. */
  providers: ProviderView[];
  receipt: ReceiptLink | null;
};

/** A holder's own cases: open ones first, then the newest. */
export async function myCases(ctx: Ctx, limit = 200): Promise<CaseWithParts[]> {
  const holder = holderOf(ctx);
  if (!holder) return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select()
      .from(cases)
      .where(eq(cases.subjectId, holder.personId))
      .orderBy(sql`${cases.closedAt} is not null`, desc(cases.receivedAt))
      .limit(limit);
    return summaries(tx, rows);
  });
}

/** One of the holder's own cases with its thread; null for a missing and for a foreign one alike. */
export async function caseForSubject(ctx: Ctx, reference: string): Promise<CaseForSubject | null> {
  const holder = holderOf(ctx);
  if (!holder || reference.length > 40) return null;
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(cases)
      .where(and(eq(cases.reference, reference), eq(cases.subjectId, holder.personId)));
    if (!row) return null;
    const [summary] = await summaries(tx, [row]);
    const thread = await threadOf(tx, row);
    if (!summary) return null;
    return {
      ...summary,
      messages: thread.messages.filter((message) => !message.internal),
      events: thread.events.filter((event) => event.visibleToSubject),
      declineGround: row.declineGround,
      approvalGround: row.approvalGround,
      appeal: await appealOf(tx, row),
      erasure: await erasureOf(tx, row.id),
      providers: await providersOf(tx, row.id),
      receipt: await receiptOf(tx, row.id),
    };
  });
}

/** The holder's open deletion, with what was shown when it was asked for; null when there is none, and a cancelled plan is none. */
export async function myDeletion(
  ctx: Ctx,
): Promise<(CaseSummary & { deletion: DeletionView; preview: DeletionPreview }) | null> {
  const holder = holderOf(ctx);
  if (!holder) return null;
  return withRead(ctx, async (tx) => {
    const [found] = await tx.db
      .select({ row: cases, preview: deletions.preview })
      .from(cases)
      .innerJoin(deletions, eq(deletions.caseId, cases.id))
      .where(and(eq(cases.subjectId, holder.personId), isNull(cases.closedAt), isNull(deletions.cancelledAt)))
      .limit(1);
    if (!found) return null;
    const [summary] = await summaries(tx, [found.row]);
    if (!summary?.deletion) return null;
    return { ...summary, deletion: summary.deletion, preview: found.preview as DeletionPreview };
  });
}

/** The holder's newest deletion that was carried out, and when; null when there is none. */
export async function myDeletionDone(ctx: Ctx): Promise<{ reference: string; carriedOutAt: string } | null> {
  const holder = holderOf(ctx);
  if (!holder) return null;
  const [done] = await withRead(ctx, (tx) =>
    tx.db
      .select({ reference: cases.reference, carriedOutAt: deletions.carriedOutAt })
      .from(deletions)
      .innerJoin(cases, eq(cases.id, deletions.caseId))
      .where(and(eq(cases.subjectId, holder.personId), isNotNull(deletions.carriedOutAt)))
      .orderBy(sql`${cases.closedAt} is not null`, desc(cases.receivedAt))
      .limit(1),
  );
  return done?.carriedOutAt ? { reference: done.reference, carriedOutAt: done.carriedOutAt.toString() } : null;
}

/** What the holder's pages say about the person; null when nobody is signed in. */
export async function mySubject(ctx: Ctx): Promise<Subject | null> {
  const holder = holderOf(ctx);
  return holder ? withRead(ctx, (tx) => findSubject(tx, holder.personId)) : null;
}
