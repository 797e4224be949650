import { inScope } from "../data-map/exported";
import type { Collection, Field, System } from "../data-map/types";

/** On which ground staff leave something out of a package; the person reads the words in omitted.json (L4). */
export const redactionGrounds = {
  "rights-of-others": { reason: "It is about another person.", ground: "GDPR Art. 15(4)" },
  "trade-secret": { reason: "It would give away another company's trade secret.", ground: "GDPR Art. 15(4)" },
  security: { reason: "It would weaken how accounts are protected.", ground: "CCPR 7024(d)" },
} as const;
export type RedactionGround = keyof typeof redactionGrounds;
export const redactionGroundKeys = Object.keys(redactionGrounds) as [RedactionGround, ...RedactionGround[]];

export type Redaction = {
  system: string;
  collection: string;
  /** Null: the whole collection. */
  field: string | null;
  /** `others`: only in rows that are not the person's own. */
  rows: "all" | "others";
  ground: string;
};

/**
 * A system as a package with these redactions sees it: what is left out is left out by the map's own rules, so that the rows,
 * the schema, the viewer and omitted.json agree. What the map already leaves out stays out.
 */
export function redactSystem(system: System, redactions: readonly Redaction[]): System {
  const own = redactions.filter((one) => one.system === system.name);
  if (own.length === 0) return system;
  return { ...system, collections: system.collections.map((collection) => redactCollection(collection, own)) };
}

function redactCollection(collection: Collection, redactions: readonly Redaction[]): Collection {
  const own = redactions.filter((one) => one.collection === collection.name);
  const whole = own.find(({ field }) => field === null);
  if (whole && collection.exported) {
    const { reason, ground } = wordsOf(whole);
    return { ...collection, exported: false, omittedReason: reason, omittedGround: ground };
  }
  return { ...collection, fields: collection.fields.map((field) => redactField(field, own)) };
}

function redactField(field: Field, redactions: readonly Redaction[]): Field {
  const found = redactions.find((one) => one.field === field.name);
  if (!found || field.export.when === "never") return field;
  // `own` empties the value in rows that the person does not own; what is stricter already stays.
  const when = found.rows === "others" && field.export.when !== "company" ? "own" : "never";
  return { ...field, export: { when, ...wordsOf(found) } };
}

const wordsOf = ({ ground }: Redaction) =>
  redactionGrounds[ground as RedactionGround] ?? redactionGrounds["rights-of-others"];

/** What of a collection can be left out of a package: every field that it holds but for the key, which names the rows. */
export function redactable(collection: Collection, scope: "person" | "company"): Field[] {
  if (!collection.exported || !inScope(collection, scope)) return [];
  return collection.fields.filter(
    ({ name, export: { when } }) =>
      !collection.primaryKey.includes(name) && when !== "never" && (when !== "company" || scope === "company"),
  );
}
