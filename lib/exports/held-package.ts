import { asc, desc, eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { dataMap } from "../data-map/load";
import { packageProgress, packageRedactions, packages } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { isAboutOthers } from "./about-others";
import { awaitsRewriting, type Look, looksAt, looksNeeded } from "./looks";
import { packageState } from "./package-state";
import { redactable } from "./redact-system";
import type { Risk } from "./risks";

export type HeldCollection = {
  system: string;
  name: string;
  label: string;
  rows: number;
  /** The map says that rows in it may be about others too. */
  aboutOthers: boolean;
  fields: { name: string; label: string; left: "all" | "others" | null }[];
  /** Left out whole. */
  left: boolean;
};

export type HeldPackage = {
  packageId: string;
  scope: "person" | "company";
  sha256: string;
  rows: number;
  bytes: number;
  risks: Risk[];
  looks: Look[];
  needed: number;
  /** Two people looked: it is handed out in a moment. */
  released: boolean;
  /** It is being written anew without what was to be left out. */
  rewriting: boolean;
  collections: HeldCollection[];
};

/** The package of a case that waits for staff, with counts and names of fields and nothing of what is in it; only staff see it. */
export async function heldPackage(ctx: Ctx, caseId: string): Promise<HeldPackage | null> {
  if (ctx.actor.kind !== "staff") return null;
  const read = async (tx: Tx): Promise<HeldPackage | null> => {
    const [row] = await tx.db
      .select()
      .from(packages)
      .where(eq(packages.caseId, caseId))
      .orderBy(desc(packages.requestedAt))
      .limit(1);
    if (!row || row.readyAt || row.failedAt || row.stoppedAt) return null;
    const rewriting = await awaitsRewriting(tx, caseId);
    if (packageState(row, tx.now) !== "checking" && !rewriting) return null;
    const progress = await tx.db
      .select()
      .from(packageProgress)
      .where(eq(packageProgress.packageId, row.id))
      .orderBy(asc(packageProgress.position));
    const left = await tx.db
      .select({
        ...{ system: packageRedactions.system, collection: packageRedactions.collection },
        ...{ field: packageRedactions.field, rows: packageRedactions.rows },
      })
      .from(packageRedactions)
      .innerJoin(packages, eq(packages.id, packageRedactions.packageId))
      .where(eq(packages.caseId, caseId));
    const looks = await looksAt(tx, row);
    return {
      packageId: row.id,
      scope: row.scope,
      sha256: row.sha256 ?? "",
      rows: row.rowsEstimated ?? 0,
      bytes: row.bytes ?? 0,
      risks: row.risks as Risk[],
      looks,
      needed: looksNeeded,
      released: new Set(looks.map(({ staffId }) => staffId)).size >= looksNeeded,
      rewriting,
      collections: dataMap().systems.flatMap((system) =>
        system.collections.flatMap((collection): HeldCollection[] => {
          const own = left.filter((one) => one.system === system.name && one.collection === collection.name);
          const written = progress.find((one) => one.system === system.name && one.collection === collection.name);
          const whole = own.some(({ field }) => field === null);
          if (!written && !whole) return [];
          return [
            {
              system: system.name,
              name: collection.name,
              label: collectionLabel(system.name, collection.name),
              rows: written?.rows ?? 0,
              aboutOthers: isAboutOthers(system, collection, row.scope),
              left: whole,
              fields: redactable(collection, row.scope).map(({ name, label }) => ({
                ...{ name, label },
                left: own.find(({ field }) => field === name)?.rows ?? null,
              })),
            },
          ];
        }),
      ),
    };
  };
  // One snapshot: it may be written anew between two reads, and would then stand here with the fingerprint of what was before.
  return withTransaction(ctx, read, { readOnly: true, isolation: "repeatable read" });
}
