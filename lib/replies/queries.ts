import { asc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { savedReplies, staff } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type ClauseChange, type ClauseState, changedClauses, policyClauses } from "./clauses";

export type SavedReply = {
  replyId: string;
  title: string;
  body: string;
  revision: number;
  writtenBy: { staffId: string; name: string };
  editedAt: string;
  clauses: string[];
  /** Number of the policy version it was checked against. */
  checkedAgainst: number | null;
  /** Clauses that changed since: it has to be checked before it is sent. */
  check: ClauseChange[];
};

/** Saved replies in use, by title; only staff see them. */
export async function savedRepliesFor(ctx: Ctx): Promise<SavedReply[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, async (tx) => read(tx, await rows(tx).where(isNull(savedReplies.retiredAt))));
}

/** One saved reply in use; null when there is none by this id. */
export async function savedReply(ctx: Ctx, replyId: string): Promise<SavedReply | null> {
  if (ctx.actor.kind !== "staff" || !z.uuid().safeParse(replyId).success) return null;
  return withRead(ctx, async (tx) => {
    const found = (await rows(tx).where(eq(savedReplies.id, replyId))).filter(({ row }) => !row.retiredAt);
    return (await read(tx, found))[0] ?? null;
  });
}

/** The clauses of the policy in force, for choosing what a reply rests on. */
export async function clausesInForce(ctx: Ctx): Promise<ClauseState[]> {
  return withRead(ctx, async (tx) => (await policyClauses(tx)).inForce);
}

const rows = (tx: Tx) =>
  tx.db
    .select({ row: savedReplies, name: staff.displayName })
    .from(savedReplies)
    .innerJoin(staff, eq(staff.id, savedReplies.writtenBy))
    .orderBy(asc(savedReplies.title))
    .limit(500)
    .$dynamic();

async function read(tx: Tx, found: Awaited<ReturnType<typeof rows>>): Promise<SavedReply[]> {
  if (found.length === 0) return [];
  const policy = await policyClauses(tx);
  return found.map(({ row, name }) => ({
    ...{ replyId: row.id, title: row.title, body: row.body, revision: row.revision },
    writtenBy: { staffId: row.writtenBy, name },
    editedAt: row.editedAt.toString(),
    clauses: row.clauses.map(({ id }) => id),
    checkedAgainst: row.checkedAgainst,
    check: changedClauses(row.clauses, policy),
  }));
}
