import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { lockCase } from "../cases/change-case";
import { findSubject } from "../cases/find-subject";
import { holderOf } from "../cases/permit";
import { recordEvent } from "../cases/record-event";
import { type Ctx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { addressChanges, cases, correctionItems } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { queueMail } from "../mail/queue-mail";
import { settleCase } from "./settle-case";

/** The mail's link acts for the person without knowing who clicks: a system actor bound to one token. */
const linkCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:address-change", ctx.clock), requestId: ctx.requestId });

export type AddressState = "open" | "proved" | "stopped" | "applied" | "over";
export type AddressLink = { reference: string; notBefore: string; state: AddressState; zone: string };

/** What a link of one of the two mails leads to, before anything is changed; null for an unknown token. */
export async function addressByToken(ctx: Ctx, of: "stop" | "prove", token: string): Promise<AddressLink | null> {
  return withRead(linkCtx(ctx), async (tx) => {
    const [change] = await tx.db.select().from(addressChanges).where(tokenIs(of, token));
    if (!change) return null;
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, change.caseId));
    const subject = await findSubject(tx, change.personId);
    return {
      reference: row?.reference ?? "",
      notBefore: change.notBefore.toString(),
      state: await stateOf(tx, change),
      zone: subject?.timeZone ?? "UTC",
    };
  });
}

export async function stateOf(tx: Tx, change: typeof addressChanges.$inferSelect): Promise<AddressState> {
  if (change.stoppedAt) return "stopped";
  const [item] = await tx.db.select().from(correctionItems).where(eq(correctionItems.caseId, change.caseId));
  if (item?.settledAt) return item.decision === "approved" ? "applied" : "over";
  return change.provenAt ? "proved" : "open";
}

const tokenIs = (of: "stop" | "prove", token: string) =>
  eq(of === "stop" ? addressChanges.stopTokenHash : addressChanges.proveTokenHash, sha256Hex(token));

/**
 * Notes that mail to the new address is read. It proves nothing else: who asked was proved before, and until the day that everybody
 * was told it can be stopped. A second time changes nothing.
 */
export async function proveAddress(
  ctx: Ctx,
  { token }: { token: string },
): Promise<Result<null, "not-found" | "already-done">> {
  return withTransaction(linkCtx(ctx), async (tx): Promise<Result<null, "not-found" | "already-done">> => {
    const [found] = await tx.db.select().from(addressChanges).where(tokenIs("prove", token));
    if (!found) return fail("not-found");
    await lockCase(tx, found.caseId);
    const [change] = await tx.db.select().from(addressChanges).where(eq(addressChanges.caseId, found.caseId));
    if (!change || (await stateOf(tx, change)) !== "open") return fail("already-done");
    if (Temporal.Instant.compare(change.expiresAt, tx.now) <= 0) return fail("already-done");
    const { caseId } = change;
    await tx.db.update(addressChanges).set({ provenAt: tx.now }).where(eq(addressChanges.caseId, caseId));
    await recordEvent(tx, { caseId, type: "address.proved" });
    await recordAudit(tx, { action: "address.proved", object: { type: "case", id: caseId } });
    await enqueue(tx, "correction.address", { caseId });
    return ok(null);
  });
}

/**
 * Stops a change of address until it is being applied, by the mail's link or by the person on their page. Needs no step-up, since
 * protecting oneself must not ask more than giving up (L12).
 */
export async function stopAddressChange(
  ctx: Ctx,
  input: { token: string } | { reference: string },
): Promise<Result<{ reference: string }, "sign-in-required" | "not-found" | "already-done">> {
  if ("token" in input) return stopWhere(ctx, tokenIs("stop", input.token), "mail");
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const [own] = await withRead(ctx, (tx) =>
    tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(and(eq(cases.reference, input.reference), eq(cases.subjectId, holder.personId))),
  );
  return own ? stopWhere(ctx, eq(addressChanges.caseId, own.id), "page") : fail("not-found");
}

async function stopWhere(
  ctx: Ctx,
  which: ReturnType<typeof eq>,
  from: "mail" | "page",
): Promise<Result<{ reference: string }, "not-found" | "already-done">> {
  return withTransaction(
    linkCtx(ctx),
    async (tx): Promise<Result<{ reference: string }, "not-found" | "already-done">> => {
      const [found] = await tx.db.select().from(addressChanges).where(which);
      const row = found && (await lockCase(tx, found.caseId));
      if (!found || !row) return fail("not-found");
      const ended = await endAddressChange(tx, found.caseId, { why: "stopped", from });
      return ended ? ok({ reference: row.reference }) : fail("already-done");
    },
  );
}

/**
 * Ends a change that is not being applied yet, with its case, and tells the person at the address that stays.
 * @returns false when it is over or at work
 */
export async function endAddressChange(
  tx: Tx,
  caseId: string,
  { why, from }: { why: "stopped" | "expired"; from: string },
): Promise<boolean> {
  const ended = await tx.db
    .update(correctionItems)
    .set({ decision: "withdrawn", decidedAt: tx.now, settledAt: tx.now })
    .where(and(eq(correctionItems.caseId, caseId), isNull(correctionItems.settledAt), isNull(correctionItems.runId)));
  if (ended.count === 0) return false;
  const [change] = await tx.db
    .update(addressChanges)
    .set(why === "stopped" ? { stoppedAt: tx.now } : { expiresAt: tx.now })
    .where(eq(addressChanges.caseId, caseId))
    .returning();
  await recordEvent(tx, { caseId, type: `address.${why}`, detail: { from } });
  await recordAudit(tx, { action: `address.${why}`, object: { type: "case", id: caseId }, payload: { from } });
  await settleCase(tx, caseId);
  const subject = change ? await findSubject(tx, change.personId) : null;
  const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
  if (subject && row)
    await queueMail(tx, {
      ...{ template: "address-change-ended", to: subject.email, personId: subject.personId, kind: "security" },
      props: { reference: row.reference, why },
      idempotencyKey: `address-ended-${caseId}`,
    });
  return true;
}

/** A person's changes that can still be stopped. */
export async function openAddressChanges(tx: Tx, personId: string): Promise<{ reference: string }[]> {
  return tx.db
    .select({ reference: cases.reference })
    .from(addressChanges)
    .innerJoin(cases, eq(cases.id, addressChanges.caseId))
    .where(and(eq(addressChanges.personId, personId), isNull(addressChanges.stoppedAt), isNull(cases.closedAt)));
}
