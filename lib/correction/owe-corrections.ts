import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { CaseRow } from "../cases/change-case";
import { findSubject } from "../cases/find-subject";
import type { Ctx } from "../context";
import { sealWithMaster } from "../crypto/seal";
import { dataMap } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import { type PolicyCategory, policyCategories, type ReachSubject } from "../data-map/types";
import { cases, type correctionItems, correctionNotices, type correctionRuns } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { inForceIn } from "../policy/queries";
import { valuesOf } from "../policy/values";
import { identifiedFor } from "../providers/message";
import { wayOf } from "../providers/note-identities";
import { recipientsOf } from "../providers/recipients";
import type { Change, Outcomes } from "./apply-in-system";
import { openContent } from "./content";

export type Identified = { subject: ReachSubject; identities: ReadonlyMap<string, string[]> } | null;

/**
 * By what the providers know the person, asked of the platform before the transaction that needs it; the address from before a
 * change among it, since theirs is the old one. Null when nothing was changed.
 */
export async function identitiesFor(
  ctx: Ctx,
  {
    caseId,
    subject,
    changes,
    outcomes,
  }: { caseId: string; subject: ReachSubject; changes: readonly Change[]; outcomes: Outcomes },
): Promise<Identified> {
  const applied = changes.filter(({ id }) => outcomes[id] === "applied");
  if (applied.length === 0) return null;
  const { named, address } = await withRead(ctx, async (tx) => ({
    named: await providersIn(tx, policyCategories),
    address: await addressOf(tx, caseId),
  }));
  const kinds = new Set(named.flatMap(({ recipient }) => recipient.knows));
  const asked = [...kinds].filter((kind) => kind !== "user_id" && kind !== "company_id");
  const identities = await identitiesAtHome(dataMap(), subject, "person", true, asked);
  const before = applied.flatMap(({ by, before: old }) => (by === "address" && old ? [old] : []));
  const addresses = [...before, ...(address ? [address] : []), ...(identities.get("email") ?? [])];
  identities.set("email", [...new Map(addresses.map((one) => [one.toLowerCase(), one])).values()]);
  return { subject, identities };
}

async function addressOf(tx: Tx, caseId: string): Promise<string | null> {
  const [row] = await tx.db.select({ subjectId: cases.subjectId }).from(cases).where(eq(cases.id, caseId));
  return row?.subjectId ? ((await findSubject(tx, row.subjectId))?.email ?? null) : null;
}

async function providersIn(tx: Tx, categories: readonly PolicyCategory[]) {
  const version = await inForceIn(tx);
  return recipientsOf(categories, valuesOf(version?.number ?? 0).providers);
}

type Owed = {
  row: CaseRow;
  run: typeof correctionRuns.$inferSelect;
  /** What was put right. */
  items: readonly (typeof correctionItems.$inferSelect)[];
  personId: string;
  identified: Identified;
};

/**
 * Owes each provider that received the category of something put right a message with the right value (GDPR 19), by what it tells
 * people apart. One that holds nothing by person, or that cannot be told who it is about, is owed none.
 */
export async function oweCorrections(tx: Tx, { row, run, items, personId, identified }: Owed): Promise<void> {
  if (!identified || items.length === 0) return;
  const categories = [...new Set(items.map(({ category }) => category as PolicyCategory))];
  const asked: string[] = [];
  for (const { recipient, kind, got } of await providersIn(tx, categories)) {
    const { way } = wayOf(recipient.erasure);
    const { subject, identities } = identified;
    const known = identifiedFor(recipient, { subject, scope: "person", userIds: [subject.platformUserId], identities });
    if (way === "none" || !known) continue;
    const corrections = [];
    for (const item of items.filter(({ category }) => got.includes(category as PolicyCategory))) {
      const content = await openContent(tx, personId, item);
      if (content)
        corrections.push({
          category: item.category,
          what: dataCategoriesOf(item),
          label: item.label,
          value: content.after,
        });
    }
    const id = newId();
    const data = { id, subject: known, corrections };
    const body = JSON.stringify({ type: "correction.made", timestamp: tx.now.toString(), data });
    const { count } = await tx.db
      .insert(correctionNotices)
      .values({
        ...{ id, caseId: row.id, runId: run.id, recipient: recipient.id, name: recipient.name, kind, way },
        ...{ sealed: sealWithMaster(noticePlace(id), body), owedAt: tx.now },
      })
      .onConflictDoNothing();
    if (count === 0) continue;
    asked.push(recipient.id);
    if (way === "webhook") await enqueue(tx, "correction.tell", { noticeId: id });
  }
  await recordAudit(tx, {
    action: "correction.owed",
    object: { type: "case", id: row.id },
    payload: { providers: asked, categories },
  });
}

/** Under the master key: a provider is told whatever becomes of the person's own key. */
export const noticePlace = (id: string) => ({ table: "correction_notices", column: "sealed", row: id });

/** What the value is, in Fideslang's words: the provider does not know our columns. */
function dataCategoriesOf({ system, collection, field }: typeof correctionItems.$inferSelect): string[] {
  const found = dataMap()
    .systems.find(({ name }) => name === system)
    ?.collections.find(({ name }) => name === collection)
    ?.fields.find(({ name }) => name === field);
  return found?.dataCategories ?? [];
}
