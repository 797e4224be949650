import { and, eq, isNotNull, ne } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { providerErasures } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { applyAnswer, groundText } from "./answer";
import { openFor, sealFor } from "./message";

const evidence = z.string().trim().min(10, "Say it in a sentence.").max(1000, "At most 1,000 characters.");
const base = { erasureId: z.uuid(), evidence };

export const recordAnswerInput = z.discriminatedUnion("state", [
  /** Staff told the provider, which has not answered yet. */
  z.object({ ...base, state: z.literal("told") }),
  z.object({ ...base, state: z.literal("erased") }),
  z.object({ ...base, state: z.literal("nothing-held") }),
  z.object({
    ...base,
    state: z.literal("kept"),
    ground: groundText,
    until: z.union([z.literal("").transform(() => undefined), z.iso.date()]).optional(),
  }),
]);

/** One thing that staff noted about a provider. */
export type Evidence = { at: string; state: "told" | "erased" | "nothing-held" | "kept"; text: string };

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done";

/**
 * Staff told a provider, or write down what it answered, and how that is known: the number of its letter, the day and the
 * name of a mail. What they write is sealed, since it may name somebody.
 */
export async function recordAnswer(
  ctx: Ctx,
  raw: z.input<typeof recordAnswerInput>,
): Promise<Result<{ caseId: string }, Reasons>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role === "auditor") return fail("not-allowed");
  const parsed = recordAnswerInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const input = parsed.data;
  return withPower(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(providerErasures)
      .where(
        and(
          eq(providerErasures.id, input.erasureId),
          isNotNull(providerErasures.owedAt),
          ne(providerErasures.way, "none"),
        ),
      )
      .for("update");
    if (!row) return fail("not-found");
    if (input.state === "told") {
      if (row.toldAt) return fail("already-done");
      await tx.db
        .update(providerErasures)
        .set({ toldAt: tx.now, toldBy: actor.staffId })
        .where(eq(providerErasures.id, row.id));
      await recordAudit(tx, {
        action: "provider.told",
        object: { type: "case", id: row.caseId },
        payload: { provider: row.recipient, noted: true },
      });
    } else {
      const { state } = input;
      const words = state === "kept" ? { ground: input.ground, until: input.until } : {};
      if ((await applyAnswer(tx, row, { state, ...words }, actor.staffId)) !== "taken") return fail("already-done");
    }
    const noted: Evidence = { at: tx.now.toString(), state: input.state, text: input.evidence };
    await tx.db
      .update(providerErasures)
      .set({ evidence: sealFor(row.id, "evidence", JSON.stringify([...evidenceOf(row), noted])) })
      .where(eq(providerErasures.id, row.id));
    return ok({ caseId: row.caseId });
  });
}

/** What staff noted so far, oldest first. */
export const evidenceOf = ({ id, evidence: sealed }: { id: string; evidence: Buffer | null }): Evidence[] =>
  sealed ? JSON.parse(openFor(id, "evidence", sealed)) : [];
