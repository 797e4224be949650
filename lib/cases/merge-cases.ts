import { sql } from "drizzle-orm";
import { z } from "zod";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { type AskedUses, readAsked, united } from "../processing/asked-uses";
import { type CaseRow, caseAt } from "./change-case";
import { isDecidedApart } from "./decided-apart";
import { isDuplicate, isOlder } from "./duplicates";
import { mergeInto } from "./merge-into";
import { lockMerged } from "./merged";
import { caseWorker } from "./permit";
import { provedBy } from "./proved-by";
import { openAppealOf } from "./review-appeal";

const revision = z.coerce.number().int().min(0);
/** Two cases in either order: the younger always goes into the older. */
export const mergeCasesInput = z.object({
  caseId: z.uuid(),
  revision,
  otherId: z.uuid(),
  otherRevision: revision,
});
export type MergeCasesInput = z.input<typeof mergeCasesInput>;

/**
 * Answers two open cases of one kind, by one person or address, as one: the younger is closed and leads to the older, whose
 * clocks count. A reply that the younger was owed first is owed by the older from when the younger was, so that merging
 * gains us no time. Its thread stays where it is and is shown with the older's, and so are those that were merged into it
 * before; what it is to stop, the older is to stop. The person is told once.
 */
export async function mergeCases(ctx: Ctx, input: MergeCasesInput): Promise<Result<{ into: string }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = mergeCasesInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { data } = parsed;

  return withPower(ctx, async (tx) => {
    await lockMerged(tx, [data.caseId, data.otherId]);
    // Locked in the order of their ids, so that two people merging at once do not wait for each other.
    const asked = [
      { id: data.caseId, revision: data.revision },
      { id: data.otherId, revision: data.otherRevision },
    ].sort((a, b) => (a.id < b.id ? -1 : 1));
    const rows: CaseRow[] = [];
    for (const one of asked) {
      const found = await caseAt(tx, one.id, one.revision);
      if (!found.ok) return found;
      rows.push(found.value);
    }
    const [a, b] = rows as [CaseRow, CaseRow];
    if (!isDuplicate(a, b)) return fail("not-mergeable");
    const [older, younger] = isOlder(a, b) ? [a, b] : [b, a];
    if (!(await canBeAnsweredElsewhere(tx, older, younger))) return fail("not-mergeable");
    if ((await isDecidedApart(tx, younger)) || (await openAppealOf(tx, younger.id))) return fail("not-mergeable");
    const uses = await unitedUses(tx, older, younger);
    if (uses === "apart") return fail("not-mergeable");
    await mergeInto(tx, younger, older, { decidedBy: worker.staffId, askedUses: uses });
    return ok({ into: older.id });
  });
}

/** An agent's request stays the agent's; a planned deletion and a package that is being made stay with their case. */
async function canBeAnsweredElsewhere(tx: Tx, older: CaseRow, younger: CaseRow): Promise<boolean> {
  const [kept] = await tx.db.execute(sql`
    select 1 from agent_permissions where case_id in (${older.id}, ${younger.id}) and withdrawn_at is null
    union all select 1 from deletions where case_id = ${younger.id} and cancelled_at is null
    union all select 1 from packages where case_id = ${younger.id}
      and ready_at is null and failed_at is null and stopped_at is null limit 1`);
  return kept === undefined;
}

/**
 * What both are to stop, once it is known whose they are: the younger keeps its own as well, since its link may be the one that is
 * pressed, and what stands already begins once. Apart where the older's link was pressed already, or one restriction cannot say both.
 */
async function unitedUses(tx: Tx, older: CaseRow, younger: CaseRow): Promise<AskedUses | null | "apart"> {
  const [one, other] = [readAsked(older.askedUses), readAsked(younger.askedUses)];
  if (!other) return one;
  return (await provedBy(tx, older)) ? "apart" : (united(one, other) ?? "apart");
}
