import type { RetentionClass } from "../../trust-center.config";
import { quoted } from "../data-map/identifiers";
import type { Collection, Field, System } from "../data-map/types";
import { anonymised } from "../erasure/anonymise";
import type { Catalog } from "../erasure/catalog";
import { isFixed } from "../erasure/conditions";
import { agingProblem, countsFrom } from "./rules";

/** Fields of a collection that are kept for less long than its rows, by their class. */
export type AgingFields = { collection: Collection; retention: RetentionClass; fields: Field[] };

/** Every field with a class of its own, which counts from creation. */
export function agingFields({ collections }: System): AgingFields[] {
  return collections.flatMap((collection) =>
    [...Map.groupBy(ownClass(collection), ({ retention }) => retention)]
      .filter(([retention]) => countsFrom(retention) === "creation")
      .map(([retention, fields]) => ({ collection, retention, fields })),
  );
}

const ownClass = ({ retention, fields }: Collection): Field[] =>
  fields.filter((field) => field.retention !== retention);

/** Why a field's own class cannot be kept as the map is, one sentence each. */
export function fieldClassProblems({ collections }: System): { collection: string; problem: string }[] {
  return collections.flatMap((collection) =>
    ownClass(collection).flatMap(({ name, retention }) => {
      const problem =
        countsFrom(retention) === "creation"
          ? agingProblem({ ...collection, retention })
          : `${retention} counts from an account's closing, when whole rows go: give the field its collection's class, or one that counts from creation`;
      return problem ? [{ collection: collection.name, problem: `field ${name}: ${problem}` }] : [];
    }),
  );
}

/**
 * SQL of what becomes of a field of row `t` when its time is over: what the map says (`erasure`), else null. Made again it is the same,
 * so that a sweep knows what it did.
 * @returns null when the column cannot take it
 */
function agedValue(collection: Collection, field: Field, catalog: Catalog): string | null {
  const column = catalog.columns.get(collection.name)?.get(field.name);
  if (!column || isFixed(collection, field.name, column)) return null;
  const by = field.erasure?.action === "anonymise" ? field.erasure.by : "clear";
  const isOther = by === "token" || by === "hash" || by === "now" || (typeof by === "object" && "token" in by);
  return isOther ? null : anonymised(by, field.name, column);
}

/** The condition that a row `p` still holds more than that. */
export const holdsMore = (values: ReadonlyMap<string, string>): string =>
  [...values]
    .map(([name, value]) => {
      const inRow = value.replaceAll(`t.${quoted(name)}`, `p.${quoted(name)}`);
      return inRow === "null"
        ? `p.${quoted(name)} is not null`
        : `p.${quoted(name)}::text is distinct from (${inRow})::text`;
    })
    .map((one) => `(${one})`)
    .join(" or ");

/** What each field of a class becomes; and why one cannot, by the live columns. */
export function agedValues(
  { collection, fields }: AgingFields,
  catalog: Catalog,
): { values: Map<string, string>; problems: string[] } {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const field of fields) {
    const value = agedValue(collection, field, catalog);
    if (value !== null) values.set(field.name, value);
    else
      problems.push(
        `${collection.name}.${field.name}: has a retention of its own (${field.retention}), so it has to be a column that may be empty, or say \`erasure\` as fixed, month, year, round or first`,
      );
  }
  return { values, problems };
}

/** {@link agedValues} of a whole system, for the check. */
export const agedProblems = (system: System, catalog: Catalog): string[] =>
  agingFields(system)
    .filter(({ collection }) => !catalog.views.has(collection.name))
    .flatMap((one) => agedValues(one, catalog).problems.map((problem) => `${system.name}.${problem}`));
