import { config, type RetentionClass } from "../../trust-center.config";
import type { Ctx } from "../context";
import { countCompanyMembers } from "../data-map/count-company-members";
import { countReached } from "../data-map/reach";
import type { Collection, Erasure, PolicyCategory } from "../data-map/types";
import { periodInWords } from "../in-words";
import { inForce } from "../policy/queries";
import { type PolicyValues, valuesOf } from "../policy/values";
import type { Subject } from "./find-subject";

export type PreviewItem = {
  system: string;
  collection: string;
  label: string;
  category: PolicyCategory;
  rows: number;
  action: Erasure["action"];
  /** Why it is kept or anonymised; null for plain deletion. */
  ground: string | null;
  /** For what is kept: how long, in words such as "7 years after account closure". */
  keptFor: string | null;
};

/** Something that has to be settled with the person before the deletion can be finished. */
export type Blocker = "sole-owner";

export type DeletionPreview = {
  scope: "person" | "company";
  items: PreviewItem[];
  blockers: Blocker[];
};

/**
 * "7 years after account closure", by the policy version in force.
 * @param values see `valuesOf`
 */
export function keptForWords(retention: RetentionClass, values: PolicyValues): string {
  return `${periodInWords(values.retention[retention])} after ${config.retention[retention].from}`;
}

/** The map's rule for a collection; one person's deletion never takes what others share with them. */
function whatHappens(
  { erasure, retention, role }: Collection,
  scope: "person" | "company",
  values: PolicyValues,
): Pick<PreviewItem, "action" | "ground" | "keptFor"> {
  const { action, ground = null, until } = erasure[scope];
  if (action === "keep") return { action, ground, keptFor: keptForWords(until ?? retention, values) };
  if (action === "delete" && role !== "owner" && scope === "person") {
    return {
      action: "keep",
      ground: "Other people of your company share it; it ends with the company's account.",
      keptFor: null,
    };
  }
  return { action, ground, keptFor: null };
}

/**
 * What a deletion would do, counted live on the platform by the data map's erasure rules. Reads
 * only; call it outside of a transaction.
 */
export async function previewDeletion(
  ctx: Ctx,
  subject: Pick<Subject, "platformUserId" | "platformCompanyId" | "ownsCompany">,
  scope: "person" | "company",
): Promise<DeletionPreview> {
  const { platformUserId, platformCompanyId } = subject;
  if (!platformUserId) return { scope, items: [], blockers: [] };
  const [counted, members, policy] = await Promise.all([
    countReached({ platformUserId, platformCompanyId }, scope),
    scope === "person" && subject.ownsCompany && platformCompanyId
      ? countCompanyMembers(platformCompanyId)
      : Promise.resolve(null),
    inForce(ctx),
  ]);
  const values = valuesOf(policy?.number ?? 0);
  const items = counted
    .filter(({ rows }) => rows > 0)
    .map(
      ({ system, collection, rows }): PreviewItem => ({
        system,
        collection: collection.name,
        label: collection.label,
        category: collection.policyCategory,
        rows,
        ...whatHappens(collection, scope, values),
      }),
    );
  const soleOwner = members !== null && members.owners <= 1 && members.people > 1;
  return { scope, items, blockers: soleOwner ? ["sole-owner"] : [] };
}
