import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { businessTransfers, highlights, notices, policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import type { TransferRow } from "./with-transfer";
import type { TransferGround, TransferKind } from "./words";

export type TransferState = "draft" | "approved" | "published" | "done" | "withdrawn";
export type TransferForDesk = TransferRow & { state: TransferState; version: number | null; noticeId: string | null };

function stateOf(row: TransferRow, now: Temporal.Instant): TransferState {
  if (row.withdrawnAt) return "withdrawn";
  if (row.publishedAt) return Temporal.Instant.compare(row.happensAt, now) <= 0 ? "done" : "published";
  return row.approvedAt ? "approved" : "draft";
}

/** Every business transfer for staff, the newest first. */
export async function transfersForDesk(ctx: Ctx, limit = 200): Promise<TransferForDesk[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ row: businessTransfers, version: policyVersions.number, noticeId: notices.id })
      .from(businessTransfers)
      .leftJoin(policyVersions, eq(policyVersions.id, businessTransfers.versionId))
      .leftJoin(notices, and(eq(notices.versionId, businessTransfers.versionId), eq(notices.kind, "announcement")))
      .orderBy(desc(businessTransfers.requestedAt))
      .limit(limit);
    return rows.map(({ row, version, noticeId }) => ({ ...row, state: stateOf(row, tx.now), version, noticeId }));
  });
}

/** Announced versions that name a new recipient, newest first: with one of them a transfer is published. */
export async function tellingVersions(ctx: Ctx): Promise<{ number: number; effectiveAt: string }[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .selectDistinct({ number: policyVersions.number, effectiveAt: policyVersions.effectiveAt })
      .from(policyVersions)
      .innerJoin(highlights, and(eq(highlights.versionId, policyVersions.id), eq(highlights.kind, "new-recipient")))
      .where(and(isNotNull(policyVersions.announcedAt), sql`${policyVersions.withdrawnAt} is null`))
      .orderBy(desc(policyVersions.number));
    return rows.map(({ number, effectiveAt }) => ({ number, effectiveAt: String(effectiveAt) }));
  });
}

export type PublicTransfer = {
  id: string;
  kind: TransferKind;
  recipient: string;
  country: string;
  categories: string[];
  ground: TransferGround;
  text: string;
  happensAt: string;
  publishedAt: string;
  withdrawnAt: string | null;
  version: number;
};

/** What was published, for anybody, the newest first. */
export async function publicTransfers(ctx: Ctx): Promise<PublicTransfer[]> {
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ row: businessTransfers, version: policyVersions.number })
      .from(businessTransfers)
      .innerJoin(policyVersions, eq(policyVersions.id, businessTransfers.versionId))
      .where(isNotNull(businessTransfers.publishedAt))
      .orderBy(desc(businessTransfers.publishedAt));
    return rows.map(({ row, version }) => ({
      ...{ id: row.id, kind: row.kind, recipient: row.recipient, country: row.country, categories: row.categories },
      ...{ ground: row.ground, text: row.text, happensAt: row.happensAt.toString(), version },
      ...{ publishedAt: String(row.publishedAt), withdrawnAt: row.withdrawnAt?.toString() ?? null },
    }));
  });
}
