import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { HolderCtx } from "../context";
import { acknowledgements } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { inForceIn } from "./queries";

/** What this process knows to be on record, so that a request costs no write and mostly no read. */
const known = new Set<string>();
const mostKnown = 50_000;

type Current = { id: string; sha256: string };
/** The version in force, asked of the database at most every ten seconds: what is in force changes by the clock. */
let current: { version: Promise<Current | null>; until: number } | undefined;

function versionInForce(ctx: HolderCtx): Promise<Current | null> {
  if (ctx.clock) return withRead(ctx, inForceIn);
  if (current && performance.now() < current.until) return current.version;
  const version = withRead(ctx, inForceIn);
  current = { version, until: performance.now() + 10_000 };
  version.catch(() => {
    current = undefined;
  });
  return version;
}

/**
 * Notes a person's first authenticated use of this app after a version took effect (promise `change.acceptance`): once
 * for each person and version, bound to the version's text. Called with every request of somebody signed in; after the
 * first one it costs a look into memory.
 * @returns whether it was noted now
 */
export async function acknowledgeUse(ctx: HolderCtx): Promise<boolean> {
  const { personId } = ctx.actor;
  const version = await versionInForce(ctx);
  if (!version) return false;
  const key = `${personId} ${version.id}`;
  if (known.has(key)) return false;
  const noted = await withTransaction(ctx, async (tx) => {
    const made = await tx.db
      .insert(acknowledgements)
      .values({
        id: newId(),
        versionId: version.id,
        sha256: version.sha256,
        subject: sql`coalesce((select platform_user_id from people where id = ${personId}), ${`person:${personId}`})`,
        personId,
        at: tx.now,
        via: "app",
        recordedAt: tx.now,
      })
      .onConflictDoNothing();
    if (made.count === 0) return false;
    await recordAudit(tx, {
      action: "policy-version.acknowledged",
      object: { type: "policy_version", id: version.id },
      payload: { via: "app", sha256: version.sha256 },
    });
    return true;
  });
  if (known.size >= mostKnown) known.clear();
  known.add(key);
  return noted;
}
