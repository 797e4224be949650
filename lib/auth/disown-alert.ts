import { and, eq, gt, isNotNull, isNull, or } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { cancelDeletion } from "../cases/cancel-deletion";
import { type Ctx, systemCtx } from "../context";
import { openAddressChanges, stopAddressChange } from "../correction/address-links";
import { sha256Hex } from "../crypto/hash";
import {
  cases,
  challenges,
  deletions,
  devices,
  packages,
  passkeys,
  people,
  securityAlerts,
  sessions,
  staff,
  transfers,
} from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { stopPackage } from "../exports/stop-package";
import { revokeTransfer } from "../transfers/revoke-transfer";
import type { AlertKind } from "./alert";
import { addressHash } from "./challenge";

/** The mail's link acts for the person without knowing who clicks: a system actor bound to one token. */
const linkCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:not-me", ctx.clock), requestId: ctx.requestId });

export type AlertView = { kind: AlertKind; at: string; device: string; done: boolean };

/** What a "this was not me" link is about, before anything is changed; null for an unknown or old token. */
export function alertByToken(ctx: Ctx, token: string): Promise<AlertView | null> {
  return withRead(linkCtx(ctx), async (tx) => {
    const alert = await liveAlert(tx, token);
    if (!alert) return null;
    const [session] = await tx.db.select().from(sessions).where(eq(sessions.id, alert.sessionId));
    return {
      kind: alert.kind,
      at: alert.createdAt.toString(),
      device: session?.device ?? "Unknown device",
      done: alert.disownedAt !== null,
    };
  });
}

export type Stopped = { sessions: number; packages: number; deletions: number };

/**
 * "This was not me": ends every session of the person, forgets every device (the next sign-in from any
 * counts as new, S14), voids open codes, ends packages that are ready, and stops packages and deletions
 * that are not done yet. Safe to press again.
 */
export async function disownAlert(ctx: Ctx, input: { token: string }): Promise<Result<Stopped, "not-found">> {
  const done = await withTransaction(linkCtx(ctx), async (tx) => {
    const alert = await liveAlert(tx, input.token);
    if (!alert) return fail("not-found");
    const { personId } = alert;
    await tx.db
      .update(securityAlerts)
      .set({ disownedAt: alert.disownedAt ?? tx.now })
      .where(eq(securityAlerts.id, alert.id));
    const ended = await tx.db
      .update(sessions)
      .set({ revokedAt: tx.now })
      .where(and(eq(sessions.userId, personId), isNull(sessions.revokedAt)))
      .returning({ id: sessions.id });
    await tx.db.delete(devices).where(eq(devices.personId, personId));
    await voidCodes(tx, personId);
    if (alert.kind === "passkey-enrolled" || alert.kind === "passkey-removed") await forgetPasskeys(tx, personId);
    const ready = await endReadyPackages(tx, personId);
    const open = await tx.db
      .select({ packageId: packages.id })
      .from(packages)
      .where(
        and(
          eq(packages.personId, personId),
          isNull(packages.readyAt),
          isNull(packages.failedAt),
          isNull(packages.stoppedAt),
        ),
      );
    const waiting = await tx.db
      .select({ reference: cases.reference })
      .from(deletions)
      .innerJoin(cases, eq(cases.id, deletions.caseId))
      .where(and(eq(deletions.personId, personId), isNull(deletions.cancelledAt), isNull(cases.closedAt)));
    const moving = await openAddressChanges(tx, personId);
    const sent = await tx.db
      .select({ transferId: transfers.id })
      .from(transfers)
      .where(
        and(
          eq(transfers.personId, personId),
          isNull(transfers.failedAt),
          isNull(transfers.revokedAt),
          // One of long ago was theirs.
          or(
            isNull(transfers.arrivedAt),
            gt(transfers.arrivedAt, tx.now.subtract({ hours: 24 * config.transfers.receive.keepDays })),
          ),
        ),
      );
    await recordAudit(tx, {
      action: "security.disowned",
      object: { type: "person", id: personId },
      payload: {
        alert: alert.kind,
        sessions: ended.length,
        packages: open.length,
        readyPackages: ready,
        deletions: waiting.length,
        addressChanges: moving.length,
        transfers: sent.length,
      },
    });
    return ok({ personId, sessions: ended.length, open, ready, waiting, moving, sent });
  });
  if (!done.ok) return done;
  // One transaction each, and safe to repeat: pressing again goes on where a fault left off.
  const { personId, waiting, moving, sent, open, ready, sessions: ended } = done.value;
  const actor = { kind: "holder", personId, sessionId: "", steppedUpAt: null, freshUntil: null } as const;
  // Whoever received one is told to delete it.
  for (const item of sent) await revokeTransfer({ ...ctx, actor }, item);
  for (const item of open) await stopPackage({ ...ctx, actor }, item);
  for (const { reference } of waiting) await cancelDeletion({ ...ctx, actor }, { reference });
  for (const { reference } of moving) await stopAddressChange({ ...ctx, actor }, { reference });
  return ok({ sessions: ended, packages: open.length + ready, deletions: waiting.length });
}

/** Codes of a sign-in name no person yet, only an address; both kinds end. */
async function voidCodes(tx: Tx, personId: string): Promise<void> {
  const [person] = await tx.db.select({ email: people.email }).from(people).where(eq(people.id, personId));
  const theirs = person
    ? or(eq(challenges.personId, personId), eq(challenges.addressHash, addressHash(person.email)))
    : eq(challenges.personId, personId);
  await tx.db
    .update(challenges)
    .set({ consumedAt: tx.now })
    .where(and(theirs, isNull(challenges.consumedAt)));
}

/** A package on offer opens no more from now on; the sweep removes its files and key. */
async function endReadyPackages(tx: Tx, personId: string): Promise<number> {
  const ended = await tx.db
    .update(packages)
    .set({ expiresAt: tx.now })
    .where(
      and(
        eq(packages.personId, personId),
        isNotNull(packages.readyAt),
        isNull(packages.removedAt),
        or(isNull(packages.expiresAt), gt(packages.expiresAt, tx.now)),
      ),
    )
    .returning({ id: packages.id });
  for (const { id } of ended) {
    await recordAudit(tx, { action: "package.withdrawn", object: { type: "package", id } });
  }
  return ended.length;
}

async function liveAlert(tx: Tx, token: string) {
  const [alert] = await tx.db
    .select()
    .from(securityAlerts)
    .where(eq(securityAlerts.tokenHash, sha256Hex(token)));
  return alert && Temporal.Instant.compare(alert.expiresAt, tx.now) > 0 ? alert : null;
}

/** Whoever added or removed one of a person's passkeys holds one: all of them go, and a new invitation is needed. */
async function forgetPasskeys(tx: Tx, personId: string): Promise<void> {
  const rows = await tx.db.update(staff).set({ enrolledAt: null }).where(eq(staff.personId, personId)).returning();
  for (const { id } of rows) await tx.db.delete(passkeys).where(eq(passkeys.staffId, id));
}
