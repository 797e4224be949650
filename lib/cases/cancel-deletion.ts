import { and, eq, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type Ctx, systemCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { caseEvents, cases, deletions } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { queueMail } from "../mail/queue-mail";
import { changeCase, lockCase } from "./change-case";
import { findSubject } from "./find-subject";
import { holderOf } from "./permit";
import { recordEvent } from "./record-event";
import { stopClocks } from "./run-clocks";

/** From the page by its reference, or by the token of the mail, which needs no session. */
export type CancelDeletionInput = { reference: string } | { token: string };

/** The mail's link acts for the person without knowing who clicks: a system actor bound to one token. */
const linkCtx = (ctx: Ctx): Ctx => ({ ...systemCtx("link:deletion-cancel", ctx.clock), requestId: ctx.requestId });

/**
 * Cancels a deletion while nothing has been deleted: during the grace period, and afterwards until
 * the engine has begun or staff have decided. Needs no step-up, since protecting oneself must not ask more than giving up
 * (L12). A second cancel answers `already-done`, and so does one of a deletion that was carried out,
 * even when its case was opened again.
 */
export async function cancelDeletion(ctx: Ctx, input: CancelDeletionInput): Promise<Result<{ reference: string }>> {
  if ("token" in input) {
    return withTransaction(linkCtx(ctx), async (tx) => {
      const [row] = await tx.db
        .select({ caseId: deletions.caseId })
        .from(deletions)
        .where(eq(deletions.cancelTokenHash, sha256Hex(input.token)));
      return row ? cancel(tx, row.caseId, "mail") : fail("not-found");
    });
  }
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ id: cases.id })
      .from(cases)
      .where(
        and(eq(cases.reference, input.reference), eq(cases.subjectId, holder.personId), eq(cases.kind, "deletion")),
      );
    return row ? cancel(tx, row.id, "page") : fail("not-found");
  });
}

async function cancel(tx: Tx, caseId: string, from: "mail" | "page"): Promise<Result<{ reference: string }>> {
  const row = await lockCase(tx, caseId);
  if (!row?.subjectId) return fail("not-found");
  const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, caseId));
  if (!deletion) return fail("not-found");
  if (deletion.cancelledAt || deletion.begunAt || row.closedAt || (await wasCarriedOut(tx, caseId)))
    return fail("already-done");
  await tx.db.update(deletions).set({ cancelledAt: tx.now }).where(eq(deletions.caseId, caseId));
  await stopClocks(tx, caseId);
  await changeCase(tx, caseId, {
    decidedAt: tx.now,
    decision: "cancelled",
    closedAt: tx.now,
    awaitingSubjectAt: null,
  });
  await recordEvent(tx, { caseId, type: "deletion.cancelled", detail: { from } });
  await recordAudit(tx, { action: "deletion.cancelled", object: { type: "case", id: caseId }, payload: { from } });
  const subject = await findSubject(tx, row.subjectId);
  if (subject) {
    await queueMail(tx, {
      template: "deletion-cancelled",
      to: subject.email,
      personId: subject.personId,
      kind: "security",
      props: { reference: row.reference, from },
      idempotencyKey: `deletion-cancelled-${caseId}-${deletion.cancelTokenHash.slice(0, 16)}`,
    });
  }
  return ok({ reference: row.reference });
}

/** Whether it was ever approved; opening the case again clears the decision, not what was done. */
async function wasCarriedOut(tx: Tx, caseId: string): Promise<boolean> {
  const approved = await tx.db
    .select({ id: caseEvents.id })
    .from(caseEvents)
    .where(
      and(
        eq(caseEvents.caseId, caseId),
        eq(caseEvents.type, "case.decided"),
        sql`${caseEvents.detail}->>'decision' = 'approved'`,
      ),
    )
    .limit(1);
  return approved.length > 0;
}

/** `closed`: staff decided it, and no engine had begun. */
type LinkState = "open" | "cancelled" | "begun" | "carried-out" | "closed";

async function linkState(
  tx: Tx,
  { caseId, cancelledAt, carriedOutAt, begunAt }: typeof deletions.$inferSelect,
  closedAt: Temporal.Instant | null,
): Promise<LinkState> {
  if (cancelledAt) return "cancelled";
  if (carriedOutAt) return "carried-out";
  if (begunAt) return "begun";
  return closedAt || (await wasCarriedOut(tx, caseId)) ? "closed" : "open";
}

/** What the mail's link leads to, before anything is changed; null for an unknown token. */
export async function deletionByToken(
  ctx: Ctx,
  token: string,
): Promise<{
  reference: string;
  graceEndsAt: string;
  state: LinkState;
  timeZone: string;
} | null> {
  return withRead(linkCtx(ctx), async (tx) => {
    const [row] = await tx.db
      .select({ deletion: deletions, reference: cases.reference, closedAt: cases.closedAt })
      .from(deletions)
      .innerJoin(cases, eq(cases.id, deletions.caseId))
      .where(eq(deletions.cancelTokenHash, sha256Hex(token)));
    if (!row) return null;
    const subject = await findSubject(tx, row.deletion.personId);
    return {
      reference: row.reference,
      graceEndsAt: row.deletion.graceEndsAt.toString(),
      state: await linkState(tx, row.deletion, row.closedAt),
      timeZone: subject?.timeZone ?? "UTC",
    };
  });
}
