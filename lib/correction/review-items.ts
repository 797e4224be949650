import { z } from "zod";
import type { OwnCell } from "../data-map/own-cells";
import { fail, ok, type Result } from "../errors";
import { validValue } from "./valid-value";

/** As many values in one request, at most. */
export const mostItems = 20;

/** A person's words, at most so many characters; nothing is fine. */
export const plainWords = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim());

/** What a form proposes: each value by its handle, as it was typed. */
export const typedItems = z
  .array(z.object({ handle: z.string().max(100), value: z.string().max(10_000), evidence: plainWords(2000) }))
  .min(1)
  .max(mostItems);
export type TypedItems = z.output<typeof typedItems>;

export type Proposed = { cell: OwnCell; handle: string; after: string; evidence: string };
/** The proposals, and a sentence for each field that is not right, by its name in the form. */
export type Reviewed = { proposed: Proposed[]; wrong: Record<string, string> };

/**
 * What was typed against what is there now: each value in its form, and other than what stands there.
 * @returns the proposals, or a sentence for each field that is not right, by its handle
 */
export function reviewItems(
  cells: ReadonlyMap<string, OwnCell>,
  items: TypedItems,
): Result<Reviewed, "not-found" | "invalid-input"> {
  const wrong: Record<string, string> = {};
  const proposed: Proposed[] = [];
  for (const { handle, value, evidence } of items) {
    const cell = cells.get(handle);
    // Not theirs, not there (any more), and not to be corrected this way are one answer (S2).
    if (!cell || cell.field.correct.by === "address") return fail("not-found");
    const valid = validValue(cell.field.correct, value);
    if (!valid.ok) wrong[`value.${handle}`] = valid.say;
    else if (valid.value === cell.value) wrong[`value.${handle}`] = "This is what stands there already.";
    else proposed.push({ cell, handle, after: valid.value, evidence });
    if (cell.field.correct.by === "staff" && evidence.length < 3)
      wrong[`evidence.${handle}`] = "Say in a few words how one can see that it is right.";
  }
  if (new Set(proposed.map(({ handle }) => handle)).size !== proposed.length) return fail("invalid-input");
  return ok({ proposed, wrong });
}
