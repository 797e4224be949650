import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { HolderCtx } from "../context";
import { processingRecords } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { oneAtATime } from "./one-at-a-time";
import { aboutPerson } from "./standing";

/** Sessions whose signal this process has dealt with, so that a request costs mostly nothing. A new account comes with a new one. */
const known = new Set<string>();
const mostKnown = 50_000;

/**
 * A signed-in person's browser sent `Sec-GPC: 1` (Global Privacy Control, W4): an objection to improvement and analytics, once.
 * Whoever ever objected to it, by the signal or themselves, has said what they want since: what they took back stays taken back,
 * whatever the browser goes on to send.
 * @returns whether it was recorded now
 */
export async function honourSignal(ctx: HolderCtx): Promise<boolean> {
  const { personId, sessionId } = ctx.actor;
  if (known.has(sessionId)) return false;
  const noted = await withTransaction(ctx, async (tx) => {
    await oneAtATime(tx, personId);
    const [before] = await tx.db
      .select({ id: processingRecords.id })
      .from(processingRecords)
      .where(
        and(
          aboutPerson(personId),
          eq(processingRecords.kind, "objection"),
          eq(processingRecords.purpose, "improvement"),
          // What they said about one system says nothing about the others.
          isNull(processingRecords.system),
        ),
      )
      .limit(1);
    if (before) return false;
    const id = newId();
    await tx.db.insert(processingRecords).values({
      ...{ id, kind: "objection", personId, purpose: "improvement", source: "gpc" },
      ...{ askedAt: tx.now, inEffectFrom: tx.now },
    });
    await recordAudit(tx, {
      action: "processing.asked",
      object: { type: "processing", id },
      payload: { kind: "objection", purpose: "improvement", system: null, basis: null, source: "gpc" },
    });
    return true;
  });
  if (known.size >= mostKnown) known.clear();
  known.add(sessionId);
  return noted;
}
