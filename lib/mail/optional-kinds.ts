/** Mails that a person may end; security mails and policy notices are not among them. */
export const optionalKinds = ["case-updates", "package-updates"] as const;
export type OptionalKind = (typeof optionalKinds)[number];

/** In the words of the pages. */
export const kindWords: Record<OptionalKind, { label: string; hint: string }> = {
  "case-updates": {
    label: "Progress of my requests",
    hint: "When somebody takes up a request or question of yours, and when it is closed.",
  },
  "package-updates": {
    label: "Progress of my packages",
    hint: "When a package is being prepared and shortly before it expires.",
  },
};
