import { and, asc, desc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { cases, packageParts, packageProgress, packages } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { failureLabel } from "./labels";
import { type PackageRow, type PackageState, packageState } from "./package-state";

/** Views hold plain values, instants as ISO strings, for any component and for JSON. */
export type PackageSummary = {
  packageId: string;
  reference: string;
  scope: "person" | "company";
  state: PackageState;
  requestedAt: string;
  notBefore: string | null;
  readyAt: string | null;
  expiresAt: string | null;
  bytes: number | null;
  rows: number | null;
};

export type PackagePart = { position: number; fileName: string; bytes: number; sha256: string };

export type CollectionProgress = {
  system: string;
  name: string;
  label: string;
  rows: number;
  bytes: number;
  done: boolean;
};

export type PackageProgress = {
  state: PackageState;
  /** Of how many collections. */
  total: number;
  done: number;
  rows: number;
  /** Rows expected before the writing began, about; null until then. */
  rowsExpected: number | null;
  /** Bytes read so far, before compression. */
  bytes: number;
  collections: CollectionProgress[];
};

export type PackageDetail = PackageSummary & {
  startedAt: string | null;
  /** SHA-256 of datapackage.json, which holds the hash of every file. */
  sha256: string | null;
  parts: PackagePart[];
  progress: PackageProgress;
  /** Why it failed or waits for another try: `disk-full`, `not-owner`, or what could not be read, in words. */
  failure: { kind: "disk-full" | "not-owner" | "key-destroyed" | "unreadable"; what: string } | null;
  /** A later package of the same request that is under way or ready. */
  replacedBy: string | null;
};

const personOf = (ctx: Ctx): string | null => (ctx.actor.kind === "holder" ? ctx.actor.personId : null);

function summary(row: PackageRow, reference: string, now: Temporal.Instant): PackageSummary {
  return {
    packageId: row.id,
    reference,
    scope: row.scope,
    state: packageState(row, now),
    requestedAt: row.requestedAt.toString(),
    notBefore: row.notBefore?.toString() ?? null,
    readyAt: row.readyAt?.toString() ?? null,
    expiresAt: row.expiresAt?.toString() ?? null,
    bytes: row.bytes,
    rows: row.rowsEstimated,
  };
}

/** The person's own packages, newest first. */
export function myPackages(ctx: Ctx): Promise<PackageSummary[]> {
  const personId = personOf(ctx);
  if (!personId) return Promise.resolve([]);
  return withRead(ctx, async (tx) => {
    const rows = await tx.db
      .select({ row: packages, reference: cases.reference })
      .from(packages)
      .innerJoin(cases, eq(cases.id, packages.caseId))
      .where(eq(packages.personId, personId))
      .orderBy(desc(packages.requestedAt))
      .limit(100);
    return rows.map(({ row, reference }) => summary(row, reference, tx.now));
  });
}

/** The row, when it is the actor's own; a foreign and a missing id are the same (S19). */
export async function ownPackage(tx: Tx, packageId: string): Promise<{ row: PackageRow; reference: string } | null> {
  const personId = personOf(tx.ctx);
  if (!personId || !z.uuid().safeParse(packageId).success) return null;
  const [found] = await tx.db
    .select({ row: packages, reference: cases.reference })
    .from(packages)
    .innerJoin(cases, eq(cases.id, packages.caseId))
    .where(and(eq(packages.id, packageId), eq(packages.personId, personId)));
  return found ?? null;
}

async function progressOf(tx: Tx, row: PackageRow): Promise<PackageProgress> {
  const found = await tx.db
    .select()
    .from(packageProgress)
    .where(eq(packageProgress.packageId, row.id))
    .orderBy(asc(packageProgress.position));
  return {
    state: packageState(row, tx.now),
    total: row.collectionsTotal,
    done: found.filter(({ doneAt }) => doneAt).length,
    rows: found.reduce((sum, { rows }) => sum + rows, 0),
    rowsExpected: row.rowsEstimated,
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
    collections: found.map(({ system, collection, rows, bytes, doneAt }) => ({
      system,
      name: collection,
      label: collectionLabel(system, collection),
      rows,
      bytes,
      done: doneAt !== null,
    })),
  };
}

/** How far a package is; what the page asks for again and again. */
export function packageProgressOf(ctx: Ctx, packageId: string): Promise<Result<PackageProgress, "not-found">> {
  return withRead(ctx, async (tx) => {
    const found = await ownPackage(tx, packageId);
    return found ? ok(await progressOf(tx, found.row)) : fail("not-found");
  });
}

export function packageDetail(ctx: Ctx, packageId: string): Promise<Result<PackageDetail, "not-found">> {
  return withRead(ctx, async (tx) => {
    const found = await ownPackage(tx, packageId);
    if (!found) return fail("not-found");
    const { row, reference } = found;
    const parts = await tx.db
      .select()
      .from(packageParts)
      .where(eq(packageParts.packageId, row.id))
      .orderBy(asc(packageParts.position));
    return ok({
      ...summary(row, reference, tx.now),
      startedAt: row.startedAt?.toString() ?? null,
      sha256: row.sha256,
      parts: parts.map(({ position, fileName, bytes, sha256 }) => ({ position, fileName, bytes, sha256 })),
      progress: await progressOf(tx, row),
      failure: row.failure ? explained(row.failure) : null,
      replacedBy: await replacement(tx, row),
    });
  });
}

/** A later package of the same case that is under way or still there. */
export async function replacement(tx: Tx, row: PackageRow): Promise<string | null> {
  const later = await tx.db
    .select()
    .from(packages)
    .where(
      and(eq(packages.caseId, row.caseId), gt(packages.requestedAt, row.requestedAt), sql`${packages.id} <> ${row.id}`),
    )
    .orderBy(desc(packages.requestedAt));
  const live = later.find((one) => !["expired", "failed", "stopped"].includes(packageState(one, tx.now)));
  return live?.id ?? null;
}

function explained(failure: string): NonNullable<PackageDetail["failure"]> {
  if (failure === "disk-full" || failure === "not-owner" || failure === "key-destroyed") {
    return { kind: failure, what: "" };
  }
  return { kind: "unreadable", what: failureLabel(failure) };
}
