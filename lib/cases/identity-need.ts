import type { CaseKind } from "./clocks";

/**
 * What has to be shown before a request of somebody without an account goes on, in proportion to the harm that a stranger could
 * do with it (GDPR 12(6), EDPB Guidelines 01/2022, 58-79):
 * `before`: data would be given away or deleted, or a record changed, so nothing happens before the link to an address on file
 * was used, and the GDPR's month stands still meanwhile;
 * `beside`: using data less harms nobody, so staff begin at once and the link is only asked for beside it;
 * `none`: a question tells nobody anything about a person.
 */
export const identityNeed: Record<CaseKind, "before" | "beside" | "none"> = {
  access: "before",
  portability: "before",
  deletion: "before",
  correction: "before",
  objection: "beside",
  restriction: "beside",
  inquiry: "none",
};
