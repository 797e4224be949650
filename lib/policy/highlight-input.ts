import { z } from "zod";
import { policyCategories } from "../data-map/types";
import { highlightKinds, severities } from "../db/schema";

/** What a person writes of one highlight. */
export const highlightInput = z.object({
  kind: z.enum(highlightKinds),
  clauseId: z.string().min(1).max(100),
  sentence: z.string().trim().min(1).max(500),
  oldText: z.string().trim().max(2000).nullable().default(null),
  newText: z.string().trim().max(2000).nullable().default(null),
  severity: z.enum(severities).default("medium"),
  /** None: it is about everybody. */
  categories: z.array(z.enum(policyCategories)).max(policyCategories.length).default([]),
});

export type HighlightInput = z.input<typeof highlightInput>;

export const highlightsInput = z.array(highlightInput).max(100);
