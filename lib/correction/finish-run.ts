import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { type CaseRow, changeCase } from "../cases/change-case";
import { recordEvent } from "../cases/record-event";
import { homeSystem } from "../data-map/load";
import { knownZone } from "../data-map/platform-person";
import { correctionItems, type correctionRuns, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Outcomes, Standing } from "./apply-in-system";
import { openContent, sealContent } from "./content";
import { moveAddress } from "./move-address";
import { type Identified, oweCorrections } from "./owe-corrections";
import { settleCase } from "./settle-case";

type Finished = {
  run: typeof correctionRuns.$inferSelect;
  personId: string;
  outcomes: Outcomes;
  standing: Standing;
  identified: Identified;
};

/**
 * A run has lasted on the platform: writes down for each item what became of it, follows here what the trust center knows the
 * person by, owes the providers their message, and closes the case when nothing is left. In the transaction that finishes the run.
 */
export async function finishRun(tx: Tx, row: CaseRow, done: Finished): Promise<void> {
  const { run, personId, outcomes, standing, identified } = done;
  const items = await tx.db.select().from(correctionItems).where(eq(correctionItems.runId, run.id));
  const applied: typeof items = [];
  let back = 0;
  for (const item of items) {
    const outcome = outcomes[item.id] ?? "gone";
    const content = await openContent(tx, personId, item);
    if (outcome === "applied" || outcome === "already") {
      const stands = standing[item.id] ?? content?.after ?? "";
      await tx.db
        .update(correctionItems)
        .set({
          ...{ appliedAt: outcome === "applied" ? tx.now : null, settledAt: tx.now, problem: null },
          // As the platform keeps it, which may write it a little differently.
          ...(content ? { content: await sealContent(tx, personId, item.id, { ...content, after: stands }) } : {}),
        })
        .where(eq(correctionItems.id, item.id));
      if (outcome === "applied") applied.push(item);
      await followHere(tx, personId, item, stands);
      continue;
    }
    back += 1;
    const found = standing[item.id];
    await tx.db
      .update(correctionItems)
      .set({
        ...{ decision: null, decidedAt: null, decidedBy: null, runId: null, problem: outcome },
        ...(content && found !== undefined
          ? { content: await sealContent(tx, personId, item.id, { ...content, found }) }
          : {}),
      })
      .where(eq(correctionItems.id, item.id));
  }
  const fields = applied.map(({ collection, field }) => `${collection}.${field}`);
  if (applied.length > 0)
    await recordEvent(tx, { caseId: row.id, type: "correction.applied", detail: { fields: applied.length } });
  if (back > 0)
    await recordEvent(tx, { caseId: row.id, type: "correction.held-up", detail: { fields: back }, internal: true });
  await recordAudit(tx, {
    action: "correction.applied",
    object: { type: "case", id: row.id },
    payload: { system: run.system, fields, back, outcomes: Object.values(outcomes) },
  });
  await oweCorrections(tx, { row, run, items: applied, personId, identified });
  await changeCase(tx, row.id, {});
  await settleCase(tx, row.id);
}

/** What the trust center itself knows a person by follows what was put right of it. */
async function followHere(
  tx: Tx,
  personId: string,
  item: typeof correctionItems.$inferSelect,
  value: string,
): Promise<void> {
  const { name, person } = homeSystem();
  if (item.system !== name || item.collection !== person.collection) return;
  if (item.field === person.email) return moveAddress(tx, { caseId: item.caseId, personId, address: value });
  const values = {
    ...(item.field === person.name ? { name: value } : {}),
    ...(item.field === person.language ? { language: value } : {}),
    ...(item.field === person.timeZone ? { timeZone: knownZone(value) } : {}),
  };
  if (Object.keys(values).length > 0) await tx.db.update(people).set(values).where(eq(people.id, personId));
}
