/**
 * A database that nobody here designed, as its owner would describe it: the schema with its rows, the map, and whom to erase. Every
 * value that belongs to that person alone holds the word `zebra`, in whatever case; rows that hold `lasting` are somebody else's.
 */
export type Stranger = {
  name: string;
  schema: string;
  map: string;
  person: string;
  /** Who closes which account, when the platform has companies. */
  closing?: { person: string; company: string };
  /** The instant of a sweep, and what has to be gone after it: rows that hold `aged`. */
  sweptAt?: string;
};

type Field = {
  pk?: true;
  identity?: string;
  follow?: true | { if_set: string };
  enter?: false;
  erasure?: unknown;
  retention?: string;
  time?: string;
  correct?: "never";
  large_object?: boolean;
  if_empty?: string;
  none?: unknown[];
  refs?: Record<string, unknown>[];
};
type Rule = { name?: string; table?: string; schema?: string; scope?: string; [key: string]: unknown };

/** The short form of a reference: `from Member.id`, with what stands under its `trust`. */
export const from = (field: string, trust?: Record<string, unknown>) => reference("from", field, trust);
export const to = (field: string, trust?: Record<string, unknown>) => reference("to", field, trust);
const reference = (direction: string, field: string, trust?: Record<string, unknown>) => ({
  ...{ dataset: "theirs", field, direction },
  ...(trust ? { trust } : {}),
});

/** One collection of a map: its rule, and its columns as `name: type` or `name: [type, more]`. */
export function collection(name: string, rule: Rule, fields: Record<string, string | [string, Field]>) {
  return {
    name,
    trust:
      rule.scope === "none"
        ? rule
        : {
            ...{ category: "collect.account", role: "owner", scope: "person", retention: "account", erasure: "delete" },
            ...rule,
          },
    fields: Object.entries(fields).map(([column, given]) => {
      const [type, { pk, identity, refs, ...trust }] = typeof given === "string" ? [given, {} as Field] : given;
      const meta = {
        ...(pk ? { primary_key: true } : {}),
        ...(identity ? { identity } : {}),
        ...(refs ? { references: refs } : {}),
      };
      return { name: column, ...(Object.keys(meta).length > 0 ? { fides_meta: meta } : {}), trust: { type, ...trust } };
    }),
  };
}

/** The map of one system, as a file holds it; JSON is YAML. */
export function mapOf(trust: Record<string, unknown>, collections: unknown[], schema = "public"): string {
  return JSON.stringify({
    dataset: [
      {
        ...{ fides_key: "theirs", data_categories: ["user"], fides_meta: { namespace: { schema } } },
        trust: {
          ...{ connection: "STRANGER_DATABASE_URL", eraser: { connection: "STRANGER_DATABASE_URL" } },
          ...trust,
        },
        collections,
      },
    ],
  });
}
