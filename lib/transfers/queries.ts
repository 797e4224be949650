import { and, desc, eq, or } from "drizzle-orm";
import { z } from "zod";
import { caseReader, holderOf } from "../cases/permit";
import { type Ctx, systemCtx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { homeSystem } from "../data-map/load";
import { cases, incomingTransfers, packages, transfers } from "../db/schema";
import { withRead } from "../db/transaction";
import { provedHash } from "./decide-incoming";
import { failureWords } from "./failure-words";
import { importWords } from "./import-words";
import { type LeftOut, partsLeftOut, skippedWords } from "./left-out";
import {
  type IncomingRow,
  type IncomingState,
  incomingState,
  type TransferRow,
  type TransferState,
  transferState,
} from "./states";

/** Views hold plain values, instants as ISO strings, for any component. */
export type TransferView = {
  id: string;
  reference: string;
  packageId: string;
  scope: "person" | "company";
  name: string;
  origin: string;
  contact: string;
  state: TransferState;
  requestedAt: string;
  bytesTotal: number | null;
  bytesSent: number;
  /** When it arrived, failed or was taken back. */
  endedAt: string | null;
  /** Why it failed, or the last try did, in words that follow a colon. */
  failure: string | null;
  lastAttemptAt: string | null;
  recall: TransferRow["recall"];
  acknowledgement: string | null;
  /** Its package waits for S14's time. */
  waitsUntil: string | null;
};

function view(
  row: TransferRow,
  reference: string,
  notBefore: Temporal.Instant | null,
  now: Temporal.Instant,
): TransferView {
  const { id, packageId, scope, name, origin, contact, bytesTotal, bytesSent, recall, acknowledgement } = row;
  return {
    ...{ id, reference, packageId, scope, name, origin, contact, bytesTotal, bytesSent, recall, acknowledgement },
    state: transferState(row),
    requestedAt: row.requestedAt.toString(),
    endedAt: (row.revokedAt ?? row.arrivedAt ?? row.failedAt)?.toString() ?? null,
    failure: row.lastFailure && failureWords(row.lastFailure),
    lastAttemptAt: row.lastAttemptAt?.toString() ?? null,
    waitsUntil: notBefore && Temporal.Instant.compare(notBefore, now) > 0 ? notBefore.toString() : null,
  };
}

function own(ctx: Ctx, which: { id?: string; caseId?: string }, limit: number): Promise<TransferView[]> {
  const holder = holderOf(ctx);
  return holder ? find(ctx, { ...which, personId: holder.personId }, limit) : Promise.resolve([]);
}

async function find(
  ctx: Ctx,
  which: { id?: string; caseId?: string; personId?: string },
  limit: number,
): Promise<TransferView[]> {
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ row: transfers, reference: cases.reference, notBefore: packages.notBefore })
      .from(transfers)
      .innerJoin(cases, eq(cases.id, transfers.caseId))
      .innerJoin(packages, eq(packages.id, transfers.packageId))
      .where(
        and(
          which.personId ? eq(transfers.personId, which.personId) : undefined,
          which.id ? eq(transfers.id, which.id) : undefined,
          which.caseId ? eq(transfers.caseId, which.caseId) : undefined,
        ),
      )
      .orderBy(desc(transfers.requestedAt))
      .limit(limit);
    return rows.map(({ row, reference, notBefore }) => view(row, reference, notBefore, tx.now));
  });
}

/** The person's own transfers, newest first. */
export const myTransfers = (ctx: Ctx): Promise<TransferView[]> => own(ctx, {}, 100);

/** One of them; null for a missing and for a foreign one alike. */
export async function myTransfer(ctx: Ctx, id: string): Promise<TransferView | null> {
  return z.uuid().safeParse(id).success ? ((await own(ctx, { id }, 1))[0] ?? null) : null;
}

/** The transfer that one of the person's requests is about; null when it is about none. */
export const transferOfCase = async (ctx: Ctx, caseId: string): Promise<TransferView | null> =>
  (await own(ctx, { caseId }, 1))[0] ?? null;

/** The same for the desk; null for everybody else. */
export async function transferForStaff(ctx: Ctx, caseId: string): Promise<TransferView | null> {
  return caseReader(ctx) ? ((await find(ctx, { caseId }, 1))[0] ?? null) : null;
}

export type IncomingView = {
  id: string;
  senderName: string;
  senderOrigin: string;
  scope: "person" | "company";
  state: IncomingState;
  offeredAt: string;
  expiresAt: string;
  bytes: number;
  /** What it holds, once it was checked; `skipped` says in words why something is not taken over. */
  contents: { label: string; rows: number; skipped: string | null; left: LeftOut[] }[];
  /** Of what would be taken over. */
  rows: number;
  rowsImported: number | null;
  /** Why it was not taken over, in words that follow a colon. */
  failure: string | null;
};

const labelOf = (collection: string): string => collectionLabel(homeSystem().name, collection);

function incomingView(row: IncomingRow): IncomingView {
  const { id, senderName, senderOrigin, scope, bytes, rowsImported } = row;
  const contents = (row.contents ?? []).map((content) => ({
    label: labelOf(content.collection),
    rows: content.rows,
    skipped: skippedWords(content),
    left: partsLeftOut(content),
  }));
  return {
    ...{ id, senderName, senderOrigin, scope, bytes, rowsImported, contents, state: incomingState(row) },
    offeredAt: row.offeredAt.toString(),
    expiresAt: row.expiresAt.toString(),
    rows: contents.reduce((sum, { rows, skipped }) => sum + (skipped ? 0 : rows), 0),
    failure: row.importFailure && importWords(row.importFailure, labelOf),
  };
}

/** Packages that came in for the address that the person proved by signing in, newest first. */
async function incoming(ctx: Ctx, id: string | null): Promise<IncomingView[]> {
  const holder = holderOf(ctx);
  const hash = await provedHash(ctx);
  if (!holder || !hash) return [];
  // The address is what they are found by; a row names no person before somebody took it.
  return withRead({ ...systemCtx("transfer:address", ctx.clock), requestId: ctx.requestId }, async (tx) => {
    const theirs = or(eq(incomingTransfers.addressHash, hash), eq(incomingTransfers.acceptedBy, holder.personId));
    const rows = await tx.db
      .select()
      .from(incomingTransfers)
      .where(and(theirs, id === null ? undefined : eq(incomingTransfers.id, id)))
      .orderBy(desc(incomingTransfers.offeredAt))
      .limit(50);
    return rows.map(incomingView);
  });
}

export const myIncoming = (ctx: Ctx): Promise<IncomingView[]> => incoming(ctx, null);

/** One of them; null for a missing and for a foreign one alike. */
export async function myIncomingOne(ctx: Ctx, id: string): Promise<IncomingView | null> {
  return z.uuid().safeParse(id).success ? ((await incoming(ctx, id))[0] ?? null) : null;
}
