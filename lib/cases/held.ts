import { categoryWords } from "../data-map/category-words";
import { countReached } from "../data-map/reach";
import { type PolicyCategory, policyCategories } from "../data-map/types";
import { log } from "../log";
import type { Subject } from "./find-subject";

export type HeldGroup = {
  category: PolicyCategory;
  label: string;
  what: string;
  rows: number;
  collections: { label: string; rows: number }[];
};

export type Held =
  | { state: "counted"; at: string; groups: HeldGroup[] }
  /** The platform knows no such address. */
  | { state: "unknown-here" }
  /** A system did not answer: not measured is a state of its own, never a zero. */
  | { state: "unreachable" };

/** What the platform holds about a person right now, counted by the policy's categories. */
export async function whatWeHold(
  subject: Pick<Subject, "platformUserId" | "platformCompanyId">,
  scope: "person" | "company" = "person",
): Promise<Held> {
  const { platformUserId, platformCompanyId } = subject;
  if (!platformUserId) return { state: "unknown-here" };
  try {
    const counted = await countReached({ platformUserId, platformCompanyId }, scope);
    const groups = policyCategories.map((category): HeldGroup => {
      const collections = counted
        .filter((one) => one.collection.policyCategory === category && one.rows > 0)
        .map(({ collection, rows }) => ({ label: collection.label, rows }));
      const { label, what } = categoryWords[category];
      return {
        category,
        label,
        what,
        rows: collections.reduce((sum, one) => sum + one.rows, 0),
        collections,
      };
    });
    return { state: "counted", at: Temporal.Now.instant().toString(), groups };
  } catch (error) {
    log.error({ err: error }, "counting what is held failed");
    return { state: "unreachable" };
  }
}
