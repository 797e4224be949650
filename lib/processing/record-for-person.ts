import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import { caseAt, changeCase } from "../cases/change-case";
import { caseWorker } from "../cases/permit";
import { provedBy } from "../cases/proved-by";
import { recordEvent } from "../cases/record-event";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { askedOf, chosenBasis, readAsked, tickedPart, tickedUses, united } from "./asked-uses";
import { beginAsked } from "./begin-asked";

export const recordForPersonInput = z
  .object({
    caseId: z.uuid(),
    revision: z.coerce.number().int().min(0),
    kind: z.enum(["objection", "restriction"]),
    uses: tickedUses,
    basis: chosenBasis,
  })
  .refine(({ kind, uses }) => kind === "restriction" || uses.length > 0, {
    path: ["uses"],
    message: "Tick what they object to.",
  })
  .refine(({ kind, basis }) => kind === "objection" || basis !== null, { path: ["basis"], message: "Choose one." });

/**
 * Writes down what somebody asked to stop in words, by letter or by mail, on their behalf: recorded as staff's, told to the person
 * by mail and on their pages, and theirs to take back (L12). It stops with this transaction where it is known that they are who asks;
 * otherwise with the link to their address on file, whose page names it, beside what they ticked themselves. A staff power, so it
 * needs a fresh step-up (S14).
 * @returns whether it stopped now
 */
export async function recordForPerson(
  ctx: Ctx,
  input: z.input<typeof recordForPersonInput>,
): Promise<Result<{ stopped: boolean }>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = recordForPersonInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, kind, uses, basis } = parsed.data;
  const asked = askedOf(kind, { purposes: uses, basis }, "staff");
  if (!asked) return fail("invalid-input");
  return withPower<Result<{ stopped: boolean }>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.kind !== kind) return fail("not-found");
    if (row.closedAt) return fail("already-done");
    const { subjectId } = row;
    if (subjectId && (await provedBy(tx, row))) {
      const begun = await beginAsked(tx, row, { personId: subjectId, by: "staff" }, asked);
      return begun > 0 ? ok({ stopped: true }) : fail("already-done");
    }
    // What a colleague wrote down before may be put right; what the person ticked stays.
    const askedUses = united(tickedPart(readAsked(row.askedUses)), asked);
    if (!askedUses) return fail("basis-chosen");
    await changeCase(tx, caseId, { askedUses });
    await recordEvent(tx, { caseId, type: "processing.noted" });
    await recordAudit(tx, {
      action: "processing.noted",
      object: { type: "case", id: caseId },
      payload: { kind, purposes: asked.purposes, basis },
    });
    return ok({ stopped: false });
  });
}
