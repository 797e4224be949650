import { inArray } from "drizzle-orm";
import { z } from "zod";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withRead } from "../db/transaction";
import { fail, ok, type Reason, type Result } from "../errors";
import { assignCase } from "./assign-case";
import { closeAsSpam } from "./close-as-spam";
import { messageText } from "./message-text";
import { caseWorker } from "./permit";
import { longestSnooze } from "./snooze";
import { snoozeCase } from "./snooze-case";
import { tagCase } from "./tag-case";
import { tagWord } from "./tags";

/** Cases in one go: two pages of the queue. */
export const mostAtOnce = 100;

export const bulkCasesInput = z.object({
  /** Each with the revision at which it was seen. */
  cases: z
    .array(z.object({ caseId: z.uuid(), revision: z.number().int().min(0) }))
    .min(1)
    .max(mostAtOnce),
  act: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("assign"), to: z.uuid().nullable() }),
    z.object({ kind: z.literal("tag"), tag: tagWord }),
    z.object({
      kind: z.literal("snooze"),
      hours: z.coerce.number().int().min(1).max(longestSnooze),
      reason: messageText,
    }),
    z.object({ kind: z.literal("spam") }),
  ]),
});
export type BulkCasesInput = z.input<typeof bulkCasesInput>;
type Act = z.output<typeof bulkCasesInput>["act"];

/** What became of one case of many; every chosen one has a line. */
export type BulkOutcome = { caseId: string; reference: string | null; ok: boolean; reason: Reason | null };

/**
 * Does one thing to many cases, each in its own transaction by the use case for one, with the revision at which it was seen:
 * a case that a colleague changed meanwhile is refused and named, and holds up no other.
 */
export async function bulkCases(ctx: Ctx, input: BulkCasesInput): Promise<Result<{ outcomes: BulkOutcome[] }>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = bulkCasesInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const outcomes: BulkOutcome[] = [];
  for (const one of parsed.data.cases) {
    const result = await doOne(ctx, one, parsed.data.act);
    // Without a fresh proof none is begun, and the form keeps what was chosen (S14).
    if (!result.ok && result.reason === "step-up-required" && outcomes.length === 0) return result;
    outcomes.push({ caseId: one.caseId, reference: null, ok: result.ok, reason: result.ok ? null : result.reason });
  }
  const ids = outcomes.map(({ caseId }) => caseId);
  const named = await withRead(ctx, (tx) =>
    tx.db.select({ id: cases.id, reference: cases.reference }).from(cases).where(inArray(cases.id, ids)),
  );
  const referenceOf = (caseId: string) => named.find(({ id }) => id === caseId)?.reference ?? null;
  return ok({ outcomes: outcomes.map((one) => ({ ...one, reference: referenceOf(one.caseId) })) });
}

function doOne(ctx: Ctx, at: { caseId: string; revision: number }, act: Act): Promise<Result<unknown>> {
  switch (act.kind) {
    case "assign":
      return assignCase(ctx, { ...at, to: act.to });
    case "tag":
      return tagCase(ctx, { ...at, tag: act.tag });
    case "snooze":
      return snoozeCase(ctx, { ...at, hours: act.hours, reason: act.reason });
    case "spam":
      return closeAsSpam(ctx, at);
  }
}
