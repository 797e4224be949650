import { and, eq, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { companyMembers } from "../data-map/company-members";
import { dataMap } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import { policyCategories, type ReachSubject, type Scope } from "../data-map/types";
import { providerErasures } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { providerSetting } from "../env";
import { mayHaveLasted } from "../erasure/may-have-lasted";
import { newId } from "../ids";
import { inForceIn } from "../policy/queries";
import { valuesOf } from "../policy/values";
import { type Identified, identifiedFor, sealFor } from "./message";
import { type Asking, type Recipient, recipientsOf } from "./recipients";

type Begun = {
  caseId: string;
  subject: ReachSubject;
  scope: Scope;
  /** The address with which the person signs in here, proved by a code. */
  address: string;
};

/**
 * Before an erasure: stores for each provider what identifies the person to it, sealed, since afterwards the platform no longer
 * knows. Nothing is owed yet. Called again before anything was about to last, it looks anew; after that, also in later passes, what was
 * stored counts.
 */
export async function noteIdentities(ctx: Ctx, begun: Begun): Promise<void> {
  const { subject, scope } = begun;
  const named = await withRead(ctx, async (tx) => {
    if (await mayHaveLasted(tx, begun.caseId)) return null;
    const version = await inForceIn(tx);
    return recipientsOf(policyCategories, valuesOf(version?.number ?? 0).providers);
  });
  if (!named || named.length === 0) return;
  const found = await identitiesOf(
    begun,
    named.map(({ recipient }) => recipient),
  );
  await withTransaction(ctx, async (tx) => {
    if (await mayHaveLasted(tx, begun.caseId)) return;
    await tx.db
      .delete(providerErasures)
      .where(and(eq(providerErasures.caseId, begun.caseId), isNull(providerErasures.owedAt)));
    let noted = 0;
    for (const { recipient, kind } of named) {
      const way = wayOf(recipient.erasure);
      const known: Identified | null = identifiedFor(recipient, { subject, scope, ...found });
      if (way.way !== "none" && !known) continue;
      const id = newId();
      const sealed =
        known && way.way !== "none" ? sealFor(id, "sealed", JSON.stringify({ scope, subject: known })) : null;
      const row = { id, caseId: begun.caseId, recipient: recipient.id, name: recipient.name, kind };
      await tx.db.insert(providerErasures).values({ ...row, ...way, sealed, preparedAt: tx.now });
      noted += 1;
    }
    await recordAudit(tx, {
      action: "providers.noted",
      object: { type: "case", id: begun.caseId },
      payload: { providers: noted },
    });
  });
}

/** Without its address or key nobody can be called, so staff tell it. */
export function wayOf(erasure: Asking): { way: "webhook" | "manual" | "none"; reason: string | null } {
  if (erasure === "manual") return { way: "manual", reason: null };
  if ("none" in erasure) return { way: "none", reason: erasure.none };
  const reachable = providerSetting(erasure.webhook) && providerSetting(erasure.secret);
  return { way: reachable ? "webhook" : "manual", reason: null };
}

async function identitiesOf(
  { subject, scope, address }: Begun,
  asked: readonly Recipient[],
): Promise<{ userIds: string[]; identities: ReadonlyMap<string, string[]> }> {
  const kinds = [...new Set(asked.flatMap(({ knows }) => knows))].filter(
    (kind) => kind !== "user_id" && kind !== "company_id",
  );
  const identities = await identitiesAtHome(dataMap(), subject, scope, true, kinds);
  // Only proved addresses: one that somebody mistyped is another person's, who asked for nothing.
  const addresses = new Map((identities.get("email") ?? []).map((one) => [one.toLowerCase(), one]));
  addresses.set(address.toLowerCase(), address);
  identities.set("email", [...addresses.values()]);
  const company = scope === "company" ? subject.platformCompanyId : null;
  return { userIds: company ? await companyMembers(company) : [subject.platformUserId], identities };
}
