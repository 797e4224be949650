import { eq } from "drizzle-orm";
import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { statedPurposes } from "../access/words";
import type { Ctx } from "../context";
import { cases } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import type { CaseKind } from "./clocks";
import { findCase } from "./find-case";
import { caseReader } from "./permit";

export const visitCaseInput = z.object({
  caseId: z.uuid(),
  purpose: z.enum(statedPurposes),
  /** Anything more on why; sealed. */
  words: z.string().trim().max(2000, "At most 2,000 characters.").optional(),
});

/**
 * Staff say why they look at a case that is neither theirs nor due, and may then read it for `staffAccess.visitMinutes`. The person
 * sees the reason. Every role; nothing of the case changes, so no step-up is asked for.
 */
export async function visitCase(
  ctx: Ctx,
  raw: z.input<typeof visitCaseInput>,
): Promise<Result<null, "not-allowed" | "invalid-input" | "not-found">> {
  if (!caseReader(ctx)) return fail("not-allowed");
  const parsed = visitCaseInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { caseId, purpose, words } = parsed.data;
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, caseId));
    if (!row) return fail("not-found");
    await noteAccess(tx, row, { stated: { purpose, words: words || undefined } });
    return ok(null);
  });
}

export type CaseToVisit = {
  id: string;
  reference: string;
  kind: CaseKind;
  receivedAt: string;
  closedAt: string | null;
  assignedTo: string | null;
};

/** What staff see of a case before they say why they look at it: nothing of the person. */
export async function caseToVisit(ctx: Ctx, idOrReference: string): Promise<CaseToVisit | null> {
  if (!caseReader(ctx)) return null;
  return withRead(ctx, async (tx) => {
    const found = await findCase(tx, idOrReference);
    if (!found) return null;
    const { id, reference, kind, receivedAt, closedAt } = found.row;
    return {
      ...{ id, reference, kind, receivedAt: receivedAt.toString(), closedAt: closedAt?.toString() ?? null },
      assignedTo: found.assignee,
    };
  });
}
