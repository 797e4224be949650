import { and, asc, desc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import {
  noticeBatches,
  noticeEvents,
  noticeExceptions,
  type noticeKinds,
  noticeRecipients,
  notices,
  policyVersions,
} from "../db/schema";
import { withRead } from "../db/transaction";
import { openAddress } from "./address";
import { type LedgerFigures, ledgerFigures, type RecipientState } from "./ledger-figures";

export type NoticeKind = (typeof noticeKinds)[number];

export type NoticeProgress = LedgerFigures & {
  id: string;
  versionId: string;
  kind: NoticeKind;
  number: number;
  effectiveAt: Temporal.Instant;
  /** When every recipient will have had the notice period; null while that cannot be said. */
  gateOpensAt: Temporal.Instant | null;
  createdAt: Temporal.Instant;
  frozenAt: Temporal.Instant | null;
  startedAt: Temporal.Instant | null;
  pausedAt: Temporal.Instant | null;
  /** `officer`, `bounces`, `complaints` or `refused`. */
  pauseReason: string | null;
  restUntil: Temporal.Instant | null;
  stoppedAt: Temporal.Instant | null;
  stopReason: string | null;
  completedAt: Temporal.Instant | null;
  /** `undecided` batches wait for an officer (R5). */
  batches: {
    total: number;
    sent: number;
    undecided: { id: string; position: number; size: number; failure: string }[];
  };
  /** When the hand-over will have ended at the pace so far; null before there is a pace, or when it rests or ended. */
  eta: Temporal.Instant | null;
  exceptions: (typeof noticeExceptions.$inferSelect)[];
};

/** How a notice stands, for staff; null when there is none or the actor is not staff. */
export async function noticeProgress(ctx: Ctx, { noticeId }: { noticeId: string }): Promise<NoticeProgress | null> {
  if (ctx.actor.kind !== "staff" && ctx.actor.kind !== "system") return null;
  const found = await withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ notice: notices, number: policyVersions.number, effectiveAt: policyVersions.effectiveAt })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .where(eq(notices.id, noticeId));
    if (!row?.effectiveAt) return null;
    const { addressKey: _, ...notice } = row.notice;
    const [batches] = await tx.db
      .select({
        total: sql<number>`count(*)::int`,
        sent: sql<number>`(count(*) filter (where ${noticeBatches.sentAt} is not null))::int`,
      })
      .from(noticeBatches)
      .where(eq(noticeBatches.noticeId, notice.id));
    const undecided = await tx.db
      .select({
        id: noticeBatches.id,
        position: noticeBatches.position,
        size: noticeBatches.size,
        failure: sql<string>`coalesce(${noticeBatches.failure}, 'outcome-unknown')`,
      })
      .from(noticeBatches)
      .where(
        and(
          eq(noticeBatches.noticeId, notice.id),
          sql`${noticeBatches.failedAt} is not null and ${noticeBatches.sentAt} is null`,
        ),
      )
      .orderBy(asc(noticeBatches.position))
      .limit(100);
    const exceptions = await tx.db
      .select()
      .from(noticeExceptions)
      .where(eq(noticeExceptions.noticeId, notice.id))
      .orderBy(asc(noticeExceptions.requestedAt));
    const total = batches?.total ?? 0;
    const sent = batches?.sent ?? 0;
    const moving = notice.startedAt && !notice.completedAt && !notice.pausedAt && !notice.stoppedAt;
    const passed = moving && notice.startedAt ? tx.now.since(notice.startedAt).total("milliseconds") : 0;
    return {
      ...notice,
      number: row.number,
      effectiveAt: row.effectiveAt,
      batches: { total, sent, undecided },
      eta:
        moving && !notice.restUntil && sent > 0
          ? tx.now.add({ milliseconds: Math.round((passed / sent) * (total - sent)) })
          : null,
      exceptions,
    };
  });
  if (!found) return null;
  // After the transaction: it has a connection of its own.
  const figures = await ledgerFigures(ctx, noticeId);
  return { ...figures, ...found, short: found.frozenAt ? figures.short : 0 };
}

/** Every notice, newest first, for staff. */
export function noticeList(
  ctx: Ctx,
): Promise<{ id: string; versionId: string; kind: NoticeKind; number: number; createdAt: Temporal.Instant }[]> {
  if (ctx.actor.kind !== "staff") return Promise.resolve([]);
  return withRead(ctx, (tx) =>
    tx.db
      .select({
        id: notices.id,
        versionId: notices.versionId,
        kind: notices.kind,
        number: policyVersions.number,
        createdAt: notices.createdAt,
      })
      .from(notices)
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .orderBy(desc(notices.createdAt)),
  );
}

export type RecipientRow = Pick<
  typeof noticeRecipients.$inferSelect,
  "id" | "platformUserId" | "state" | "sentAt" | "deliveredAt" | "failedAt" | "failure" | "providerId"
> & {
  /** Null once it was erased. */
  address: string | null;
};

/** What opens a recipient's address; `opened` puts the address in their place. */
const sealedColumns = {
  noticeId: noticeRecipients.noticeId,
  addressKey: notices.addressKey,
  addressSealed: noticeRecipients.addressSealed,
  address: noticeRecipients.address,
};

function opened<T extends Parameters<typeof openAddress>[0]>(
  row: T,
): Omit<T, keyof typeof sealedColumns> & { address: string | null } {
  const { noticeId: _, addressKey: _key, addressSealed: _sealed, address: _clear, ...rest } = row;
  return { ...rest, address: openAddress(row) };
}

/** Recipients of a notice in a stable order, for staff. @param input.after the last id of the page before */
export function recipientsPage(
  ctx: Ctx,
  input: {
    noticeId: string;
    state?: RecipientState | undefined;
    /** Only those whom staff have to tell in another way. */
    forStaff?: boolean | undefined;
    /** Only those whose mail failed for this reason. */
    failure?: string | undefined;
    /** Only this person. */
    platformUserId?: string | undefined;
    after?: string | undefined;
    limit?: number;
  },
): Promise<RecipientRow[]> {
  if (ctx.actor.kind !== "staff") return Promise.resolve([]);
  const conditions: (SQL | undefined)[] = [
    eq(noticeRecipients.noticeId, input.noticeId),
    input.state ? eq(noticeRecipients.state, input.state) : undefined,
    input.forStaff
      ? sql`exists (select 1 from notice_second_ways w
                    where w.recipient_id = ${noticeRecipients.id} and w.way = 'staff' and w.told_at is null)`
      : undefined,
    input.failure ? eq(noticeRecipients.failure, input.failure) : undefined,
    input.platformUserId ? eq(noticeRecipients.platformUserId, input.platformUserId) : undefined,
    input.after ? gt(noticeRecipients.id, input.after) : undefined,
  ];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({
        ...sealedColumns,
        id: noticeRecipients.id,
        platformUserId: noticeRecipients.platformUserId,
        state: noticeRecipients.state,
        sentAt: noticeRecipients.sentAt,
        deliveredAt: noticeRecipients.deliveredAt,
        failedAt: noticeRecipients.failedAt,
        failure: noticeRecipients.failure,
        providerId: noticeRecipients.providerId,
      })
      .from(noticeRecipients)
      .innerJoin(notices, eq(notices.id, noticeRecipients.noticeId))
      .where(and(...conditions))
      .orderBy(asc(noticeRecipients.id))
      .limit(Math.min(input.limit ?? 50, 200));
    return rows.map(opened);
  });
}

export type MyNotice = {
  id: string;
  number: number;
  previous: number | null;
  announcedAt: Temporal.Instant | null;
  effectiveAt: Temporal.Instant | null;
  withdrawnAt: Temporal.Instant | null;
  kind: NoticeKind;
  /** Null once it was erased. */
  address: string | null;
  state: RecipientState;
  sentAt: Temporal.Instant | null;
  deliveredAt: Temporal.Instant | null;
  failedAt: Temporal.Instant | null;
  /** SHA-256 of the exact mail as it was handed over; null before it was frozen. */
  contentSha256: string | null;
  events: { type: string; occurredAt: Temporal.Instant }[];
};

/** What this person was sent about policy changes and what became of it, newest first. */
export function myNotices(ctx: Ctx): Promise<MyNotice[]> {
  if (ctx.actor.kind !== "holder") return Promise.resolve([]);
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({
        id: noticeRecipients.id,
        number: policyVersions.number,
        previous: sql<number | null>`(
          select max(p.number) from policy_versions p
          where p.number < ${policyVersions.number} and p.announced_at is not null and p.withdrawn_at is null)`,
        announcedAt: policyVersions.announcedAt,
        effectiveAt: policyVersions.effectiveAt,
        withdrawnAt: policyVersions.withdrawnAt,
        kind: notices.kind,
        ...sealedColumns,
        state: noticeRecipients.state,
        sentAt: noticeRecipients.sentAt,
        deliveredAt: noticeRecipients.deliveredAt,
        failedAt: noticeRecipients.failedAt,
        contentSha256: noticeRecipients.contentSha256,
      })
      .from(noticeRecipients)
      .innerJoin(notices, eq(notices.id, noticeRecipients.noticeId))
      .innerJoin(policyVersions, eq(policyVersions.id, notices.versionId))
      .orderBy(desc(policyVersions.number), desc(notices.createdAt));
    const events = await tx.db
      .select({
        recipientId: noticeEvents.recipientId,
        type: noticeEvents.type,
        occurredAt: noticeEvents.occurredAt,
      })
      .from(noticeEvents)
      .innerJoin(noticeRecipients, eq(noticeRecipients.id, noticeEvents.recipientId))
      .orderBy(asc(noticeEvents.occurredAt));
    return rows.map((row) => ({
      ...opened(row),
      events: events
        .filter((event) => event.recipientId === row.id)
        .map(({ type, occurredAt }) => ({ type, occurredAt })),
    }));
  });
}
