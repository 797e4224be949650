import { z } from "zod";
import { config, type RetentionClass } from "../../trust-center.config";
import { correctionKinds, intakes, policyCategories, timeForms } from "./types";

// What a map file may say. Fideslang's own keys are read as far as we need them and left alone
// otherwise; our `trust` keys are strict, so that a misspelt one is named instead of ignored.

const text = z.string().min(1).max(500);
/** Database names: anything Postgres allows, so quotes and spaces too, but no NUL and at most 63 bytes. */
const name = z
  .string()
  .min(1)
  .refine((value) => !value.includes("\0") && Buffer.byteLength(value) <= 63, "is no name that Postgres can hold");
const categories = z.array(z.string().regex(/^(user|system)(\.[a-z0-9_]+)*$/, "is no Fideslang data category"));
const retention = z.enum(Object.keys(config.retention) as [RetentionClass, ...RetentionClass[]]);
const category = z.enum(policyCategories);
const scope = z.enum(["person", "company", "both"]);
const role = z.enum(["owner", "shared", "mentions"]);

const erasureAction = z.enum(["delete", "anonymise", "keep"]);
const erasureRule = z
  .preprocess(
    (given) => (typeof given === "string" ? { action: given } : given),
    z.strictObject(
      { action: erasureAction, ground: text.optional(), until: retention.optional() },
      { error: ({ code }) => (code === "invalid_type" ? "must be delete, anonymise or keep" : undefined) },
    ),
  )
  .refine(
    (rule) => rule.action !== "keep" || (rule.ground && rule.until),
    "`keep` needs a ground and `until`, the retention class that ends it",
  );
const erasureByScope = z.strictObject({ person: erasureRule, company: erasureRule });
/** One rule, or one for a person's erasure and one for a company's. Not a union, which would not say what is wrong. */
const erasure = z.unknown().transform((given, context) => {
  const byScope = typeof given === "object" && given !== null && !("action" in given);
  const parsed = (
    byScope ? erasureByScope : erasureRule.transform((rule) => ({ person: rule, company: rule }))
  ).safeParse(given);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

const anonymiser = z.union([
  z.enum(["clear", "token", "hash", "now", "month", "year"]),
  z.strictObject({
    token: z
      .string()
      .max(200)
      .regex(/^[^{}]*\{\}[^{}]*$/, "needs {} once, where the token stands"),
  }),
  z.strictObject({ round: z.number().int().min(-18).max(18) }),
  z.strictObject({ first: z.number().int().min(1).max(100) }),
  z.strictObject({ fixed: z.union([z.string().max(500), z.number(), z.boolean()]).transform(String) }),
]);
const fieldErasure = z.union(
  [
    z.literal("keep").transform(() => ({ action: "keep" as const })),
    anonymiser.transform((by) => ({ action: "anonymise" as const, by })),
  ],
  "must be keep, clear, token, hash, now, month, year, or as { first: 2 }, { round: 2 }, { fixed: en }, { token: '{}@x.invalid' }",
);

const exportRule = z
  .strictObject({
    when: z.enum(["always", "own", "company", "never"]),
    reason: text.optional(),
    ground: text.optional(),
  })
  .refine((rule) => rule.when === "always" || (rule.reason && rule.ground), "needs a reason and a ground");
/** `always`, the name of one of the dataset's export_rules, or a rule of its own. */
const exported = z.union([text, exportRule]);

const correction = z.union([
  z.enum(["rule", "staff", "never"]).transform((by) => ({ by })),
  z.strictObject({
    by: z.enum(["rule", "staff"]),
    kind: z.enum(correctionKinds).optional(),
    max: z.number().int().min(1).max(10_000).optional(),
  }),
]);

/** As a column prints it; YAML reads `true` and `1` as something else than words. */
const word = z.union([text, z.number(), z.boolean()], "must be words, numbers, true or false").transform(String);
const words = z.array(word, "must be a list, such as [owner]").min(1);
const condition = z.strictObject({ field: name, is: words.nullable() });

const reference = z.looseObject({
  dataset: text,
  field: z.string().min(3),
  direction: z.enum(["from", "to"]).optional(),
  trust: z
    .strictObject({
      scope: z.enum(["person", "company", "both", "client"]).optional(),
      role: role.optional(),
      if_empty: name.optional(),
      /** Only rows of this collection that meet it hold the link. */
      if: z.strictObject({ field: name, is: words }).optional(),
      /** References of one collection with the same key form one composite reference. */
      key: text.optional(),
      /** Which end's columns hold the link, where the keys do not tell. */
      holder: z.enum(["here", "there"]).optional(),
    })
    .optional(),
});

const field = z.looseObject({
  name,
  description: z.string().optional(),
  data_categories: categories.optional(),
  fides_meta: z
    .looseObject({
      primary_key: z.boolean().optional(),
      identity: z
        .string()
        .regex(/^[a-z][a-z0-9_]{0,40}$/, "is no identity kind")
        .optional(),
      data_type: z
        .string()
        .regex(/^(string|integer|float|boolean|object_id|object)(\[\])?$/, "is no Fideslang data type")
        .optional(),
      references: z.array(reference).optional(),
    })
    .optional(),
  trust: z
    .strictObject({
      type: z.string().min(1).max(100).optional(),
      label: text.optional(),
      category: category.optional(),
      retention: retention.optional(),
      erasure: fieldErasure.optional(),
      client: fieldErasure.optional(),
      export: exported.optional(),
      correct: correction.optional(),
      follow: z.union([z.boolean(), z.strictObject({ if_set: name })]).optional(),
      enter: z.boolean().optional(),
      if_empty: name.optional(),
      /** The bytes of a file, and the columns that say its name and media type. */
      file: z.strictObject({ name: name.optional(), media_type: name.optional() }).optional(),
      /** What the column's numbers or words are, where it is no date and no time for the database. */
      time: z.enum(timeForms).optional(),
      /** Further values that stand for none here, beside null, blanks and zeros. */
      none: z
        .array(z.union([z.string().max(100), z.number(), z.boolean()]).transform(String))
        .min(1)
        .max(20)
        .optional(),
      /**
       * Of a row that another provider sent: what stands here where its package cannot hold a value, or what becomes of the value
       * that it sent (docs/transfers.md).
       */
      import: z.union([z.string().max(200), z.strictObject({ take: z.enum(intakes) })]).optional(),
    })
    .optional(),
});

/** Tables that inherit from it are collections of their own. */
const only = z.literal(true).optional();

const personal = z.strictObject({
  label: text.optional(),
  /** The table when it is not called as the collection. */
  table: name.optional(),
  schema: name.optional(),
  only,
  category,
  role,
  scope,
  company: name.optional(),
  retention,
  /** Triggers write rows here when others are deleted or changed. */
  written_by_triggers: z.literal(true).optional(),
  /** Since when a row is counted, for classes counted from creation. */
  since: name.optional(),
  /** A row that is so has to be settled before the company's account is closed, such as an unpaid invoice. */
  open: condition.optional(),
  erasure,
  /** How rows belong to a client of a company, and what the erasure of that client does to them. */
  client: z.strictObject({ role, erasure: erasureRule, company: name.optional() }).optional(),
  export: exported.optional(),
  /** `none`: rows of it that another provider sent are not taken over, and why in words for whoever takes the rest. */
  import: z.strictObject({ take: z.literal("none"), reason: text }).optional(),
});
const impersonal = z.strictObject({
  label: text.optional(),
  table: name.optional(),
  schema: name.optional(),
  only,
  scope: z.literal("none"),
  ground: text,
});

const collection = z.looseObject({
  name,
  description: z.string().optional(),
  data_categories: categories.optional(),
  fields: z.array(field).min(1),
  trust: z.discriminatedUnion("scope", [personal, impersonal]),
});

const connection = z.string().regex(/^[A-Z][A-Z0-9_]*_DATABASE_URL$/, "must be an environment variable *_DATABASE_URL");

const dataset = z.looseObject({
  fides_key: z.string().regex(/^[A-Za-z0-9_.<>-]+$/, "is no Fideslang key"),
  name: text.optional(),
  description: z.string().optional(),
  data_categories: categories.optional(),
  fides_meta: z.looseObject({ namespace: z.looseObject({ schema: name.optional() }).optional() }).optional(),
  trust: z.strictObject({
    connection,
    person: z
      .strictObject({
        collection: name,
        id: name,
        email: name,
        verified: name.optional(),
        name: name.optional(),
        language: name.optional(),
        time_zone: name.optional(),
        company: name.optional(),
        owner: condition.optional(),
        active: condition.optional(),
        /** When the account was closed. */
        closed: name.optional(),
      })
      .optional(),
    company: z.strictObject({ collection: name, id: name, name: name.optional(), closed: name.optional() }).optional(),
    /** The customers of the companies. */
    clients: z.strictObject({ collection: name, id: name, name, email: name.optional() }).optional(),
    outbox: z
      .strictObject({
        collection: name,
        connection: connection.optional(),
        id: name,
        person: name,
        title: name.optional(),
        body: name,
        link: name.optional(),
        at: name.optional(),
      })
      .optional(),
    /** The login that erases; without one nothing is erased in this system by itself. */
    eraser: z.strictObject({ connection }).optional(),
    /** The login that puts in what another provider sent; without one nothing is taken over into this system. */
    importer: z.strictObject({ connection }).optional(),
    export_rules: z.record(text, exportRule).optional(),
    ignore_schemas: z.array(z.strictObject({ name, reason: text })).optional(),
  }),
  collections: z.array(collection).min(1),
});

/** One map file: Fideslang's `dataset` list. */
export const mapFile = z.looseObject({ dataset: z.array(dataset).min(1) });

export type DatasetSyntax = z.infer<typeof dataset>;
export type CollectionSyntax = z.infer<typeof collection>;
export type PersonalSyntax = z.infer<typeof personal>;
export type FieldSyntax = z.infer<typeof field>;
export type ReferenceSyntax = z.infer<typeof reference>;
