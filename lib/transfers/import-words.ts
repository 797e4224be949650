const words: Record<string, (what: string) => string> = {
  taken: (what) =>
    `something of it is here already: ${what}. An account of the same person or company stands in the way`,
  "not-owner": () => "it does not hold exactly one company that you own, by the address you signed in with",
  "no-company": () => "it holds no company account",
  "other-company": (what) => `it holds rows of another company: ${what}`,
  "points-elsewhere": (what) => `it refers to records that are here already and not part of it: ${what}`,
  incomplete: (what) => `it refers to records that it does not hold: ${what}`,
  "missing-value": (what) => `it lacks something that is needed here: ${what}`,
  "unfit-value": (what) => `it holds a value that does not fit here: ${what}`,
};

/** Why a package was not taken over, in words that follow a colon. @param failure a word and one of the map's collections */
export function importWords(failure: string, labelOf: (collection: string) => string): string {
  const [word = "", collection] = failure.split(" ");
  const what = collection ? labelOf(collection) : "its rows";
  return words[word]?.(what) ?? "it is not as a package has to be";
}

/** Why a collection of a package is not taken over, for the person who looks at it before they decide. */
export const skipWords: Record<string, string> = {
  "no-key": "Ends with your old provider; nothing of it would open anything here",
  unknown: "Nothing of this kind is kept here",
  "other-shape": "Kept differently here, and cannot be put in",
};
