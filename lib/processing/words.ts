import type { exceptionGrounds, restrictionBases } from "../db/schema/processing";

export type RestrictionBasis = (typeof restrictionBases)[number];
export type ExceptionGround = (typeof exceptionGrounds)[number];

/** On what a restriction rests (GDPR 18(1)), as a person would say it. */
export const basisWords: Record<RestrictionBasis, { label: string; hint: string; source: string }> = {
  accuracy: {
    label: "Some of it is wrong",
    hint: "It stays unused until it was checked.",
    source: "GDPR Art. 18(1)(a)",
  },
  unlawful: {
    label: "You should not have it, but do not delete it",
    hint: "It is kept, unused, and nothing of it is deleted until you or we end this.",
    source: "GDPR Art. 18(1)(b)",
  },
  claims: {
    label: "I need it for a legal claim",
    hint: "It is kept, unused, even when its time is over.",
    source: "GDPR Art. 18(1)(c)",
  },
  objection: {
    label: "I objected and wait for your answer",
    hint: "It stays unused until the objection is weighed.",
    source: "GDPR Art. 18(1)(d)",
  },
};

/** Why an objection or a restriction is rejected; keys of the cases' grounds, whose words are in lib/cases/words.ts (L2). */
export const rejectionGrounds = [
  "compelling-grounds",
  "legal-claims",
  "restriction-not-due",
  "identity-not-confirmed",
  "not-ours-to-answer",
] as const;
export type RejectionGround = (typeof rejectionGrounds)[number];

/** Why a limit that stood is lifted (GDPR 18(3)). */
export const liftGrounds = {
  "accuracy-settled": "What was disputed was checked, and put right where it was wrong.",
  "objection-answered": "The objection that it waited for has been answered.",
  "claims-over": "The legal claim that it was kept for is over.",
  "no-longer-due": "What the limit rested on is no longer so.",
} as const;
export type LiftGround = keyof typeof liftGrounds;
export const liftGroundKeys = Object.keys(liftGrounds) as [LiftGround, ...LiftGround[]];

/** On what a use goes on although it is restricted (GDPR 18(2), L7). */
export const exceptionWords: Record<ExceptionGround, string> = {
  consent: "You allowed this use yourself.",
  "legal-claims": "It is needed for legal claims, or the law orders it.",
  "protection-of-others": "It protects the rights of other people.",
};
