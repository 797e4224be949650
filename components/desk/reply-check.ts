import type { ClauseChange } from "@/lib/replies/clauses";

const what: Record<ClauseChange["what"], string> = {
  changed: "reads otherwise since this reply was checked",
  gone: "is no longer in the policy",
  "will-change": "will read otherwise once the announced version takes effect",
  "will-go": "will be gone once the announced version takes effect",
};

/** What became of a clause that a saved reply rests on, in a sentence. */
export const checkWords = (change: ClauseChange): string =>
  `The clause "${change.heading ?? change.id}" ${what[change.what]}.`;
