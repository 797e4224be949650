import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseKinds } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { askedOf, chosenBasis, tickedUses } from "../processing/asked-uses";
import { lockCase } from "./change-case";
import { createCase } from "./create-case";
import { addressField, lineField } from "./form-fields";
import { addMessage } from "./message-body";
import { messageText } from "./message-text";
import { confirmReceipt } from "./open-request";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { waysIn } from "./words";

/** A day and an hour as a form gives them, in the zone whose days count for the clocks; null when it is none. */
function instantOf(text: string): Temporal.Instant | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(config.clocks.zone).toInstant();
  } catch {
    return null;
  }
}

export const takeRequestInput = z
  .object({
    kind: z.enum(caseKinds, "Choose what is asked for."),
    how: z.enum(waysIn, "Choose how it came."),
    name: lineField,
    /** Empty for a letter or call that named none. */
    email: z.union([z.literal(""), addressField]).transform((address) => address || null),
    receivedAt: z
      .string()
      .max(40)
      .refine((text) => instantOf(text) !== null, "Write day and hour."),
    /** What they said or wrote, in their words. */
    message: messageText,
    /** What an objection or a restriction is to stop once they proved who they are; see `askedOf`. */
    uses: tickedUses,
    basis: chosenBasis,
  })
  .refine(({ name, email }) => name !== "" || email !== null, {
    path: ["name"],
    message: "Write a name or an address, so that colleagues know whose it is.",
  });

/**
 * Writes down a request that came by phone, letter or in person (L1: its clocks count from when it came, not from now). Who it is
 * about is not taken from the colleague's word: an address on file is asked for proof, as with the public form.
 * @returns `not-yet` when it is said to have come later than now
 */
export async function takeRequest(
  ctx: Ctx,
  input: z.input<typeof takeRequestInput>,
): Promise<Result<{ caseId: string; reference: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = takeRequestInput.safeParse(input);
  const receivedAt = parsed.success ? instantOf(parsed.data.receivedAt) : null;
  if (!parsed.success || !receivedAt) return fail("invalid-input");
  const { kind, how, name, email, message, uses, basis } = parsed.data;
  const askedUses = askedOf(kind, { purposes: uses, basis }, "staff");

  return withPower(ctx, async (tx) => {
    if (Temporal.Instant.compare(receivedAt, tx.now) > 0) return fail("not-yet");
    const made = await createCase(tx, {
      ...{ kind, channel: "staff", subjectId: null, receivedAt, how, confirmed: email !== null },
      contact: { name: name || null, email },
      askedUses,
    });
    if (!made) throw new Error("a new case met another one");
    const { caseId } = made;
    await addMessage(tx, { caseId, subjectId: null, author: "subject", text: message });
    await recordAudit(tx, {
      action: "case.taken",
      object: { type: "case", id: caseId },
      payload: {
        kind,
        how,
        receivedAt: receivedAt.toString(),
        address: email !== null,
        characters: message.length,
        uses: askedUses?.purposes ?? null,
      },
    });
    const row = email && (await lockCase(tx, caseId));
    if (row && email) {
      await confirmReceipt(tx, row, email, false);
      await recordEvent(tx, { caseId, type: "case.acknowledged" });
      if (kind !== "inquiry") await enqueue(tx, "identity.ask", { caseId });
    }
    return ok(made);
  });
}
