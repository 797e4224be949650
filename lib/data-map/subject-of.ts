import type { ReachSubject, Scope } from "./types";

/** An account by its id alone, whoever asks: a person's, or a company's with everybody in it. */
export const subjectOf = (scope: Scope, id: string): ReachSubject =>
  scope === "company" ? { platformUserId: "", platformCompanyId: id } : { platformUserId: id, platformCompanyId: null };
