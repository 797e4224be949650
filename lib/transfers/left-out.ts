import { collectionLabel } from "../data-map/collection-label";
import { homeSystem } from "../data-map/load";
import type { IncomingContents } from "../db/schema";
import { fieldWords, leftWords, skipWords } from "./import-words";

type Content = IncomingContents[number];
export type LeftOut = { what: string; why: string };

const collectionOf = (name: string) => homeSystem().collections.find((one) => one.name === name);
const fieldLabel = ({ collection }: Content, name: string): string =>
  collectionOf(collection)?.fields.find((field) => field.name === name)?.label ?? name;
const count = new Intl.NumberFormat("en");

/** Why a whole collection is not taken over, in words; null when it is. A reason of the map's own is the map's to word. */
export function skippedWords({ collection, skipped }: Content): string | null {
  if (!skipped) return null;
  const own = skipped === "by-map" ? collectionOf(collection)?.notImported : undefined;
  return own ?? skipWords[skipped] ?? "Cannot be put in here";
}

/** What of a collection that is taken over is not: columns by name, and once it was put in rows and values by number. */
export const partsLeftOut = (content: Content): LeftOut[] => [
  ...(content.fields ?? []).map(({ name, why }) => ({
    what: fieldLabel(content, name),
    why: fieldWords[why] ?? "cannot be put in here",
  })),
  ...(content.left ?? []).map(({ why, count: rows, field }) => ({
    what: `${count.format(rows)} ${field ? `of ${fieldLabel(content, field)}` : rows === 1 ? "row" : "rows"}`,
    why: leftWords[why] ?? "cannot be put in here",
  })),
];

/** Everything of a package that is not taken over, each with its reason, in the map's own words and without a value of it. */
export const leftOut = (contents: IncomingContents): LeftOut[] =>
  contents.flatMap((content) => {
    const label = collectionLabel(homeSystem().name, content.collection);
    const why = skippedWords(content);
    if (why) return [{ what: label, why }];
    return partsLeftOut(content).map((part) => ({ what: `${label}: ${part.what}`, why: part.why }));
  });
