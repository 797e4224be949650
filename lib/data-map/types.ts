import type { RetentionClass } from "../../trust-center.config";

/** What a request covers: one person's data, or everything of a company account. */
export type Scope = "person" | "company";

/** How a row belongs to the person it is reached for; `owner` is the strongest. */
export type Role = "owner" | "shared" | "mentions";

/** The seven categories of the policy (PRODUCT.md). */
export const policyCategories = [
  "collect.account",
  "collect.work-orders",
  "collect.communication",
  "collect.payment",
  "collect.usage",
  "collect.device",
  "collect.logs",
] as const;
export type PolicyCategory = (typeof policyCategories)[number];

/** What an erasure does to the rows of a collection. */
export type Erasure = {
  action: "delete" | "anonymise" | "keep";
  /** Why, in words that a receipt prints; always there for `keep`. */
  ground?: string;
  /** For `keep`: the retention class whose end ends the keeping. */
  until?: RetentionClass;
};

/**
 * How a value is made to lead to nobody. `clear`: null. `token`: another value of the same form, the same for the same old
 * value within one run and never again, since its key is forgotten. `hash`: the same in every run, by this installation's key.
 * `now`: the time of the erasure. `month`, `year`: the start of it. `round`: a number to so many decimals. `first`: so many
 * characters. `fixed`: this value. `{ token }`: a token in place of `{}` within these words, for columns that take values of one
 * form only, such as addresses.
 */
export type Anonymiser =
  | "clear"
  | "token"
  | { token: string }
  | "hash"
  | "now"
  | "month"
  | "year"
  | { round: number }
  | { first: number }
  | { fixed: string };

/**
 * What an erasure does to one field of a row that stays: because its collection is kept or anonymised, or because what stays
 * refers to it. `keep` leaves the value in such a row.
 */
export type FieldErasure = { action: "anonymise"; by: Anonymiser } | { action: "keep" };

/**
 * When a field's value goes into a package: `always`; `own` (person scope: only in rows that the
 * person owns, empty in others; company scope: always); `company` (never in person scope); `never`.
 */
export type ExportRule = {
  when: "always" | "own" | "company" | "never";
  /** What is left out and why, in words for the reader of the package; empty for `always`. */
  reason?: string;
  /** The legal ground of leaving it out, such as "GDPR Art. 15(4)". */
  ground?: string;
};

/** What a value is to whoever corrects it; lib/correction/valid-value.ts says what each takes. */
export const correctionKinds = ["text", "long-text", "phone", "email", "number", "date", "yes-no"] as const;
export type CorrectionKind = (typeof correctionKinds)[number];

/**
 * How the person whose row it is may have a value put right (GDPR 16). `rule`: at once; `staff`: once somebody looked at it;
 * `address`: the address they sign in with, which is proved and waits (S14).
 */
export type CorrectionRule = {
  by: "rule" | "staff" | "address";
  kind: CorrectionKind;
  /** Characters at most. */
  max: number;
};

/**
 * What becomes of a value that another provider sent. `sent`: it stands here as it came. `default`: the platform's own default does,
 * as with a plan that somebody is billed by. `new`: another value of the same form, alike everywhere in the package, as with an
 * identity that leads to rows, which a stranger may not choose.
 */
export const intakes = ["sent", "default", "new"] as const;
export type Intake = (typeof intakes)[number];

/** How a column that is no date and no time says when something was. */
export const timeForms = ["seconds", "milliseconds", "text"] as const;
export type TimeForm = (typeof timeForms)[number];

export type Field = {
  /** The column. */
  name: string;
  /** Plain words for people, such as "Full name". */
  label: string;
  description: string;
  /** The Postgres type that the map declares, such as `timestamptz`; null when the map leaves it out. */
  type: string | null;
  /** Fideslang's coarse type (`string`, `integer`, `string[]`, ...); null when left out. */
  dataType: string | null;
  /** Fideslang data categories. */
  dataCategories: string[];
  policyCategory: PolicyCategory;
  retention: RetentionClass;
  /** Null when the map leaves it to the collection and the kind of the field. */
  erasure: FieldErasure | null;
  /** What the erasure of a company's client does to it, where that is something else. */
  client?: FieldErasure;
  export: ExportRule;
  primaryKey: boolean;
  /** Fideslang identity kind (`email`, `phone_number`, ...). */
  identity: string | null;
  /** Rows are entered by the person's identities of this kind; `ifEmpty` names a column that must be empty, `only` what a row must meet. */
  enter: { ifEmpty: string | null; only?: Condition } | null;
  /**
   * The value is a file's bytes, which a package holds as a file of its own; the columns, when there are any, say what it
   * was called and its media type (RFC 6838). Null for every other field.
   */
  file: { name: string | null; mediaType: string | null } | null;
  /** A time that the database keeps in another type: seconds or milliseconds since 1970, or ISO 8601 words; missing for its own types. */
  time?: TimeForm;
  /** Values that stand for none in this column, beside those that always do (none.ts); missing: no others. */
  none?: string[];
  /** Missing: nobody corrects it here, since it is an id, a record of what happened, or follows from something else. */
  correct?: CorrectionRule;
  /** What a row that another provider sent has here, where a package holds no value, such as a password that opens nothing. */
  imported?: string;
  /** What the map says of a value that another provider sent; missing: see lib/data-map/intake.ts. */
  intake?: Intake;
  /** Values found in owned rows become identities of the person; `ifSet` names a column that must not be empty. */
  follow: { ifSet: string | null } | null;
};

export type Collection = {
  name: string;
  /** `only`: without the rows of tables that inherit from it, which are collections of their own. */
  table: { schema: string; name: string; only?: boolean };
  /** Plain words, such as "Work orders". */
  label: string;
  description: string;
  dataCategories: string[];
  policyCategory: PolicyCategory;
  role: Role;
  scope: Scope | "both";
  /** The column that says which company a row belongs to; it alone decides in company scope. Null when there is none. */
  companyField: string | null;
  retention: RetentionClass;
  /** The column from which a row's age is counted; null when the map names none. */
  since: string | null;
  /** Rows that have to be settled before a company's account is closed, such as unpaid invoices; null when there are none such. */
  open: Condition | null;
  erasure: Record<Scope, Erasure>;
  /** How rows belong to a client of a company that they are reached for, and what becomes of them when the company erases that client; missing where they are not about clients. */
  client?: {
    role: Role;
    erasure: Erasure;
    /** In a system that knows no companies: the column that says whose client a row is about, by the home system's id of the company. */
    company?: string;
  };
  /** Triggers of the platform write rows here while others are deleted or changed; what they write during an erasure goes with it. */
  byTriggers?: true;
  /** False: nothing of this collection ever goes into a package; omitted.json says why. */
  exported: boolean;
  omittedReason?: string;
  omittedGround?: string;
  /** Why nothing of it is taken over when another provider sends it, in words; missing where it is. */
  notImported?: string;
  fields: Field[];
  /** Column names; empty when the table has none. */
  primaryKey: string[];
};

/** Data flows along an edge: rows of `to` are reached when their columns equal those of a reached row of `from`. */
export type Edge = {
  from: { collection: string; columns: string[] };
  to: { collection: string; columns: string[] };
  scope: Scope | "both";
  /** How the rows of `to` belong to the person; null means as their collection says. */
  role: Role | null;
  /** It leads to another account than the one it comes from (role-by.ts), and the map does not say by role and direction whose that is. */
  isAnother?: true;
  /** Only rows of `to` in which this column is empty. */
  ifEmpty: string | null;
  /** The end whose columns hold the link; it goes with them. */
  holder: "from" | "to";
  /** That was concluded from the map's keys, against where it is written down; missing: it was not. */
  assumed?: true;
  /** The link is one only in rows of the holder that meet this, such as those whose type column says so; missing: in all. */
  only?: Condition;
  /** Neither end or both are keys by the map, and it says nothing else: it was taken to be held where it is written down. */
  isUnclear?: boolean;
};

/** A column that must be null (`is: null`) or equal to one of the values, compared as text. */
export type Condition = { field: string; is: string[] | null };

export type System = {
  /** Fideslang's `fides_key`. */
  name: string;
  label: string;
  description: string;
  /** Connection string from the environment variable that the map names. @throws when it is not set */
  url(): string;
  /** How to find a platform user; null in systems that are reached by identities alone. */
  person: {
    collection: string;
    id: string;
    email: string;
    /** Set once the person proved the address to the platform; null when the platform keeps no such column. */
    verified: string | null;
    name: string | null;
    language: string | null;
    timeZone: string | null;
    company: string | null;
    owner: Condition | null;
    /** Who still holds an account, and is told of changes; null means everybody. */
    active: Condition | null;
    /** The column that says when the account was closed; null when the platform keeps none. */
    closed: string | null;
  } | null;
  company: { collection: string; id: string; name: string | null; closed: string | null } | null;
  /** The people whom a company names as its customers, and links that are followed for them alone; missing where there are none. */
  clients?: { collection: string; id: string; name: string; email: string | null; edges: Edge[] };
  /** Connection string of the login that erases; null when the map names none, and then nothing is erased here. @throws when it is not set */
  eraser: (() => string) | null;
  /** Connection string of the login that adds rows which another provider sent; missing where none are taken. @throws when it is not set */
  importer?: () => string;
  /** Where a message to one person is put for them to find on the platform; null when the platform has no such place. */
  outbox: {
    collection: string;
    url(): string;
    id: string;
    person: string;
    title: string | null;
    body: string;
    link: string | null;
    at: string | null;
  } | null;
  collections: Collection[];
  edges: Edge[];
  /** Tables that the map declares to hold no personal data; never reached, yet checked. */
  impersonal: {
    name: string;
    table: Collection["table"];
    ground: string;
    fields: { name: string; type: string | null }[];
  }[];
  /** Schemas that hold no personal data and are not looked at by the check. */
  ignoredSchemas: { name: string; reason: string }[];
};

export type DataMap = { systems: System[] };

/** Whose data is asked for, in the platform's own ids. */
export type ReachSubject = { platformUserId: string; platformCompanyId: string | null };

/** A wrong map; every line of the message names file, line, column and field. */
export class DataMapError extends Error {
  override name = "DataMapError";
}
