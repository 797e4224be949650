import type { RetentionClass } from "../../trust-center.config";
import { countsFrom } from "../data-map/counts-from";
import { decidedBy } from "../data-map/decided-by";
import { quoted } from "../data-map/identifiers";
import type { Collection, Field, System } from "../data-map/types";
import { anonymised } from "../erasure/anonymise";
import type { Catalog } from "../erasure/catalog";
import { isFixed } from "../erasure/conditions";
import type { Mapped } from "../erasure/references";
import { agingProblem } from "./rules";

/** Fields of a collection that are kept for less long than its rows, by their class; and why the map does not let them be, if so. */
export type AgingFields = {
  collection: Collection;
  retention: RetentionClass;
  fields: Field[];
  problem: string | null;
};

/** Every field with a class of its own, which counts from creation. */
export function agingFields(system: System): AgingFields[] {
  return system.collections.flatMap((collection) =>
    [...Map.groupBy(ownClass(collection), ({ retention }) => retention)]
      .filter(([retention]) => countsFrom(retention) === "creation")
      .map(([retention, fields]) => {
        const problem = fields.map((field) => classProblem(system, collection, field)).find((one) => one !== null);
        return { collection, retention, fields, problem: problem ?? null };
      }),
  );
}

const ownClass = ({ retention, fields }: Collection): Field[] =>
  fields.filter((field) => field.retention !== retention);

/** Why a field's own class cannot be kept as the map is, one sentence each. */
export const fieldClassProblems = (system: System): { collection: string; problem: string }[] =>
  system.collections.flatMap((collection) =>
    ownClass(collection).flatMap((field) => {
      const problem = classProblem(system, collection, field);
      return problem ? [{ collection: collection.name, problem }] : [];
    }),
  );

function classProblem(system: System, collection: Collection, { name, retention }: Field): string | null {
  const problem =
    countsFrom(retention) === "creation"
      ? (agingProblem({ ...collection, retention }) ?? lastingProblem(system, collection, name))
      : `${retention} counts from an account's closing, when whole rows go: give the field its collection's class, or one that counts from creation`;
  return problem && `field ${name}: ${problem}`;
}

/** Why a column has to be as it is for as long as its row: else rows would go early or never, or what points at them lead nowhere. */
function lastingProblem(system: System, collection: Collection, name: string): string | null {
  const asRow = "give it its collection's class";
  if (collection.since === name)
    return `the age of its rows counts from it (trust.since), so it stays as it is: ${asRow}`;
  if (decidedBy(system, collection).includes(name))
    return `the map decides by it whose a row is, or what somebody may, so it stays as it is: ${asRow}`;
  const isKey =
    collection.primaryKey.includes(name) ||
    system.edges.some(({ from, to, holder, isUnclear }) => {
      const kept = holder === "from" ? to : from;
      return !isUnclear && kept.collection === collection.name && kept.columns.includes(name);
    });
  return isKey ? `its rows are known by it, so it stays as it is: ${asRow}` : null;
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
  { collection, fields }: Pick<AgingFields, "collection" | "fields">,
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

/** {@link agedValues} of a whole system, for the check; beside {@link fieldClassProblems}. */
export const agedProblems = ({ system, catalog }: Pick<Mapped, "system" | "catalog">): string[] =>
  agingFields(system)
    .filter(({ collection, problem }) => problem === null && !catalog.views.has(collection.name))
    .flatMap((one) => agedValues(one, catalog).problems.map((problem) => `${system.name}.${problem}`));
