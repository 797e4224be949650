import type { authorityKinds, disclosureGrounds, disclosureOutcomes } from "../db/schema/disclosures";

export type AuthorityKind = (typeof authorityKinds)[number];
export type DisclosureGround = (typeof disclosureGrounds)[number];
export type DisclosureOutcome = (typeof disclosureOutcomes)[number];

/** The kinds of authorities: as a row of a table, and in a sentence. */
export const authorityWords: Record<AuthorityKind, { label: string; one: string }> = {
  court: { label: "Courts", one: "a court" },
  "law-enforcement": { label: "Police and prosecutors", one: "the police or a prosecutor" },
  regulator: { label: "Supervisory authorities", one: "a supervisory authority" },
  tax: { label: "Tax authorities", one: "a tax authority" },
  "national-security": { label: "National security", one: "a national security authority" },
  "other-authority": { label: "Others", one: "another authority" },
};

/** On what ground data may go to an authority, and where that stands. */
export const disclosureGroundWords: Record<DisclosureGround, { label: string; source: string }> = {
  "court-order": { label: "A court ordered it", source: "GDPR Art. 6(1)(c)" },
  "statutory-order": { label: "A law obliges us on the authority's order", source: "GDPR Art. 6(1)(c)" },
  "legal-process": { label: "A subpoena or another legal process", source: "GDPR Art. 6(1)(c)" },
  "vital-interests": { label: "Somebody's life or safety is in danger", source: "GDPR Art. 6(1)(d)" },
  "legal-claims": { label: "To establish, pursue or answer a legal claim", source: "GDPR Art. 6(1)(f)" },
};

/** How a demand ended: on the desk, in a table of counts, and to a person it is about. */
export const outcomeWords: Record<DisclosureOutcome, { desk: string; label: string; person: string }> = {
  given: { desk: "Give what was asked for", label: "Answered in full", person: "we gave what was asked for" },
  narrowed: { desk: "Give less than was asked for", label: "Narrowed", person: "we gave less than was asked for" },
  refused: { desk: "Refuse", label: "Refused", person: "we refused it and gave nothing" },
};
