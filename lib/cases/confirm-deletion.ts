import { z } from "zod";
import { type Ctx, isSteppedUp } from "../context";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { tokenCtx } from "./case-token";
import { changeCase, lockCase } from "./change-case";
import { proved } from "./continue-proved";
import { confirms, knownAddresses, planDeletion } from "./plan-deletion";
import { type DeletionPreview, previewDeletion } from "./preview-deletion";
import { isToConfirm, toConfirmOf } from "./status-queries";

export const confirmDeletionInput = z.object({ confirmation: z.string().max(320) });

/** What would be deleted for whoever proved themselves in this browser; null when nothing waits for their word. */
export async function deletionToConfirm(
  ctx: Ctx,
  session: string,
): Promise<{
  email: string;
  timeZone: string;
  preview: DeletionPreview;
  /** False once the link was opened so long ago that it takes another one. */
  fresh: boolean;
} | null> {
  const found = await toConfirmOf(ctx, session);
  if (!found) return null;
  const { subject, provedAt, now } = found;
  const holder = proved(ctx, subject.personId, provedAt);
  const preview = await previewDeletion(holder, subject, "person");
  return { email: subject.email, timeZone: subject.timeZone, preview, fresh: isSteppedUp(holder.actor, now) };
}

/**
 * Plans the deletion that somebody asked for without an account, after the link proved who they are and with their address typed:
 * the same preview, grace period and cancel as for an account (GDPR 17).
 * @returns `link-too-old` when the link was opened in this browser too long ago; the page sends another
 */
export async function confirmDeletion(
  ctx: Ctx,
  input: z.input<typeof confirmDeletionInput> & { session: string },
): Promise<Result<null>> {
  const parsed = confirmDeletionInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const found = await toConfirmOf(ctx, input.session);
  if (!found) return fail("not-found");
  const { subject: person, caseId, reference, provedAt } = found;
  if (!confirms(parsed.data.confirmation, person)) return fail("confirmation-mismatch");
  const holder = proved(ctx, person.personId, provedAt);
  const [preview, addresses] = await Promise.all([previewDeletion(holder, person, "person"), knownAddresses(person)]);
  return withTransaction(tokenCtx(ctx), async (tx) => {
    const row = await lockCase(tx, caseId);
    // Sent twice, or in another browser at the same time: the first one counts.
    if (!row || !(await isToConfirm(tx, row))) return fail("already-done");
    // The newest link in this browser is their step-up, and lasts no longer than one (S14). The case's own proof is the first.
    if (!isSteppedUp(holder.actor, tx.now)) return fail("link-too-old");
    const freshUntil = holder.actor.kind === "holder" ? holder.actor.freshUntil : null;
    await planDeletion(tx, { caseId, reference, person, preview, addresses, freshUntil });
    await changeCase(tx, caseId, {});
    return ok(null);
  });
}
