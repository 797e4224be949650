import type { CaseKind } from "@/lib/cases/clocks";

/** What a case is called on the desk: lib/cases/words.ts has what its subject reads. */
export const deskKinds: Record<CaseKind, string> = {
  access: "Access",
  portability: "Portability",
  correction: "Correction",
  deletion: "Deletion",
  objection: "Objection",
  restriction: "Restriction",
  inquiry: "Inquiry",
};
