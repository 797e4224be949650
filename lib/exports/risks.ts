import { config } from "../../trust-center.config";

export type Risk = "rows" | "company-rows" | "rows-of-others" | "fresh-company";

/** Why a package waits for two people to look at it, in words for the desk. */
export const riskWords: Record<Risk, string> = {
  rows: "it is very large",
  "company-rows": "it holds a large company account whole",
  "rows-of-others": "much of it is shared with other people or only mentions this person",
  "fresh-company": "a whole company account was asked for from a new address or device",
};

export type RiskLimits = {
  rows: number | null;
  companyRows: number | null;
  rowsOfOthers: number | null;
  freshCompany: boolean;
};

/** What is known of a package once it is written. */
export type PackageFacts = {
  scope: "person" | "company";
  rows: number;
  /** Rows in collections that may be about others too ({@link isAboutOthers}). */
  rowsOfOthers: number;
  /** It had to wait, since it was asked for from a new address or device (S14). */
  waited: boolean;
};

/** Above which of the configured limits a package lies; none: it is handed out at once. */
export function risksOf(facts: PackageFacts, limits: RiskLimits = config.release.secondLookFrom): Risk[] {
  const company = facts.scope === "company";
  const above = (value: number, limit: number | null) => limit !== null && value >= limit;
  const found: [Risk, boolean][] = [
    ["rows", above(facts.rows, limits.rows)],
    ["company-rows", company && above(facts.rows, limits.companyRows)],
    ["rows-of-others", !company && above(facts.rowsOfOthers, limits.rowsOfOthers)],
    ["fresh-company", company && facts.waited && limits.freshCompany],
  ];
  return found.filter(([, is]) => is).map(([risk]) => risk);
}
