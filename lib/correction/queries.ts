import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { z } from "zod";
import { type AttachmentView, attachmentsOf } from "../attachments/queries";
import { holderOf } from "../cases/permit";
import type { Ctx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { dataMap } from "../data-map/load";
import { collectionOf } from "../data-map/named";
import { rowName } from "../data-map/row-name";
import {
  addressChanges,
  caseMessages,
  cases,
  correctionItems,
  correctionNotices,
  correctionRuns,
  staff,
} from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type AddressState, stateOf } from "./address-links";
import { openContent } from "./content";

/** One value of a correction; plain values, instants in ISO form. */
export type CorrectionItemView = {
  id: string;
  label: string;
  /** And which of its rows. */
  collection: string;
  by: "rule" | "staff" | "address";
  /** Null once the person was forgotten. */
  before: string | null;
  after: string | null;
  evidence: string;
  /** Staff who wrote it down for the person; null where they did themselves. */
  proposedBy: { staffId: string; name: string } | null;
  /** What stood there instead when it was to be applied. */
  found: string | null;
  decision: "approved" | "declined" | "withdrawn" | null;
  decidedAt: string | null;
  decidedBy: string | null;
  ground: string | null;
  problem: string | null;
  appliedAt: string | null;
  settled: boolean;
};

export type CorrectionView = {
  items: CorrectionItemView[];
  /** Files that the person sent with it or in its thread. */
  files: AttachmentView[];
  providers: {
    id: string;
    name: string;
    kind: string;
    way: "webhook" | "manual";
    toldAt: string | null;
    failure: string | null;
  }[];
  /** For staff: what stops the engine. */
  failure: string | null;
  address: { state: AddressState; notBefore: string; expiresAt: string } | null;
};

/** Such as "Attendance, Lesson id 167": of several rows, who decides has to know which. */
function whichRow({ system, collection }: { system: string; collection: string }, key?: readonly string[]): string {
  const home = dataMap().systems.find(({ name }) => name === system);
  const found = home && collectionOf(home, collection);
  const name = home && found && key ? rowName(home, found, key) : null;
  return `${collectionLabel(system, collection)}${name ? `, ${name}` : ""}`;
}

/** Files of a message that was taken out of view are out of view for officers as well, to whom row security shows them. */
const inView = sql`not exists (select 1 from message_redactions r where r.message_id = ${caseMessages.id} and r.whole)`;

/** Staff as those who propose, beside those who decide. */
const proposers = alias(staff, "proposers");

/**
 * What a case proposes to put right and what became of it, as far as the actor may see the case; null where it proposes nothing.
 * Staff come here from the case's page, whose opening is an audit entry of its own.
 */
export async function correctionOf(ctx: Ctx, caseId: string): Promise<CorrectionView | null> {
  if (!z.uuid().safeParse(caseId).success) return null;
  return withRead(ctx, async (tx) => {
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    if (row?.kind !== "correction") return null;
    const rows = await tx.db
      .select({ item: correctionItems, by: staff.displayName, proposer: proposers.displayName })
      .from(correctionItems)
      .leftJoin(staff, eq(staff.id, correctionItems.decidedBy))
      .leftJoin(proposers, eq(proposers.id, correctionItems.proposedBy))
      .where(eq(correctionItems.caseId, caseId))
      .orderBy(asc(correctionItems.position));
    if (rows.length === 0) return null;
    const items: CorrectionItemView[] = [];
    for (const { item, by, proposer } of rows) {
      const content = await openContent(tx, row.subjectId, item);
      items.push({
        ...{ id: item.id, label: item.label, collection: whichRow(item, content?.key), by: item.by },
        ...{ before: content?.before ?? null, after: content?.after ?? null, evidence: content?.evidence ?? "" },
        proposedBy: item.proposedBy ? { staffId: item.proposedBy, name: proposer ?? "" } : null,
        ...{ found: content?.found ?? null, decision: item.decision, decidedBy: by },
        ...{ decidedAt: item.decidedAt?.toString() ?? null, ground: item.ground, problem: item.problem },
        ...{ appliedAt: item.appliedAt?.toString() ?? null, settled: item.settledAt !== null },
      });
    }
    const files = await filesOf(tx, row);
    return { items, files, providers: await noticesOf(tx, caseId), ...(await stateIn(tx, caseId)) };
  });
}

async function filesOf(tx: Tx, { id, subjectId }: typeof cases.$inferSelect): Promise<AttachmentView[]> {
  const messages = await tx.db
    .select({ id: caseMessages.id })
    .from(caseMessages)
    .where(and(eq(caseMessages.caseId, id), eq(caseMessages.author, "subject"), inView))
    .orderBy(asc(caseMessages.at));
  const ids = messages.map((message) => message.id);
  const found = await attachmentsOf(tx, ids, subjectId);
  return ids.flatMap((one) => found.get(one) ?? []);
}

async function noticesOf(tx: Tx, caseId: string): Promise<CorrectionView["providers"]> {
  const rows = await tx.db
    .select()
    .from(correctionNotices)
    .where(eq(correctionNotices.caseId, caseId))
    .orderBy(asc(correctionNotices.name), asc(correctionNotices.owedAt));
  return rows.map(({ id, name, kind, way, toldAt, lastFailure }) => ({
    ...{ id, name, kind, way, toldAt: toldAt?.toString() ?? null, failure: lastFailure },
  }));
}

async function stateIn(tx: Tx, caseId: string): Promise<Pick<CorrectionView, "failure" | "address">> {
  const runs = await tx.db
    .select({ failure: correctionRuns.failure, finishedAt: correctionRuns.finishedAt })
    .from(correctionRuns)
    .where(eq(correctionRuns.caseId, caseId));
  const [change] = await tx.db.select().from(addressChanges).where(eq(addressChanges.caseId, caseId));
  return {
    failure: runs.find(({ failure, finishedAt }) => failure && !finishedAt)?.failure ?? null,
    address: change
      ? {
          state: await stateOf(tx, change),
          notBefore: change.notBefore.toString(),
          expiresAt: change.expiresAt.toString(),
        }
      : null,
  };
}

export type UntoldCorrection = {
  id: string;
  name: string;
  reference: string;
  caseId: string;
  owedAt: string;
  way: string;
};

/** Providers that staff still have to tell of a correction, the oldest first; staff alone see it. */
export async function untoldCorrections(ctx: Ctx): Promise<UntoldCorrection[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ notice: correctionNotices, reference: cases.reference })
      .from(correctionNotices)
      .innerJoin(cases, eq(cases.id, correctionNotices.caseId))
      .where(isNull(correctionNotices.toldAt))
      .orderBy(asc(correctionNotices.owedAt), asc(correctionNotices.id))
      .limit(100);
    return rows.map(({ notice: { id, name, caseId, owedAt, way }, reference }) => ({
      ...{ id, name, reference, caseId, owedAt: owedAt.toString(), way },
    }));
  });
}

/** The holder's change of address that is under way; null when there is none. */
export async function myAddressChange(
  ctx: Ctx,
): Promise<(NonNullable<CorrectionView["address"]> & { reference: string }) | null> {
  const holder = holderOf(ctx);
  if (!holder) return null;
  return withRead(ctx, async (tx) => {
    const [open] = await tx.db
      .select({ caseId: cases.id, reference: cases.reference })
      .from(addressChanges)
      .innerJoin(cases, eq(cases.id, addressChanges.caseId))
      .where(and(eq(addressChanges.personId, holder.personId), isNull(cases.closedAt)))
      .limit(1);
    const { address } = open ? await stateIn(tx, open.caseId) : { address: null };
    return open && address ? { ...address, reference: open.reference } : null;
  });
}
