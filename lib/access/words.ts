import type { accessedThings, accessPurposes } from "../db/schema/access";

export type AccessPurpose = (typeof accessPurposes)[number];

export type AccessedThing = (typeof accessedThings)[number];

/** What was seen, to the person; the request itself is named beside it. */
export const thingWords: Record<AccessedThing, string | null> = {
  case: null,
  values: "what we hold as yours, to put it right",
  "provider-task": "what a provider was told to erase",
  original: "a message as it was written",
};

/** What staff can state where their work on a case does not say it; in the order of the list. */
export const statedPurposes = ["follow-up", "colleague", "quality", "complaint", "security"] as const;
export type StatedPurpose = (typeof statedPurposes)[number];

/** Each purpose: on the desk's button, and to the person whose record it was. */
export const purposeWords: Record<AccessPurpose, { desk: string; person: string }> = {
  assigned: { desk: "Their case", person: "They work on this request." },
  due: { desk: "Open, and everybody's or due", person: "It waited for somebody, or its answer was due." },
  audit: { desk: "Audit", person: "An auditor checked how we work." },
  "follow-up": { desk: "They wrote or called about it", person: "You wrote or called about it again." },
  colleague: { desk: "A colleague asked for help", person: "A colleague who works on it asked for help." },
  quality: { desk: "A check of how it was answered", person: "We checked how it was answered." },
  complaint: { desk: "A complaint or an authority's question", person: "A complaint or an authority asked about it." },
  security: { desk: "A security question", person: "We looked into a question of security." },
};

/** The roles as a person hears of them. */
export const accessRoleWords: Record<"agent" | "officer" | "auditor", string> = {
  agent: "Support",
  officer: "A privacy officer",
  auditor: "An auditor",
};
