const words: Record<string, (what: string) => string> = {
  taken: (what) =>
    `something of it is here already: ${what}. An account of the same person or company stands in the way`,
  "not-owner": () => "it does not hold exactly one company that you own, by the address you signed in with",
  "no-company": () => "it holds no company account",
  "other-company": (what) => `it holds rows of another company: ${what}`,
  "points-elsewhere": (what) => `it refers to records that are here already and not part of it: ${what}`,
  claimed: (what) =>
    `records that are here already belong to an account of its number, which is gone: ${what}. They are not handed out with it`,
  theirs: (what) => `it names somebody as the owner of something that is somebody else's here: ${what}`,
  unplaced: (what) => `it holds something that nothing here can stand in for: ${what}`,
  "not-person": () => "it does not hold exactly your own account, by the address you signed in with",
  "no-account": () => "you have no account here yet into which it could be put",
  "never-through": () =>
    "our systems did not get it put in, however often they tried. Nothing of it is here, and our staff see it",
  unknown: () =>
    "our platform stopped answering while it was put in, so that nobody knows yet whether it is here. Our staff look into it and write to you",
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
  account: "Your account here stays as it is",
  company: "You stay in the company that you are in here",
  shared: "Your old company's; you had a part in it, and its owner can have it sent",
  missing: "Your copy holds only a part of it, and not what it needs here",
  leans: "Belongs to records that are not taken over",
};

/** The same of a column, in words that follow a colon. */
export const fieldWords: Record<string, string> = {
  default: "set by us alone, so it begins here as for everybody",
  new: "made anew, since it would lead to what is somebody else's here",
  leans: "refers to records that are not taken over",
};

/** The same of single rows and values, once the rest was put in. */
export const leftWords: Record<string, string> = {
  "not-yours": "also somebody else's, or of records that are not taken over",
  theirs: "somebody else's here",
  account: "your account here stays as it is",
};
