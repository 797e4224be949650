import type { Span } from "./document";

/** What changed about words that stayed: where a link leads, or how they are set. */
export type FormatChange =
  | { kind: "link" | "image"; from: string | null; to: string | null }
  | { kind: Exclude<Span["kind"], "link" | "image">; added: boolean };

/**
 * A stretch of a changed sentence. `text` is what the newer text says there (the older one for `del`); `old` what the older
 * one said, where it is not the same character for character.
 *
 * - `same`: in both; `old` when the white space differs, which is never marked
 * - `quiet`: the same set in other signs (quotation marks, dashes, kinds of space)
 * - `format`: the same words with another link or formatting; `del`, `ins`: in one text only
 */
export type Run =
  | { kind: "same"; text: string; old?: string }
  | { kind: "del"; text: string }
  | { kind: "ins"; text: string }
  | { kind: "quiet"; text: string; old: string; formats?: FormatChange[] }
  | { kind: "format"; text: string; old?: string; formats: FormatChange[] };

/** What the older text says in a run; all runs joined are the older sentence. */
export const oldText = (run: Run): string =>
  run.kind === "ins" ? "" : run.kind === "del" ? run.text : (run.old ?? run.text);

/** What the newer text says in a run. */
export const newText = (run: Run): string => (run.kind === "del" ? "" : run.text);
