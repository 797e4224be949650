import { purposes } from "../db/schema/processing";

export { purposes };
export type Purpose = (typeof purposes)[number];

type Use = {
  title: string;
  /** The policy's own sentence, as a person hears it. */
  what: string;
  /** What it means for them when it stops. */
  stopped: string;
  /** Why nobody can object to it, with the source; null when they can. */
  fixed: string | null;
  /** An objection stops it for good, with nothing to weigh. */
  unconditional: boolean;
};

/** The six uses of the policy in plain words. There are no others. */
export const useWords: Record<Purpose, Use> = {
  "service-delivery": {
    title: "Service delivery",
    what: "Running the platform and providing what you signed up for.",
    stopped:
      "What you do on the platform no longer reaches anybody: work, messages and bills that need your data stand still.",
    fixed: null,
    unconditional: false,
  },
  "account-management": {
    title: "Account management",
    what: "Opening and keeping accounts, signing you in and billing.",
    stopped: "Your account stays as it is. Changes to it and bills that name you wait.",
    fixed: null,
    unconditional: false,
  },
  communication: {
    title: "Communication",
    what: "Answering you and telling you what you need to know about your account and the platform.",
    stopped:
      "We write only what the law makes us write: decisions on your requests, security alerts and notices of policy changes.",
    fixed: null,
    unconditional: false,
  },
  improvement: {
    title: "Improvement and analytics",
    what: "Understanding how the platform is used and making it better.",
    stopped:
      "What you click and how you work is no longer looked at to improve the product. Nothing else changes for you.",
    fixed: null,
    unconditional: true,
  },
  security: {
    title: "Security",
    what: "Protecting accounts and systems, and detecting and preventing misuse.",
    stopped: "",
    fixed:
      "It protects your account and everybody else's, so it cannot be left out for one person (GDPR Art. 21(1), 32). A restriction leaves it running for the same reason (Art. 18(2)).",
    unconditional: false,
  },
  "legal-compliance": {
    title: "Legal compliance",
    what: "Meeting the obligations that the law places on us.",
    stopped: "",
    fixed:
      "The law orders it, so neither you nor we can stop it (GDPR Art. 6(1)(c), 21(1)). A restriction leaves legal claims and duties aside (Art. 18(2)).",
    unconditional: false,
  },
};

/** What a person can object to (GDPR 21). */
export const objectable: readonly Purpose[] = purposes.filter((purpose) => useWords[purpose].fixed === null);

/** In a sentence: "improvement and analytics"; null stands for every use. */
export const purposeInWords = (purpose: Purpose | null): string =>
  purpose === null ? "every use" : useWords[purpose].title.toLowerCase();
