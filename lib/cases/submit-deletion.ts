import { and, eq, isNotNull, isNull, or } from "drizzle-orm";
import { z } from "zod";
import { consume } from "../auth/rate-limit";
import { type Ctx, isSteppedUp } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { cases, deletions } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";
import { changeCase, lockCase } from "./change-case";
import { createCase } from "./create-case";
import { findSubject } from "./find-subject";
import { holderOf } from "./permit";
import { confirms, knownAddresses, otherOwners, planDeletion } from "./plan-deletion";
import { previewDeletion } from "./preview-deletion";
import { proveSignedIn } from "./prove-signed-in";

export const deletionInput = z.object({
  scope: z.enum(["person", "company"]),
  /** The account's own address, typed as a confirmation. */
  confirmation: z.string().max(320),
});
export type DeletionInput = z.infer<typeof deletionInput>;

/**
 * Plans a deletion (GDPR 17): stores what was shown, starts the grace period, mails a one-click
 * cancel. Nothing is deleted by it. One open deletion a person: a second click gets the first one's
 * answer. A new address or device waits at least as long as S14 asks, which the grace period covers.
 */
export async function submitDeletion(
  ctx: Ctx,
  input: DeletionInput,
): Promise<Result<{ caseId: string; reference: string; graceEndsAt: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = deletionInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { scope, confirmation } = parsed.data;

  const subject = await withRead(ctx, async (tx) => ({
    steppedUp: isSteppedUp(holder, tx.now),
    found: await findSubject(tx, holder.personId),
  }));
  if (!subject.steppedUp) return fail("step-up-required");
  const person = subject.found;
  if (!person) return fail("not-found");
  if (scope === "company" && !person.ownsCompany) return fail("not-allowed");
  if (!confirms(confirmation, person)) return fail("confirmation-mismatch");
  const unknown = person.platformUserId ? ok(null) : await isUnknownThere(person.email);
  if (!unknown.ok) return unknown;
  const [preview, addresses, owners] = await Promise.all([
    previewDeletion(ctx, person, scope),
    knownAddresses(person),
    scope === "company" ? otherOwners(person) : [],
  ]);

  // They owned it when they signed in.
  if (preview.blockers.includes("not-owner")) return fail("not-allowed");

  return withTransaction(ctx, async (tx) => {
    // A second click is the same request and counts nothing (S17).
    const known = await openDeletion(tx, holder.personId);
    if (known?.decidedAt) return fail("deletion-decided");
    if (known?.endedAt) return fail("already-done");
    const paced = known ? ok(undefined) : await consume("request.person", holder.personId);
    if (!paced.ok) return paced;
    const made =
      (await takeUpUnplanned(tx, holder.personId, scope)) ??
      (await createCase(tx, { kind: "deletion", scope, channel: "dashboard", subjectId: holder.personId }));
    if (!made) {
      const open = known ?? (await openDeletion(tx, holder.personId));
      if (!open || open.scope !== scope) return fail("deletion-open");
      return ok({ caseId: open.id, reference: open.reference, graceEndsAt: open.graceEndsAt.toString() });
    }
    const { caseId, reference } = made;
    const { freshUntil } = holder;
    const { graceEndsAt } = await planDeletion(tx, {
      caseId,
      reference,
      person,
      preview,
      addresses,
      owners,
      freshUntil,
    });
    return ok({ caseId, reference, graceEndsAt: graceEndsAt.toString() });
  });
}

/** What is planned stays with the account that it was planned for: none is only planned for whom the platform does not know now. */
async function isUnknownThere(email: string): Promise<Result<null>> {
  try {
    return (await findPlatformPerson(email)) ? fail("account-unlinked") : ok(null);
  } catch (err) {
    log.error({ err }, "the platform did not say whether it knows who plans a deletion");
    return fail("cannot-check");
  }
}

/**
 * Asked for without an account and not confirmed in time, or not proved yet; or cancelled, and open again since they wrote: signed in
 * they go on with that very request.
 */
async function takeUpUnplanned(
  tx: Tx,
  personId: string,
  scope: "person" | "company",
): Promise<{ caseId: string; reference: string } | null> {
  const [row] = await tx.db
    .select({ caseId: cases.id, reference: cases.reference })
    .from(cases)
    .leftJoin(deletions, eq(deletions.caseId, cases.id))
    .where(
      and(
        ...[eq(cases.subjectId, personId), eq(cases.kind, "deletion")],
        ...[isNull(cases.closedAt), or(isNull(deletions.caseId), isNotNull(deletions.cancelledAt))],
      ),
    );
  if (!row) return null;
  // One of two simultaneous clicks waits here, and finds the other one's plan.
  const locked = await lockCase(tx, row.caseId);
  // Closed meanwhile, where no plan is ever carried out: they go on with what it was merged into, or with a request of its own.
  if (!locked || locked.closedAt) return takeUpUnplanned(tx, personId, scope);
  if (await openDeletion(tx, personId)) return null;
  await proveSignedIn(tx, row.caseId, personId);
  await changeCase(tx, row.caseId, { scope, awaitingSubjectAt: null });
  return row;
}

/** A cancelled plan is none, though a message may have opened its request again. */
async function openDeletion(tx: Tx, personId: string) {
  const [open] = await tx.db
    .select({
      ...{ id: cases.id, reference: cases.reference, scope: cases.scope },
      ...{ graceEndsAt: deletions.graceEndsAt, decidedAt: deletions.decidedAt, endedAt: deletions.endedAt },
    })
    .from(cases)
    .innerJoin(deletions, eq(deletions.caseId, cases.id))
    .where(
      and(
        ...[eq(cases.subjectId, personId), eq(cases.kind, "deletion")],
        ...[isNull(cases.closedAt), isNull(deletions.cancelledAt)],
      ),
    );
  return open ?? null;
}
