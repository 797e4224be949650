import type { CaseKind } from "./clocks";

/** What each kind is called on a list, in a sentence and on the button that asks for it. */
export const kindWords: Record<CaseKind, { title: string; asked: string; button: string }> = {
  access: { title: "Copy of your data", asked: "a copy of your data", button: "Ask for a copy" },
  portability: { title: "Data to move", asked: "your data to take elsewhere", button: "Ask for data to move" },
  correction: { title: "Correction", asked: "a correction", button: "Ask for a correction" },
  deletion: { title: "Deletion", asked: "deletion", button: "Ask for deletion" },
  objection: { title: "Objection", asked: "an end to some uses of your data", button: "Object" },
  restriction: { title: "Restriction", asked: "a limit to the use of your data", button: "Ask for a limit" },
  inquiry: { title: "Question", asked: "an answer to your question", button: "Ask a question" },
};

/** The rights that can be asked for without an account, in the order of the policy. */
export const rights = ["access", "correction", "deletion", "portability", "objection", "restriction"] as const;

/** How a request came that a colleague wrote down. */
export const waysIn = ["phone", "letter", "in-person", "other"] as const;
export const wayWords: Record<(typeof waysIn)[number], string> = {
  phone: "by phone",
  letter: "by letter",
  "in-person": "in person",
  other: "in another way",
};

/** Some requests say everything by their kind; these have to say what. */
export const needsWords = (kind: CaseKind): boolean =>
  kind === "correction" || kind === "objection" || kind === "restriction" || kind === "inquiry";

/** Grounds on which a request, or a part of it, may be declined (L2, L10): the key is kept, the words are shown. */
export const declineGrounds = {
  "identity-not-confirmed": "We could not confirm that the request comes from you.",
  "legal-obligation": "The law obliges us to keep this data (GDPR Article 17(3)(b)).",
  "legal-claims": "The data is needed for a legal claim (GDPR Article 17(3)(e)).",
  "rights-of-others": "It would harm the rights of other people (GDPR Article 15(4)).",
  "not-ours-to-answer": "The data belongs to a company that we only process it for; that company decides.",
  "already-answered": "The same request was answered a short while ago and nothing has changed since.",
  "correct-as-it-is": "We looked at it, and the data is right as it stands (GDPR Article 16).",
  "compelling-grounds": "There are compelling reasons for this use that outweigh yours (GDPR Article 21(1)).",
  "restriction-not-due": "None of the cases in which the law limits the use applies here (GDPR Article 18(1)).",
  "not-applicable": "This right does not apply to this data.",
} as const;

/** Grounds that staff cannot choose: their own actions set them, and nobody is written to. */
export const silentGrounds: Record<string, string> = { spam: "It asked nothing." };

/** Grounds on which a request is done, so that every decision says one. */
export const approvalGrounds = {
  granted: "You have this right, and nothing stood against it.",
  goodwill: "The law does not ask it of us here; we did it all the same.",
  answered: "The question was answered.",
  "passed-on": "The company that decides about this data answers it.",
  "nothing-held": "We hold nothing that this is about.",
} as const;

export type ApprovalGround = keyof typeof approvalGrounds;
export const approvalGroundKeys = Object.keys(approvalGrounds) as [ApprovalGround, ...ApprovalGround[]];

export type DeclineGround = keyof typeof declineGrounds;
export const declineGroundKeys = Object.keys(declineGrounds) as [DeclineGround, ...DeclineGround[]];
