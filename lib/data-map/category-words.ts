import { config } from "../../trust-center.config";
import type { PolicyCategory } from "./types";

/** The seven categories of the policy in plain words: what each is called, what it holds, where it comes from. */
export const categoryWords: Record<PolicyCategory, { label: string; what: string; source: string }> = config.categories;

/** Labels of categories that were written down earlier, in one line; one that the policy no longer has stands as its id. */
export const categoryLabels = (categories: readonly string[]): string =>
  categories.map((one) => categoryWords[one as PolicyCategory]?.label ?? one).join(", ");
