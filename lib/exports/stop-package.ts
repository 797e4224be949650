import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type Ctx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { caseClocks, caseEvents, cases, packages, transfers } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { packageState } from "./package-state";
import { ownPackage } from "./queries";

/** From the page by its id, or by the token of the mail, which needs no session. */
export type StopInput = { packageId: string } | { token: string };

/** The mail's link acts for the person without knowing who clicks: a system actor bound to one token. */
const linkCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:package-stop", ctx.clock), requestId: ctx.requestId });

/**
 * Stops a package before it is ready: one that waits, or is being written (the writer notices within
 * a second and removes what it wrote). Needs no step-up: protecting oneself asks no more than giving
 * up (L12). The request it belongs to is closed as cancelled.
 */
export async function stopPackage(ctx: Ctx, input: StopInput): Promise<Result<{ packageId: string }>> {
  if ("token" in input) {
    return withTransaction(linkCtx(ctx), async (tx) => {
      const id = await byToken(tx, input.token);
      return id ? stop(tx, id, "mail") : fail("not-found");
    });
  }
  return withTransaction(ctx, async (tx) => {
    const found = await ownPackage(tx, input.packageId);
    return found ? stop(tx, found.row.id, "page") : fail("not-found");
  });
}

async function byToken(tx: Tx, token: string): Promise<string | null> {
  const [row] = await tx.db
    .select({ id: packages.id })
    .from(packages)
    .where(eq(packages.stopTokenHash, sha256Hex(token)));
  return row?.id ?? null;
}

/** The same inside the transaction of something else that ends, such as a transfer. */
export async function stop(tx: Tx, packageId: string, from: "mail" | "page"): Promise<Result<{ packageId: string }>> {
  const [row] = await tx.db.select().from(packages).where(eq(packages.id, packageId)).for("update");
  if (!row) return fail("not-found");
  if (row.stoppedAt || row.readyAt || row.failedAt) return fail("already-done");
  await tx.db.update(packages).set({ stoppedAt: tx.now, failure: null }).where(eq(packages.id, packageId));
  // What was to be sent to another provider is not.
  await tx.db
    .update(transfers)
    .set({ revokedAt: tx.now })
    .where(and(eq(transfers.packageId, packageId), isNull(transfers.revokedAt)));
  await tx.db
    .update(cases)
    .set({ decidedAt: tx.now, decision: "cancelled", closedAt: tx.now, revision: sql`${cases.revision} + 1` })
    .where(and(eq(cases.id, row.caseId), isNull(cases.closedAt)));
  await tx.db
    .update(caseClocks)
    .set({ stoppedAt: tx.now })
    .where(and(eq(caseClocks.caseId, row.caseId), isNull(caseClocks.stoppedAt)));
  await tx.db.insert(caseEvents).values({
    id: newId(),
    caseId: row.caseId,
    type: "package.stopped",
    actorKind: tx.ctx.actor.kind,
    detail: { packageId, from },
    at: tx.now,
  });
  await recordAudit(tx, {
    action: "package.stopped",
    object: { type: "package", id: packageId },
    payload: { caseId: row.caseId, from },
  });
  return ok({ packageId });
}

/** What the mail's link leads to, before anything is changed; null for an unknown token. */
export function packageByToken(
  ctx: Ctx,
  token: string,
): Promise<{ scope: "person" | "company"; requestedAt: string; state: "open" | "stopped" | "over" } | null> {
  return withRead(linkCtx(ctx), async (tx) => {
    const id = await byToken(tx, token);
    if (!id) return null;
    const [row] = await tx.db.select().from(packages).where(eq(packages.id, id));
    if (!row) return null;
    const state = packageState(row, tx.now);
    const over = state === "ready" || state === "expired" || state === "failed";
    return {
      scope: row.scope,
      requestedAt: row.requestedAt.toString(),
      state: state === "stopped" ? "stopped" : over ? "over" : "open",
    };
  });
}
