import { periodInWords } from "../in-words";
import type { PolicyDocument, PolicyProblem, PromiseMark } from "./document";
import { type PromiseId, promiseIds, promises } from "./promises";
import type { PolicyValues } from "./values";

/** What the configuration says about a promise's value; null when it holds none. */
function configured(id: PromiseId, name: string, values: PolicyValues): string | null {
  if (name === "mailbox") return values.mailbox;
  if (name === "subject") return values.inquirySubject;
  if (name === "categories") return values.providers.map(({ category }) => category).join(" ");
  if (id === "contact.reply") return values.replyPeriod;
  if (id === "change.notice") return values.noticePeriod;
  const retention: Record<string, string> = values.retention;
  return id.startsWith("retain.") ? (retention[id.slice("retain.".length)] ?? null) : null;
}

const sameSet = (a: string, b: string): boolean =>
  a.split(" ").filter(Boolean).sort().join(" ") === b.split(" ").filter(Boolean).sort().join(" ");

function samePeriod(a: string, b: string): boolean {
  try {
    return Temporal.Duration.from(a).toString() === Temporal.Duration.from(b).toString();
  } catch {
    return false;
  }
}

/**
 * Rule 2: holds every promise of a text against the configuration. Each disagreement names the sentence
 * and the two values; words are held against the value beside them too, so that a mark cannot say
 * "P90D" under a sentence that says "60 days". A promise that is not in the text at all is one as well.
 * @param values of the version that this text is to become, see `valuesOf`
 */
export function checkPromises(policy: PolicyDocument, values: PolicyValues): PolicyProblem[] {
  const marked = new Set(policy.promises.map(({ id }) => id));
  const missing = promiseIds
    .filter((id) => !marked.has(id))
    .map((id) => ({ line: 1, message: `The promise "${id}" (${promises[id].label}) is not in the text.` }));
  return [...missing, ...policy.promises.flatMap((mark) => checkMark(mark, values))];
}

function checkMark(mark: PromiseMark, values: PolicyValues): PolicyProblem[] {
  const problem = (message: string) => ({ line: mark.line, message: `"${mark.sentence}" (${mark.id}): ${message}` });
  return Object.entries(mark.values).flatMap(([name, stated]) => {
    const held = configured(mark.id, name, values);
    if (held === null) return [problem(`the configuration holds no ${name} for it.`)];
    const agree = name === "period" ? samePeriod : name === "categories" ? sameSet : Object.is;
    if (!agree(stated, held)) return [problem(`the text states ${name} ${stated}, the configuration ${held}.`)];
    if (name === "period" && !saysPeriod(mark.sentence, stated))
      return [problem(`the words do not say "${periodInWords(stated)}", which is what its value ${stated} means.`)];
    if (name === "categories") {
      const unsaid = values.providers.find(({ label }) => !says(mark.sentence, label));
      if (unsaid) return [problem(`the words do not name "${unsaid.label}", which the configuration lists.`)];
    }
    return [];
  });
}

/** Whether `words` stand in the sentence as words of their own, whatever their case. */
function says(sentence: string, words: string): boolean {
  const plain = (text: string) =>
    ` ${text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim()} `;
  return plain(sentence).includes(plain(words));
}

/** Exactly this period and no other is named in the sentence. */
function saysPeriod(sentence: string, period: string): boolean {
  const rest = sentence.toLowerCase().split(periodInWords(period));
  return (
    rest.length > 1 && says(sentence, periodInWords(period)) && !/\d+\s+(year|month|week|day|hour)/.test(rest.join(" "))
  );
}
