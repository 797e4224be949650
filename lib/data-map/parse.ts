import { systemUrl } from "../env";
import { checkClients } from "./check-clients";
import { checkPeople } from "./check-people";
import { addCorrections } from "./correctable";
import { buildEdges } from "./edges";
import { locate, type Path } from "./located";
import { fieldOf } from "./named";
import { fitsType } from "./none";
import { type CollectionSyntax, type DatasetSyntax, type FieldSyntax, mapFile, type PersonalSyntax } from "./syntax";
import { leftToSay, toSayWords } from "./to-say";
import { isArray } from "./type-families";
import { type Collection, DataMapError, type Edge, type ExportRule, type Field, type System } from "./types";
import { unreachable } from "./unreachable";

/** Notes a problem at a path of the file. */
export type Complain = (path: Path, message: string) => void;

/**
 * Reads one map file into systems.
 * @param file the name that messages show
 * @throws DataMapError with one line per problem: file, line, column, field, and what is wrong
 */
export function parseMap(file: string, source: string): System[] {
  const located = locate(file, source);
  if (located.problems.length > 0) throw new DataMapError(located.problems.join("\n"));
  const parsed = mapFile.safeParse(located.value);
  const left = leftToSay(located.value);
  if (!parsed.success || left.length > 0) {
    // What is wrong with an object of which something is still to be said follows from that.
    const isLeft = (path: Path) => left.some((one) => one.path.every((step, at) => path[at] === step));
    const problems = (parsed.error?.issues ?? []).flatMap((issue) => {
      if (isLeft(issue.path)) return [];
      return issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => located.problem([...issue.path, key], "no such key is known here"))
        : located.problem(issue.path, issue.message);
    });
    const unsaid = left.map(({ path, keys }) => located.problem(path, toSayWords(keys)));
    throw new DataMapError([...unsaid, ...problems].join("\n"));
  }
  const problems: string[] = [];
  const systems = parsed.data.dataset.map((dataset, at) =>
    buildSystem(dataset, (path, message) => problems.push(located.problem(["dataset", at, ...path], message))),
  );
  if (problems.length > 0) throw new DataMapError(problems.join("\n"));
  return systems;
}

function buildSystem(dataset: DatasetSyntax, complain: Complain): System {
  unique(dataset.collections, ["collections"], complain);
  checkTables(dataset, complain);
  const collections: Collection[] = [];
  const impersonal: System["impersonal"] = [];
  for (const [at, collection] of dataset.collections.entries()) {
    const path: Path = ["collections", at];
    unique(collection.fields, [...path, "fields"], complain);
    if (collection.trust.scope === "none") {
      impersonal.push({
        name: collection.name,
        table: tableOf(dataset, collection),
        ground: collection.trust.ground,
        fields: collection.fields.map((field) => ({ name: field.name, type: field.trust?.type ?? null })),
      });
    } else {
      collections.push(buildCollection(dataset, collection, path, complain));
    }
  }
  const { person, company, outbox, eraser, importer, clients } = dataset.trust;
  checkPeople(dataset, collections, complain);
  const declared = buildEdges(dataset, collections, complain);
  const edges = declared.filter((edge): edge is Edge => edge.scope !== "client");
  const system: System = {
    name: dataset.fides_key,
    label: dataset.name ?? humanise(dataset.fides_key),
    description: dataset.description ?? "",
    url: () => systemUrl(dataset.trust.connection),
    person: person
      ? {
          collection: person.collection,
          id: person.id,
          email: person.email,
          verified: person.verified ?? null,
          name: person.name ?? null,
          language: person.language ?? null,
          timeZone: person.time_zone ?? null,
          company: person.company ?? null,
          owner: person.owner ?? null,
          active: person.active ?? null,
          closed: person.closed ?? null,
        }
      : null,
    company: company ? { ...company, name: company.name ?? null, closed: company.closed ?? null } : null,
    eraser: eraser ? () => systemUrl(eraser.connection) : null,
    ...(importer ? { importer: () => systemUrl(importer.connection) } : {}),
    outbox: outbox
      ? {
          ...outbox,
          url: () => systemUrl(outbox.connection ?? dataset.trust.connection),
          title: outbox.title ?? null,
          link: outbox.link ?? null,
          at: outbox.at ?? null,
        }
      : null,
    ...(clients
      ? {
          clients: {
            ...clients,
            email: clients.email ?? null,
            edges: declared.filter(({ scope }) => scope === "client").map((edge): Edge => ({ ...edge, scope: "both" })),
          },
        }
      : {}),
    collections,
    edges,
    impersonal,
    ignoredSchemas: dataset.trust.ignore_schemas ?? [],
  };
  for (const { collection, scope } of unreachable(system)) {
    const at = dataset.collections.findIndex(({ name }) => name === collection);
    const kinds = collections[at]?.fields.flatMap(({ enter, identity }) => (enter && identity ? [identity] : [])) ?? [];
    const unfed = kinds.length > 0 ? `: no field of a person's own rows says \`follow\` for ${kinds.join(", ")}` : "";
    complain(["collections", at, "trust", "scope"], `no reference or identity leads here for a ${scope}${unfed}`);
  }
  checkClients(system, dataset, declared, complain);
  return { ...system, collections: addCorrections(system, dataset, declared, complain) };
}

const tableOf = (dataset: DatasetSyntax, { name, trust }: CollectionSyntax) => ({
  schema: trust.schema ?? dataset.fides_meta?.namespace?.schema ?? "public",
  name: trust.table ?? name,
  ...(trust.only ? { only: true } : {}),
});

function buildCollection(
  dataset: DatasetSyntax,
  collection: CollectionSyntax,
  path: Path,
  complain: Complain,
): Collection {
  const { trust } = collection;
  if (trust.scope === "none") throw new Error("a table without personal data is no collection");
  const inherited = collection.data_categories ?? dataset.data_categories;
  const fields = collection.fields.map((field, at) => {
    const here = [...path, "fields", at];
    if (!(field.data_categories ?? inherited)?.length) complain(here, "has no data_categories");
    return buildField(dataset, collection, field, inherited ?? [], here, complain);
  });
  const mustExist = (name: string | undefined, ...at: string[]) => {
    if (name && !fieldOf({ fields }, name)) complain([...path, "trust", ...at], `there is no field ${name}`);
  };
  mustExist(trust.company, "company");
  mustExist(trust.since, "since");
  const companies = dataset.trust.company;
  if (trust.company && companies?.collection === collection.name && trust.company !== companies.id) {
    complain([...path, "trust", "company"], `a company's own row is found by its id, ${companies.id}`);
  }
  if (trust.company && !companies) {
    complain([...path, "trust", "company"], "the dataset does not say which collection holds the companies");
  }
  if (isArray(fieldOf({ fields }, trust.company)))
    complain(
      [...path, "trust", "company"],
      `${trust.company} holds several companies, and rows are one's; say it by a reference`,
    );
  mustExist(trust.client?.company, "client", "company");
  mustExist(trust.open?.field, "open");
  const rule = exportRule(dataset, trust.export, [...path, "trust", "export"], complain);
  checkFiles(fields, path, complain);
  return {
    name: collection.name,
    table: tableOf(dataset, collection),
    label: trust.label ?? humanise(collection.name),
    description: collection.description ?? "",
    dataCategories: [...new Set(fields.flatMap((field) => field.dataCategories))],
    policyCategory: trust.category,
    role: trust.role,
    scope: trust.scope,
    companyField: trust.company ?? null,
    retention: trust.retention,
    since: trust.since ?? null,
    open: trust.open ?? null,
    erasure: trust.erasure,
    ...(trust.client ? { client: clientRule(trust.client) } : {}),
    ...(trust.written_by_triggers ? { byTriggers: true } : {}),
    exported: rule?.when !== "never",
    ...(rule?.when === "never" ? { omittedReason: rule.reason ?? "", omittedGround: rule.ground ?? "" } : {}),
    ...(trust.import ? { notImported: trust.import.reason } : {}),
    fields: fields.map((field) => (rule && field.export.when === "always" ? { ...field, export: rule } : field)),
    primaryKey: fields.filter((field) => field.primaryKey).map((field) => field.name),
  };
}

const clientRule = ({ role, erasure, company }: NonNullable<PersonalSyntax["client"]>): Collection["client"] => ({
  ...{ role, erasure },
  ...(company ? { company } : {}),
});

/** A file is named after its row's key, so every package that holds the file must hold the key. */
function checkFiles(fields: Field[], path: Path, complain: Complain): void {
  const key = fields.filter(({ primaryKey }) => primaryKey);
  for (const [at, { file, export: rule }] of fields.entries()) {
    if (!file || rule.when === "never") continue;
    const named = key.length > 0 && key.every(({ export: { when } }) => when === "always" || when === rule.when);
    if (!named) complain([...path, "fields", at, "trust", "file"], "needs a primary key that is exported with it");
  }
}

function buildField(
  dataset: DatasetSyntax,
  collection: CollectionSyntax,
  field: FieldSyntax,
  inherited: string[],
  path: Path,
  complain: Complain,
): Field {
  const outer = collection.trust;
  if (outer.scope === "none") throw new Error("a table without personal data is no collection");
  const { fides_meta: meta, trust } = field;
  const identity = meta?.identity ?? null;
  for (const key of ["follow", "enter", "if_empty"] as const) {
    if (trust?.[key] !== undefined && !identity) complain([...path, "trust", key], "only an identity can say this");
  }
  const mustExist = (name: string | undefined, key: string) => {
    if (name && !collection.fields.some((other) => other.name === name)) {
      complain([...path, "trust", key], `there is no field ${name}`);
    }
  };
  const ifSet = typeof trust?.follow === "object" ? trust.follow.if_set : null;
  mustExist(ifSet ?? undefined, "follow");
  mustExist(trust?.if_empty, "if_empty");
  mustExist(trust?.file?.name, "file");
  mustExist(trust?.file?.media_type, "file");
  checkIntake(dataset, collection, field, path, complain);
  if (trust?.file && trust.type !== "bytea") complain([...path, "trust", "file"], "a file's bytes are of type bytea");
  const type = trust?.type?.replace(/\[\]$/, "");
  for (const value of trust?.none ?? [])
    if (!fitsType(type, value)) complain([...path, "trust", "none"], `${value || "''"} is no value of type ${type}`);
  // The person's own row is entered by its id alone: two accounts never flow together.
  const isPerson = dataset.trust.person?.collection === collection.name;
  return {
    name: field.name,
    label: trust?.label ?? humanise(field.name),
    description: field.description ?? "",
    type: trust?.type ?? null,
    dataType: meta?.data_type ?? null,
    dataCategories: field.data_categories ?? inherited,
    policyCategory: trust?.category ?? outer.category,
    retention: trust?.retention ?? outer.retention,
    erasure: trust?.erasure ?? null,
    ...(trust?.client ? { client: trust.client } : {}),
    export: exportRule(dataset, trust?.export, [...path, "trust", "export"], complain) ?? { when: "always" },
    primaryKey: meta?.primary_key ?? false,
    identity,
    enter: identity && !isPerson && trust?.enter !== false ? { ifEmpty: trust?.if_empty ?? null } : null,
    follow: trust?.follow ? { ifSet } : null,
    file: trust?.file ? { name: trust.file.name ?? null, mediaType: trust.file.media_type ?? null } : null,
    ...(trust?.time ? { time: trust.time } : {}),
    ...noneOf(dataset, collection, field),
    ...(typeof trust?.import === "string" ? { imported: trust.import } : {}),
    ...(typeof trust?.import === "object" ? { intake: trust.import.take } : {}),
  };
}

/** What `active` says of the closing time itself stands for none there: such an account is open. */
function noneOf(
  { trust: { person } }: DatasetSyntax,
  { name: collection }: CollectionSyntax,
  { name, trust }: FieldSyntax,
) {
  const isClosing = person?.collection === collection && person.closed === name && person.active?.field === name;
  const open = isClosing ? (person.active?.is ?? []).filter((value) => fitsType(trust?.type, value)) : [];
  const none = [...(trust?.none ?? []), ...open];
  return none.length > 0 ? { none } : {};
}

/** Keys, and what says whose a row is, are seen to for all of a package at once. */
function checkIntake(
  { trust: { person, company } }: DatasetSyntax,
  { name: collection, trust: outer }: CollectionSyntax,
  { name, trust, fides_meta: meta }: FieldSyntax,
  path: Path,
  complain: Complain,
): void {
  if (typeof trust?.import !== "object" || trust.import.take === "sent") return;
  const ownership = [
    ...(outer.scope !== "none" && outer.company ? [outer.company] : []),
    ...(person?.collection === collection ? [person.id, person.email, person.company, person.owner?.field] : []),
    ...(company?.collection === collection ? [company.id] : []),
  ];
  if (meta?.primary_key || ownership.includes(name))
    complain([...path, "trust", "import"], "a key, or what says whose a row is, is always taken in with it");
  if (trust.import.take === "new" && trust.type && !/^(uuid|text|varchar|character varying)\b/.test(trust.type))
    complain([...path, "trust", "import"], "only a uuid or a text can be made anew");
}

function exportRule(
  dataset: DatasetSyntax,
  given: string | ExportRule | undefined,
  path: Path,
  complain: Complain,
): ExportRule | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "string") return given;
  if (given === "always") return { when: "always" };
  const rules = dataset.trust.export_rules ?? {};
  const rule = Object.hasOwn(rules, given) ? rules[given] : undefined;
  if (!rule) complain(path, `there is no rule ${given} under export_rules`);
  return rule;
}

/** Whose a row is, and what becomes of it, is said in one place. */
function checkTables(dataset: DatasetSyntax, complain: Complain): void {
  const seen = new Map<string, string>();
  for (const [at, collection] of dataset.collections.entries()) {
    const table = tableOf(dataset, collection);
    const key = JSON.stringify([table.schema, table.name]);
    const first = seen.get(key);
    if (first !== undefined && first !== collection.name)
      complain(
        ["collections", at, "name"],
        `${table.schema}.${table.name} is the table of ${first} already; say it all there, a reference for each way in which a row is somebody's`,
      );
    seen.set(key, first ?? collection.name);
  }
}

function unique(items: { name: string }[], path: Path, complain: Complain): void {
  const seen = new Set<string>();
  for (const [at, { name }] of items.entries()) {
    if (seen.has(name)) complain([...path, at, "name"], `${name} stands here twice`);
    seen.add(name);
  }
}

/** `work_order_notes` as "Work order notes". */
function humanise(name: string): string {
  const words = name.replace(/[_.-]+/g, " ").trim() || name;
  return words[0]?.toUpperCase() + words.slice(1);
}
