import { and, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import { dataMap } from "../data-map/load";
import type { PolicyCategory, Scope } from "../data-map/types";
import { erasureRuns, providerErasures } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Fate } from "../erasure/execute";
import { enqueue } from "../jobs/queue";
import { type Identified, messageOf, openFor, sealFor } from "./message";
import { recipients } from "./recipients";

/**
 * The erasure has lasted: from now on each provider that received something of what was erased is owed a message (GDPR 17(2),
 * 19). Those that received nothing of it are forgotten. Called twice it does nothing more.
 */
export async function oweErasure(tx: Tx, { caseId }: { caseId: string }): Promise<void> {
  const rows = await tx.db
    .select()
    .from(providerErasures)
    .where(and(eq(providerErasures.caseId, caseId), isNull(providerErasures.owedAt)))
    .for("update");
  if (rows.length === 0) return;
  const erased = await erasedCategories(tx, caseId);
  const dueAt = tx.now
    .toZonedDateTimeISO(config.clocks.zone)
    .add(Temporal.Duration.from(config.providerAnswers.due))
    .toInstant();
  const asked: string[] = [];
  for (const { id, recipient, way, sealed } of rows) {
    const receives = recipients.find((one) => one.id === recipient)?.receives ?? [];
    const categories = erased.filter((category) => receives.includes(category));
    if (categories.length === 0) {
      await tx.db.delete(providerErasures).where(eq(providerErasures.id, id));
      continue;
    }
    const known = sealed && (JSON.parse(openFor(id, "sealed", sealed)) as { scope: Scope; subject: Identified });
    const message = known && messageOf({ id, recipient, categories, at: tx.now, ...known });
    await tx.db
      .update(providerErasures)
      .set({ owedAt: tx.now, ...(message ? { dueAt, sealed: sealFor(id, "sealed", message) } : {}) })
      .where(eq(providerErasures.id, id));
    if (way === "webhook") await enqueue(tx, "provider.tell", { erasureId: id });
    if (way !== "none") asked.push(recipient);
  }
  await recordAudit(tx, {
    action: "providers.owed",
    object: { type: "case", id: caseId },
    payload: { providers: asked, categories: erased },
  });
}

/** Of what something was erased. A category in which rows are on hold is not among them: a provider's copy is held as well. */
async function erasedCategories(tx: Tx, caseId: string): Promise<PolicyCategory[]> {
  const runs = await tx.db
    .select({ system: erasureRuns.system, fates: erasureRuns.fates })
    .from(erasureRuns)
    .where(eq(erasureRuns.caseId, caseId));
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
  return [...erased].filter((category) => !held.has(category));
}
