import { eq } from "drizzle-orm";
import { z } from "zod";
import { config } from "../../trust-center.config";
import type { Ctx } from "../context";
import { identityProofs } from "../db/schema";
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
): Promise<{ email: string; timeZone: string; preview: DeletionPreview } | null> {
  const found = await toConfirmOf(ctx, session);
  if (!found) return null;
  const { subject, now } = found;
  const preview = await previewDeletion(proved(ctx, subject.personId, now), subject, "person");
  return { email: subject.email, timeZone: subject.timeZone, preview };
}

/**
 * Plans the deletion that somebody asked for without an account, after the link proved who they are and with their address typed:
 * the same preview, grace period and cancel as for an account (GDPR 17).
 */
export async function confirmDeletion(
  ctx: Ctx,
  input: z.input<typeof confirmDeletionInput> & { session: string },
): Promise<Result<null>> {
  const parsed = confirmDeletionInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const found = await toConfirmOf(ctx, input.session);
  if (!found) return fail("not-found");
  const { subject: person, caseId, reference, now } = found;
  if (!confirms(parsed.data.confirmation, person)) return fail("confirmation-mismatch");
  const holder = proved(ctx, person.personId, now);
  const [preview, addresses] = await Promise.all([previewDeletion(holder, person, "person"), knownAddresses(person)]);
  return withTransaction(tokenCtx(ctx), async (tx) => {
    const row = await lockCase(tx, caseId);
    // Sent twice, or in another browser at the same time: the first one counts.
    if (!row || !(await isToConfirm(tx, row))) return fail("already-done");
    // The link is their step-up, and lasts no longer than one (S14); the page sends another.
    const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, caseId));
    const since = tx.now.subtract({ minutes: config.signIn.stepUpMinutes });
    if (!proof?.provedAt || Temporal.Instant.compare(proof.provedAt, since) < 0) return fail("step-up-required");
    const freshUntil = holder.actor.kind === "holder" ? holder.actor.freshUntil : null;
    await planDeletion(tx, { caseId, reference, person, preview, addresses, freshUntil });
    await changeCase(tx, caseId, {});
    return ok(null);
  });
}
