import { and, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { dataMap } from "../data-map/load";
import type { PolicyCategory, Scope } from "../data-map/types";
import { erasureRuns, providerErasures } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Fate } from "../erasure/execute";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { type Identified, messageOf, openFor, sealFor } from "./message";
import { recipients } from "./recipients";

/**
 * A pass of an erasure has lasted: from now on each provider that received something of what it erased is owed a message (GDPR
 * 17(2), 19). What a hold kept back of a category keeps the provider's copy too: it is told after the pass that takes it. At the
 * end those that received nothing are forgotten. Called twice it does nothing more.
 */
export async function oweErasure(
  tx: Tx,
  { caseId, pass, isEnd }: { caseId: string; pass: number; isEnd: boolean },
): Promise<void> {
  const rows = await tx.db
    .select()
    .from(providerErasures)
    .where(and(eq(providerErasures.caseId, caseId), isNull(providerErasures.owedAt)))
    .for("update");
  if (rows.length === 0) return;
  const { erased, held } = await categoriesOf(tx, caseId, pass);
  const dueAt = tx.now
    .toZonedDateTimeISO(config.clocks.zone)
    .add(Temporal.Duration.from(config.providerAnswers.due))
    .toInstant();
  const asked: string[] = [];
  for (const row of rows) {
    const { id, recipient, way, sealed } = row;
    const receives = recipients.find((one) => one.id === recipient)?.receives ?? [];
    const categories = erased.filter((category) => receives.includes(category));
    const later = !isEnd && held.some((category) => receives.includes(category));
    if (categories.length === 0) {
      if (!later) await tx.db.delete(providerErasures).where(eq(providerErasures.id, id));
      continue;
    }
    const plain = sealed && openFor(id, "sealed", sealed);
    const known = plain && (JSON.parse(plain) as { scope: Scope; subject: Identified });
    const message = known && messageOf({ id, recipient, categories, at: tx.now, ...known });
    await tx.db
      .update(providerErasures)
      .set({ owedAt: tx.now, ...(message ? { dueAt, sealed: sealFor(id, "sealed", message) } : {}) })
      .where(eq(providerErasures.id, id));
    if (later && plain) {
      const next = newId();
      await tx.db
        .insert(providerErasures)
        .values({ ...row, id: next, preparedAt: tx.now, sealed: sealFor(next, "sealed", plain) });
    }
    if (way === "webhook") await enqueue(tx, "provider.tell", { erasureId: id });
    if (way !== "none") asked.push(recipient);
  }
  await recordAudit(tx, {
    action: "providers.owed",
    object: { type: "case", id: caseId },
    payload: { providers: asked, categories: erased },
  });
}

/** Of what this pass erased something and a hold kept nothing back; and of what one did. */
async function categoriesOf(
  tx: Tx,
  caseId: string,
  pass: number,
): Promise<{ erased: PolicyCategory[]; held: PolicyCategory[] }> {
  const runs = await tx.db
    .select({ system: erasureRuns.system, fates: erasureRuns.fates })
    .from(erasureRuns)
    .where(and(eq(erasureRuns.caseId, caseId), eq(erasureRuns.pass, pass)));
  const erased = new Set<PolicyCategory>();
  const held = new Set<PolicyCategory>();
  for (const { system: name, fates } of runs) {
    const system = dataMap().systems.find((one) => one.name === name);
    for (const fate of (fates ?? []) as Fate[]) {
      const category = system?.collections.find((one) => one.name === fate.collection)?.policyCategory;
      if (!category) continue;
      if (fate.held > 0) held.add(category);
      if (fate.deleted + fate.anonymised + fate.unlinked + fate.reduced > 0) erased.add(category);
    }
  }
  return { erased: [...erased].filter((category) => !held.has(category)), held: [...held] };
}
