import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { holderOf } from "../cases/permit";
import { type Ctx, isSteppedUp, systemCtx } from "../context";
import { homeSystem } from "../data-map/load";
import { incomingTransfers, people } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { addressHash } from "./address-hash";
import { removeIncoming } from "./remove-incoming";
import { type IncomingRow, incomingState } from "./states";

/** Acts for somebody who proved an address by signing in: packages that came in know an address, and no person yet. */
const addressCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("transfer:address", ctx.clock), requestId: ctx.requestId });

/** The keyed hash of the address that the actor proved by signing in; null for everybody else. */
export async function provedHash(ctx: Ctx): Promise<string | null> {
  const holder = holderOf(ctx);
  if (!holder) return null;
  const [row] = await withRead(ctx, (tx) =>
    tx.db.select({ email: people.email }).from(people).where(eq(people.id, holder.personId)),
  );
  return row ? addressHash(row.email) : null;
}

/** Runs `work` on a package that came in for the actor's proved address; a foreign and a missing id are the same (S19). */
export async function withIncoming<R>(
  ctx: Ctx,
  incomingId: string,
  work: (tx: Tx, row: IncomingRow) => Promise<Result<R>>,
): Promise<Result<R>> {
  const hash = await provedHash(ctx);
  const holder = holderOf(ctx);
  if (!hash || !holder || !z.uuid().safeParse(incomingId).success) return fail("not-found");
  return withTransaction(addressCtx(ctx), async (tx) => {
    const [row] = await tx.db
      .select()
      .from(incomingTransfers)
      .where(eq(incomingTransfers.id, incomingId))
      .for("update");
    // Whoever took it stays its person after the address is gone from the row.
    const theirs = row && (row.addressHash === hash || row.acceptedBy === holder.personId);
    return theirs ? work(tx, row) : fail("not-found");
  });
}

/** Its person takes a package over: a job puts its rows into the platform. Needs a fresh step-up (S14). Twice is once. */
export function acceptIncoming(ctx: Ctx, { incomingId }: { incomingId: string }): Promise<Result<void>> {
  const holder = holderOf(ctx);
  return withIncoming(ctx, incomingId, async (tx, row) => {
    if (!holder || !isSteppedUp(holder, tx.now)) return fail("step-up-required");
    if (incomingState(row) !== "waiting") return fail("already-done");
    // Over, and not removed yet.
    if (Temporal.Instant.compare(row.expiresAt, tx.now) <= 0) return fail("expired");
    // It waits: an account that they open here meanwhile is one into which it can go.
    const [person] = await tx.db.select().from(people).where(eq(people.id, holder.personId));
    if (row.scope === "person" && homeSystem().person.company && !person?.platformUserId)
      return fail("no-account-here");
    await tx.db
      .update(incomingTransfers)
      .set({ acceptedAt: tx.now, acceptedBy: holder.personId })
      .where(eq(incomingTransfers.id, row.id));
    await recordAudit(tx, {
      action: "incoming.accepted",
      object: { type: "incoming-transfer", id: row.id },
      payload: { personId: holder.personId },
    });
    await enqueue(tx, "transfer.import", { incomingId: row.id });
    return ok(undefined);
  });
}

/** Its person does not want a package: it is removed at once. */
export async function declineIncoming(ctx: Ctx, { incomingId }: { incomingId: string }): Promise<Result<void>> {
  const declined = await withIncoming(ctx, incomingId, async (tx, row) => {
    if (!["receiving", "checking", "waiting"].includes(incomingState(row))) return fail("already-done");
    await tx.db.update(incomingTransfers).set({ declinedAt: tx.now }).where(eq(incomingTransfers.id, row.id));
    await recordAudit(tx, { action: "incoming.declined", object: { type: "incoming-transfer", id: row.id } });
    return ok(row.id);
  });
  if (!declined.ok) return declined;
  await removeIncoming(systemCtx("transfer:declined"), declined.value);
  return ok(undefined);
}
