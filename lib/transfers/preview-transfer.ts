import { consume } from "../auth/rate-limit";
import { holderOf } from "../cases/permit";
import { mySubject } from "../cases/queries";
import type { Ctx } from "../context";
import { categoryWords } from "../data-map/category-words";
import { countReached } from "../data-map/reach";
import type { Scope } from "../data-map/types";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";
import { type Choice, findDestination } from "./destinations";
import type { Discovery } from "./protocol";

export type TransferPreview = {
  provider: Discovery;
  scope: Scope;
  /** What would be sent, by category of the policy; null when the platform does not say just now. */
  categories: { label: string; what: string; rows: number }[] | null;
  rows: number | null;
};

/** Shows to whom and what a transfer would send, before anything is: the provider proves itself first. Sends nothing. */
export async function previewTransfer(
  ctx: Ctx,
  { scope, ...choice }: Choice & { scope: Scope },
): Promise<Result<TransferPreview>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const subject = await mySubject(ctx);
  if (!subject) return fail("not-found");
  if (scope === "company" && !subject.ownsCompany) return fail("not-allowed");
  const looked = await consume("transfer-look.person", holder.personId);
  if (!looked.ok) return looked;
  const found = await findDestination(choice);
  if (!found.ok) return found;
  const { provider } = found.value;
  if (!provider.accepts.includes(scope)) return fail("provider-scope");
  const { platformUserId } = subject;
  const counted = platformUserId ? await count({ ...subject, platformUserId }, scope) : [];
  return ok({ provider, scope, categories: counted, rows: counted?.reduce((sum, { rows }) => sum + rows, 0) ?? null });
}

async function count(subject: Parameters<typeof countReached>[0], scope: Scope) {
  try {
    const reached = (await countReached(subject, scope)).filter(({ collection }) => collection.exported);
    const byCategory = Map.groupBy(reached, ({ collection }) => collection.policyCategory);
    return [...byCategory].map(([category, all]) => ({
      label: categoryWords[category].label,
      what: categoryWords[category].what,
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
    }));
  } catch (err) {
    log.warn({ err }, "a transfer's rows were not counted");
    return null;
  }
}
