/** Mails that a person may end; security mails and policy notices are not among them. */
export const optionalKinds = ["case-updates", "package-updates"] as const;
export type OptionalKind = (typeof optionalKinds)[number];

/** In the words of the pages. */
export const kindWords: Record<OptionalKind, { label: string; hint: string }> = {
  "case-updates": {
    label: "Receipt of my requests",
    hint: "That a request of yours arrived, with its reference and the date of our answer.",
  },
  "package-updates": {
    label: "Progress of my packages",
    hint: "That a package is ready to download, or could not be made.",
  },
};
