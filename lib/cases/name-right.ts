import { and, eq, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { caseClocks, cases } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { caseAt, changeCase } from "./change-case";
import { clocksFor } from "./clocks";
import { openContact } from "./contact";
import { confirmReceipt } from "./open-request";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";
import { rights } from "./words";

export const nameRightInput = z.object({
  caseId: z.uuid(),
  revision: z.coerce.number().int().min(0),
  kind: z.enum(rights, "Choose what is asked for."),
});

/**
 * A question, such as a mail to the privacy address, turns out to ask for a right: it becomes that request, with every deadline of
 * it counted from when it came (L1), and goes on as if it had come by the form: who asked is told how it was understood, and an
 * address on file is asked for proof. A staff power, so it needs a fresh step-up (S14).
 * @returns `already-done` for what is a request or closed; `deletion-open` beside another deletion of that person
 */
export async function nameRight(ctx: Ctx, input: z.input<typeof nameRightInput>): Promise<Result<null>> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  const parsed = nameRightInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, revision, kind } = parsed.data;
  return withPower<Result<null>>(ctx, async (tx) => {
    const found = await caseAt(tx, caseId, revision);
    if (!found.ok) return found;
    const row = found.value;
    if (row.kind !== "inquiry" || row.closedAt) return fail("already-done");
    const { subjectId } = row;
    if (kind === "deletion" && subjectId) {
      const mine = and(
        eq(cases.subjectId, subjectId),
        eq(cases.kind, kind),
        isNull(cases.closedAt),
        ne(cases.id, caseId),
      );
      if ((await tx.db.$count(cases, mine)) > 0) return fail("deletion-open");
    }
    await changeCase(tx, caseId, { kind });
    // What a mail names as its sender may be no address.
    const email = parseAddress(openContact(row)?.email ?? "");
    // The reply that a question is owed runs already, or was met.
    const clocks = clocksFor(kind, row.receivedAt).filter(({ rule }) => rule !== "policy-72h");
    await tx.db.insert(caseClocks).values(
      clocks.map((clock) => ({
        ...{ id: newId(), caseId, ...clock },
        stoppedAt: clock.rule === "ccpa-10bd" && email ? tx.now : null,
      })),
    );
    await recordEvent(tx, { caseId, type: "case.named", detail: { kind } });
    await recordAudit(tx, { action: "case.named", object: { type: "case", id: caseId }, payload: { kind } });
    if (!email) return ok(null);
    await confirmReceipt(tx, { ...row, kind }, email, false);
    await recordEvent(tx, { caseId, type: "case.acknowledged" });
    await enqueue(tx, "identity.ask", { caseId });
    return ok(null);
  });
}
