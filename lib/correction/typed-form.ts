import { z } from "zod";
import type { OwnField, OwnGroup } from "./own-fields";
import { mostItems, type Reviewed, type TypedItems } from "./review-items";

const texts = z.union([z.string(), z.array(z.string())]).optional();

/** A form's flat names, `value.<handle>` and `evidence.<handle>` for each `f`, as items; what else it holds goes on to be parsed. */
export const typedForm = z
  .looseObject({ f: texts, intent: z.string().default("review") })
  .transform(({ f, ...form }): unknown => {
    const text = (name: string) => (typeof form[name] === "string" ? form[name] : "");
    const items = [f ?? []].flat().map((handle) => ({
      handle,
      value: text(`value.${handle}`),
      evidence: text(`evidence.${handle}`),
    }));
    return { ...form, items };
  });

/** Items under the names that {@link typedForm} reads them from, so that a form shows again what was typed. */
export const typedBack = (items: TypedItems): Record<string, string> =>
  Object.fromEntries(
    items.flatMap(({ handle, value, evidence }) => [
      [`value.${handle}`, value],
      [`evidence.${handle}`, evidence],
    ]),
  );

/** What a form shows of a review: what is wrong with what was typed, or old and new side by side. */
export function sideBySide({ proposed, wrong }: Reviewed) {
  if (Object.keys(wrong).length > 0) return { reason: "invalid-input" as const, fields: wrong };
  return {
    review: proposed.map(({ handle, cell, after, evidence }) => ({ handle, before: cell.value, after, evidence })),
  };
}

/** The fields that were ticked, as many as one request takes. @param ticked `f` of the address: none, one or several handles */
export function tickedFields(groups: readonly OwnGroup[], ticked: unknown): (OwnField & { record: string })[] {
  const chosen = new Set([ticked].flat());
  return groups
    .flatMap(({ records }) => records)
    .flatMap((record) => record.fields.map((field) => ({ ...field, record: record.label })))
    .filter(({ handle, by }) => chosen.has(handle) && by !== "address")
    .slice(0, mostItems);
}
