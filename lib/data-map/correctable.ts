import { decidedBy } from "./decided-by";
import type { DeclaredEdge } from "./edges";
import type { Complain } from "./parse";
import type { DatasetSyntax } from "./syntax";
import type { Collection, CorrectionKind, CorrectionRule, Field, System } from "./types";

/** Of these categories a value says how somebody is; of the others what happened, and that stays as it was recorded. */
const statements = new Set(["collect.account", "collect.payment", "collect.work-orders"]);

/** Data categories (Fideslang) whose values are made by the system or prove something. */
const made =
  /^(system|user\.(unique_id|authorization|authentication|behavior|device|account|telemetry|sensor|user_sensor))(\.|$)/;

const kinds: [RegExp, CorrectionKind][] = [
  [/^(text|varchar|character varying|char|character|bpchar|citext)\b/, "text"],
  [/^(smallint|integer|int|int2|int4|int8|bigint|numeric|decimal|real|double precision|float4|float8)\b/, "number"],
  [/^date$/, "date"],
  [/^(boolean|bool)$/, "yes-no"],
];

const standardLength: Record<CorrectionKind, number> = {
  text: 200,
  "long-text": 4000,
  phone: 40,
  email: 254,
  number: 40,
  date: 10,
  "yes-no": 5,
};

/** What a value of this column is; null for what nobody types, such as a file or JSON. */
function kindOf({ type, dataCategories }: Field): CorrectionKind | null {
  const plain = type?.toLowerCase() ?? "";
  if (plain.endsWith("[]")) return null;
  const kind = kinds.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
  if (kind !== "text") return kind;
  if (dataCategories.some((one) => one.startsWith("user.contact.phone_number"))) return "phone";
  return dataCategories.some((one) => one.startsWith("user.contact.email")) ? "email" : "text";
}

/**
 * Adds to each field how it is corrected: as the map says, else by staff where it is a statement about the person in a row of
 * their own. Never what leads to rows, decides who somebody is or what they may, or was proved: whoever corrected that would
 * change whose the data is, or what they are allowed.
 */
export function addCorrections(
  system: System,
  dataset: DatasetSyntax,
  edges: readonly DeclaredEdge[],
  complain: Complain,
): Collection[] {
  return system.collections.map((collection) => {
    const at = dataset.collections.findIndex(({ name }) => name === collection.name);
    const fields = collection.fields.map((field) => {
      const place = dataset.collections[at]?.fields.findIndex(({ name }) => name === field.name) ?? -1;
      const given = dataset.collections[at]?.fields[place]?.trust?.correct;
      const path = ["collections", at, "fields", place, "trust", "correct"];
      const why = fixed(system, collection, field, edges);
      const isPerson = system.person?.collection === collection.name;
      if (isPerson && field.name === system.person?.email && collection.primaryKey.length > 0 && !given)
        return { ...field, correct: { by: "address", kind: "email", max: 254 } satisfies CorrectionRule };
      if (given?.by === "never") return field;
      if (given && why) complain(path, why);
      if (given?.by === "rule" && !isPerson)
        complain(path, "a rule corrects only what stands in the person's own account; let staff look at it");
      const asked = given && "kind" in given ? given : null;
      const kind = asked?.kind ?? kindOf(field);
      if (given && !kind) complain(path, "needs a `kind`: nothing is known of how such a value is written");
      if (why || !kind || (!given && !isStatement(collection, field))) return field;
      const max = Math.min(asked?.max ?? standardLength[kind], lengthOf(field) ?? Number.POSITIVE_INFINITY);
      return { ...field, correct: { by: given?.by ?? "staff", kind, max } satisfies CorrectionRule };
    });
    return { ...collection, fields };
  });
}

const isStatement = (collection: Collection, field: Field): boolean =>
  collection.exported &&
  collection.role === "owner" &&
  (field.export.when === "always" || field.export.when === "own") &&
  statements.has(field.policyCategory) &&
  field.dataCategories.every((category) => !made.test(category));

/** How many characters the column holds; null for no limit. */
function lengthOf({ type }: Field): number | null {
  const found = /^(?:varchar|character varying|char|character|bpchar)\((\d+)\)/.exec(type?.toLowerCase() ?? "");
  return found ? Number(found[1]) : null;
}

/** Why nobody corrects this field; null when somebody may. */
function fixed(system: System, collection: Collection, field: Field, edges: readonly DeclaredEdge[]): string | null {
  const { name } = field;
  if (collection.primaryKey.length === 0) return "needs a primary key, by which the row is found again";
  if (collection.scope === "company")
    return "only what is a person's own is corrected, and this is in no person's scope";
  if (field.primaryKey) return "a key is never corrected";
  if (field.identity) return "an identity leads to rows, so it is never corrected here";
  if (field.file) return "a file is never corrected";
  const leads = edges.some(
    ({ from, to, ifEmpty, holder, only }) =>
      [from, to].some((end) => end.collection === collection.name && end.columns.includes(name)) ||
      (to.collection === collection.name && ifEmpty === name) ||
      ((holder === "to" ? to : from).collection === collection.name && only?.field === name),
  );
  if (leads) return "it leads to rows, so it is never corrected";
  return decidedBy(system, collection).includes(name)
    ? "the map decides by it whose a row is, or what somebody may"
    : null;
}
