import { config, type RetentionClass } from "../../trust-center.config";
import { type PolicyCategory, policyCategories } from "../data-map/types";
import { periodInWords } from "../in-words";
import type { HighlightContent } from "./approval";
import type { PromiseMark } from "./document";
import { plainWords } from "./plain-words";
import { type PromiseId, promises } from "./promises";
import type { Proposed } from "./propose-highlights";

type Kind = HighlightContent["kind"];
type Found = Pick<HighlightContent, "kind" | "severity" | "sentence" | "oldText" | "newText"> & {
  categories?: PolicyCategory[];
};
type Both = { id: PromiseId; old: PromiseMark; now: PromiseMark };

/** How much each kind matters, unless a rule knows better. */
export const severityOf: Record<Kind, HighlightContent["severity"]> = {
  "new-data": "high",
  "new-purpose": "high",
  "new-recipient": "high",
  "retention-longer": "high",
  "right-narrowed": "high",
  "retention-shorter": "medium",
  "right-added": "medium",
  contact: "low",
  wording: "low",
};

const cut = (text: string): string => (text.length <= 2000 ? text : `${text.slice(0, 1999)}…`);
const labelOf = (id: PromiseId): string => promises[id].label;
const familyOf = (id: PromiseId): string => id.slice(0, id.indexOf("."));

/** What is proposed for one promise: null when it says what it said. */
export function proposeOfPromise(id: PromiseId, old: PromiseMark | null, now: PromiseMark | null): Proposed | null {
  const mark = now ?? old;
  if (!mark) return null;
  const found = old && now ? changed({ id, old, now }) : now ? added(now) : old ? removed(old) : null;
  if (!found) return null;
  const { categories = categoriesOf(id), ...content } = found;
  return { ...content, clauseId: mark.clauseId, categories, line: now?.line ?? 1 };
}

function categoriesOf(id: PromiseId): PolicyCategory[] {
  const name = id.startsWith("retain.") ? `collect.${id.slice("retain.".length)}` : id;
  return policyCategories.filter((category) => category === name);
}

const found = (kind: Kind, sentence: string, oldText: string | null, newText: string | null): Found => ({
  kind,
  severity: severityOf[kind],
  sentence,
  oldText: oldText && cut(oldText),
  newText: newText && cut(newText),
});

/** The type of a promise that was not there before. */
const whenAdded: Record<string, Kind> = {
  collect: "new-data",
  use: "new-purpose",
  share: "new-recipient",
  right: "right-added",
  contact: "contact",
};
/** A period stated where none was promises an end where there was none. */
const addedKind = (id: PromiseId): Kind =>
  id === "share.no-sale"
    ? "wording"
    : id.startsWith("retain.")
      ? "retention-shorter"
      : (whenAdded[familyOf(id)] ?? "wording");

function added(now: PromiseMark): Found {
  const kind = addedKind(now.id);
  const sentences: Partial<Record<Kind, string>> = {
    "new-data": `We now collect more about you: ${labelOf(now.id).toLowerCase()}.`,
    "new-purpose": `We now use personal information for one more purpose: ${labelOf(now.id).toLowerCase()}.`,
    "new-recipient": `Personal information can now reach somebody new: ${labelOf(now.id).toLowerCase()}.`,
    "right-added": `You have a right that you did not have before: ${labelOf(now.id).toLowerCase()}.`,
    "retention-shorter": `There is now an end to how long we keep ${what(now.id)}.`,
  };
  return found(
    kind,
    sentences[kind] ?? `The policy promises something new: ${labelOf(now.id).toLowerCase()}.`,
    null,
    now.sentence,
  );
}

/** What is no longer promised counts against the reader, where it protected them. */
function removed(old: PromiseMark): Found {
  const family = familyOf(old.id);
  const kind: Kind =
    family === "right" || family === "change"
      ? "right-narrowed"
      : family === "retain"
        ? "retention-longer"
        : old.id === "share.no-sale"
          ? "new-recipient"
          : family === "contact"
            ? "contact"
            : "wording";
  const sentences: Partial<Record<Kind, string>> = {
    "right-narrowed": `You lose something that was promised before: ${labelOf(old.id).toLowerCase()}.`,
    "retention-longer": `The policy no longer says when we delete ${what(old.id)}.`,
    "new-recipient": "The policy no longer promises that your personal information is not sold, traded or rented.",
  };
  const content = found(
    kind,
    sentences[kind] ?? `The policy no longer says this: ${labelOf(old.id).toLowerCase()}.`,
    old.sentence,
    null,
  );
  return family === "security" ? { ...content, severity: "high" } : content;
}

function changed(both: Both): Found | null {
  const { id, old, now } = both;
  const names = new Set([...Object.keys(old.values), ...Object.keys(now.values)]);
  const differ = [...names].filter((name) => old.values[name] !== now.values[name]);
  if (differ.length > 0) {
    if (id.startsWith("retain.")) return retention(both);
    if (id === "share.providers") return recipients(both);
    if (id === "change.notice") return notice(both);
    return contact(both, differ);
  }
  const [before, after] = [plainWords(old.sentence), plainWords(now.sentence)];
  if (before.join(" ") === after.join(" ")) return null;
  return reworded(
    both,
    after.some((word) => !before.includes(word)),
  );
}

/** More than, less than or as long as before; null when one of them is no period. */
function longer(old: string | undefined, now: string | undefined): number | null {
  try {
    const relativeTo = Temporal.PlainDate.from("2025-01-01");
    return Temporal.Duration.compare(String(now), String(old), { relativeTo });
  } catch {
    return null;
  }
}

/** A period in words; as it is written where it is none. */
function words(period: string | undefined): string {
  try {
    return periodInWords(String(period)) || String(period);
  } catch {
    return period ?? "no period";
  }
}

const what = (id: PromiseId): string =>
  config.retention[id.slice("retain.".length) as RetentionClass]?.label.toLowerCase() ?? labelOf(id).toLowerCase();

function retention({ id, old, now }: Both): Found {
  const [was, is] = [words(old.values.period), words(now.values.period)];
  const more = longer(old.values.period, now.values.period);
  const kept = `We keep ${what(id)} for ${is} instead of ${was}`;
  if (more === null || more === 0) return found("wording", `${kept}.`, was, is);
  return more > 0
    ? found("retention-longer", `${kept}, so they are deleted later than before.`, was, is)
    : found("retention-shorter", `${kept}, so they are deleted sooner than before.`, was, is);
}

const listed = (mark: PromiseMark): string[] => (mark.values.categories ?? "").split(" ").filter(Boolean);
const known: readonly { category: string; label: string }[] = [
  ...config.providers,
  ...Object.values(config.fromVersion).flatMap((change) => ("providers" in change ? change.providers : [])),
];
const labels = (categories: string[]): string =>
  categories.map((one) => known.find(({ category }) => category === one)?.label ?? one).join(", ");

function recipients({ old, now }: Both): Found {
  const [was, is] = [listed(old), listed(now)];
  const [more, fewer] = [is.filter((one) => !was.includes(one)), was.filter((one) => !is.includes(one))];
  if (more.length === 0)
    return found(
      "wording",
      fewer.length > 0
        ? `One kind of provider less receives personal information: ${labels(fewer)}.`
        : "The kinds of providers that receive personal information are listed in another way.",
      labels(was),
      labels(is),
    );
  const receives = config.recipients
    .filter(({ provider }) => more.includes(provider))
    .flatMap((one) => [...one.receives]);
  return {
    ...found(
      "new-recipient",
      `A further kind of provider can receive personal information of yours: ${labels(more)}.`,
      labels(was),
      labels(is),
    ),
    categories: policyCategories.filter((category) => (receives as string[]).includes(category)),
  };
}

function notice({ old, now }: Both): Found {
  const [was, is] = [words(old.values.period), words(now.values.period)];
  const more = longer(old.values.period, now.values.period);
  const sentence = `You are told of a change at least ${is} before it takes effect, instead of ${was}.`;
  return found(
    more === null || more === 0 ? "wording" : more > 0 ? "right-added" : "right-narrowed",
    sentence,
    was,
    is,
  );
}

function contact({ old, now }: Both, differ: string[]): Found {
  const value = (mark: PromiseMark) =>
    differ.map((name) => (name === "period" ? words(mark.values.period) : (mark.values[name] ?? "nothing"))).join(", ");
  const slower = differ.includes("period") && (longer(old.values.period, now.values.period) ?? 0) > 0;
  const sentence =
    differ.join() === "period"
      ? `We answer within ${words(now.values.period)} instead of ${words(old.values.period)}.`
      : "You reach us about privacy in another way than before.";
  return { ...found("contact", sentence, value(old), value(now)), severity: slower ? "high" : "medium" };
}

/** The same values, another sentence. What came in is taken at its gravest; what only went, as wording. */
function reworded({ id, old, now }: Both, more: boolean): Found {
  const family = familyOf(id);
  const kind: Kind = family === "right" ? "right-narrowed" : (more && whenAdded[family]) || "wording";
  const sentences: Partial<Record<Kind, string>> = {
    "new-data": `What we collect about you changes: ${labelOf(id).toLowerCase()}.`,
    "new-purpose": `What we use personal information for changes: ${labelOf(id).toLowerCase()}.`,
    "new-recipient": `Who can receive personal information changes: ${labelOf(id).toLowerCase()}.`,
    "right-narrowed": `A right of yours is put in other words, which can narrow it: ${labelOf(id).toLowerCase()}.`,
  };
  return found(
    kind,
    sentences[kind] ?? `This is put in other words: ${labelOf(id).toLowerCase()}.`,
    old.sentence,
    now.sentence,
  );
}
