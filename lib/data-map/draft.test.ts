import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { createDatabase, dropDatabase } from "@/test/database";
import { shop } from "@/test/strangers/shop";
import { checkSystem } from "./check";
import { draftMap } from "./draft";
import { parseMap } from "./parse";
import { closePlatforms } from "./platform";
import { toSay } from "./to-say";

let name = "";
afterEach(async () => {
  await closePlatforms();
  await dropDatabase(name);
});

/** A system whose database was made by this SQL. */
async function holding(schema: string) {
  const made = await createDatabase();
  name = made.name;
  const client = new pg.Client({ connectionString: made.url });
  await client.connect();
  await client.query(schema);
  await client.end();
  return { name: "theirs", url: () => made.url };
}

it("a draft names every table, column, key and foreign key; once said whose it is, the check finds nothing", async () => {
  const system = await holding(shop.schema);
  process.env.PLATFORM_DATABASE_URL = system.url();
  const draft = await draftMap(system, ["public"]);
  expect(() => parseMap("draft.yml", draft)).toThrow(
    /person: collection, id, email, closed are still to be said \(TO-SAY\)\n(.*\n)*.*customer\.trust: category, role, scope, retention, erasure are .* `scope: none`/,
  );
  expect(draft).toContain("field: address.nr");
  const said = draft
    .replace(
      /person:[\s\S]*?closed: .*\n/,
      "person: { collection: customer, id: id, email: email, closed: closed_ms }\n",
    )
    .replaceAll(`category: ${toSay}`, "category: collect.account")
    .replaceAll(`role: ${toSay}`, "role: owner")
    .replaceAll(`scope: ${toSay}`, "scope: none")
    .replaceAll(`retention: ${toSay}`, "ground: A test")
    .replaceAll(/\n\s+(erasure: TO-SAY|role: owner|category: collect\.account)(?=\n)/g, "");
  const people = said.replace(
    /(name: customer\n\s+trust:\n)(\s+)scope: none\n\s+ground: A test/,
    (_, head, pad) =>
      `${head}${["category: collect.account", "role: owner", "scope: person", "retention: account", "erasure: delete"].map((one) => pad + one).join("\n")}`,
  );
  const [drafted] = parseMap("draft.yml", people);
  expect(drafted && (await checkSystem(drafted))).toEqual([]);
});

it("several schemas are one dataset: links lead from one into another, and what leads out of all is said", async () => {
  const system = await holding(`create schema billing; create schema hr; create table hr.staff (id int primary key);
    create table people (id int primary key, mail text, closed timestamptz, keeper int references hr.staff);
    create table notes (id int primary key, person int references people);
    create table billing.notes (id int primary key, person int references people, of int references notes);
    create materialized view sums as select count(*) as n from people`);
  const draft = await draftMap(system, ["public", "billing"]);
  expect(draft).toMatch(/#.*public\.people \(keeper\) -> hr\.staff/);
  const { dataset } = parseYaml(draft);
  const billed = dataset[0].collections.find((one: { name: string }) => one.name === "billing_notes");
  expect(billed.trust).toMatchObject({ table: "notes", schema: "billing" });
  expect(
    billed.fields.map(
      (one: { fides_meta?: { references?: { field: string }[] } }) => one.fides_meta?.references?.[0]?.field,
    ),
  ).toEqual([...[undefined, "people.id", "public_notes.id"]]);
  const sums = dataset[0].collections.find((one: { name: string }) => one.name === "sums");
  expect(sums.fields).toEqual([{ name: "n", trust: { type: "bigint", correct: "never" } }]);
});

it("takes a table by its schema and name too, and says what it is called where another is called the same", async () => {
  const system = await holding(`create schema auth; create table auth.users (id int primary key);
    create table users (id int primary key references auth.users); create table towns (id int primary key)`);
  const draft = (people: string) => draftMap(system, ["public", "auth"], people);
  const person = async (people: string) => parseYaml(await draft(people)).dataset[0].trust.person.collection;
  expect(await person("public.users")).toBe("public_users");
  expect(await person("auth_users")).toBe("auth_users");
  expect(await person("public.towns")).toBe("towns");
  await expect(draft("users")).rejects.toThrow("several tables are called users: say public.users or auth.users");
  await expect(draft("persons")).rejects.toThrow("there is no table persons in public, auth");
});

it("names a foreign key once that stands, or ends, at partitions only", async () => {
  const system = await holding(`create schema parts; create table people (id int primary key);
    create table orders (id int not null, day date not null) partition by range (day);
    create table parts.orders_1 partition of orders (primary key (day, id)) for values from ('2025-01-01') to ('2026-01-01');
    create table payments (id int not null, person int not null, ordered date, order_id int, day date not null, primary key (day, id)) partition by range (day);
    create table payments_1 partition of payments for values from ('2025-01-01') to ('2026-01-01');
    create table parts.payments_2 (day date not null, id int not null, person int not null, order_id int, ordered date);
    alter table payments attach partition parts.payments_2 for values from ('2026-01-01') to ('2027-01-01');
    alter table payments_1 add foreign key (person) references people; alter table parts.payments_2 add foreign key (person) references people;
    alter table payments_1 add constraint ordered foreign key (ordered, order_id) references parts.orders_1 (day, id)`);
  const { dataset } = parseYaml(await draftMap(system, ["public"]));
  const payments = dataset[0].collections.find((one: { name: string }) => one.name === "payments");
  const references = payments.fields.map(
    (one: { fides_meta?: { references?: object[] } }) => one.fides_meta?.references,
  );
  const link = (field: string, more = {}) => [{ dataset: "theirs", field, direction: "from", ...more }];
  const composite = { trust: { key: "ordered" } };
  expect(references).toEqual([
    ...[undefined, link("people.id"), link("orders.day", composite), link("orders.id", composite), undefined],
  ]);
});

it("leaves one line to say of each table that no foreign key ties to the people, once it is told where they are", async () => {
  const system =
    await holding(`create table places (id int primary key); create table towns (id int primary key, place int references places);
    create table people (id int primary key, place int references places); create table notes (id int primary key, person int references people);
    create table files (id int primary key); create table pages (id int primary key, note int references notes, file int references files);
    create table jobs (id int primary key, town int references towns); create materialized view sums as select count(*) as n from people`);
  const { dataset } = parseYaml(await draftMap(system, ["public"], "people"));
  expect(dataset[0].trust.person.collection).toBe("people");
  type Drafted = { name: string; trust: { scope: string } };
  const none = dataset[0].collections.filter(({ trust }: Drafted) => trust.scope === "none");
  expect(none.map(({ name, trust }: Drafted) => [name, trust])).toEqual(
    ["jobs", "towns"].map((one) => [one, { scope: "none", ground: toSay }]),
  );
  await expect(draftMap(system, ["public"], "peopel")).rejects.toThrow("there is no table peopel");
});

it("takes what hangs on the other half of a person for somebody's, and says which tables hold their own rows only beside their heirs", async () => {
  const system =
    await holding(`create table parties (id int primary key); create table people (id int primary key references parties, mail text);
    create table homes (party int references parties, town int, street text, primary key (party, town));
    create table colours (id int primary key); create table shades (of int primary key references colours);
    create table notes (id int primary key, words text); create table old_notes () inherits (notes);
    create table logs (day date) partition by range (day); create table logs_new partition of logs default`);
  const [dataset] = parseYaml(await draftMap(system, ["public"], "people")).dataset;
  type Drafted = { name: string; trust: { scope: string; only?: boolean } };
  const names = (which: (trust: Drafted["trust"]) => boolean) =>
    dataset.collections.filter(({ trust }: Drafted) => which(trust)).map((one: Drafted) => one.name);
  expect(names(({ scope }) => scope !== "none")).toEqual(["homes", "parties", "people"]);
  expect(names(({ only }) => only === true)).toEqual(["notes"]);
});

it("says whose account rows are of by what points at the companies, and leaves open what may be somebody's by a link that no foreign key knows", async () => {
  const system =
    await holding(`create table firms (id uuid primary key); create table people (id bigint primary key, firm_id uuid references firms);
    create table members (person bigint references people, firm uuid references firms, primary key (person, firm));
    create table invoices (id bigint primary key, firm_id uuid references firms); create table lines (id bigint primary key, invoice bigint references invoices, price int);
    create table visits (id bigint primary key, author_id bigint); create table logs (id bigint primary key, "madeBy" uuid);
    create table prices (id bigint primary key, paid bigint, tax int, kind_id bigint references prices);
    create table moves (id bigint primary key, from_firm uuid references firms, to_firm uuid references firms)`);
  const [dataset] = parseYaml(await draftMap(system, ["public"], "people", "firms")).dataset;
  expect(dataset.trust.person).toMatchObject({ id: "id", company: "firm_id", owner: toSay });
  expect(dataset.trust.company).toMatchObject({ collection: "firms", closed: toSay });
  type Drafted = { name: string; trust: { scope: string; company?: string }; fields: { fides_meta?: object }[] };
  const found = new Map<string, Drafted>(dataset.collections.map((one: Drafted) => [one.name, one]));
  expect([...found.values()].filter(({ trust }) => trust.scope === "none").map((one) => one.name)).toEqual(["prices"]);
  const company = (one: string) => found.get(one)?.trust.company;
  expect(["people", "members", "invoices", "lines", "moves", "firms"].map(company)).toEqual([
    ...["firm_id", "firm", "firm_id", undefined, undefined, undefined],
  ]);
  expect(found.get("invoices")?.fields[1]).toEqual({ name: "firm_id", trust: { type: "uuid" } });
  await expect(draftMap(system, ["public"], "people", "farms")).rejects.toThrow("there is no table farms");
});

it("takes no table for nobody's that has a column like an id or an address of somebody, and names those no foreign key knows", async () => {
  const system =
    await holding(`create table people (id int primary key, mail text, invited_by int); create table notes (id int primary key, person_id int references people, "threadId" int);
    create table likes (member_id int, of_id int, primary key (member_id, of_id)); create table hits (id int primary key, email text);
    create table colours (colour_id int primary key, hidden bool, standby text, mailed_at timestamptz)`);
  const draft = await draftMap(system, ["public"], "people");
  type Drafted = { name: string; trust: { scope: string } };
  const none = parseYaml(draft).dataset[0].collections.filter(({ trust }: Drafted) => trust.scope === "none");
  expect(none.map((one: Drafted) => one.name)).toEqual(["colours"]);
  expect(draft.split("\n").filter((line) => /^# {3}\w+ \(/.test(line))).toEqual(
    ["hits (email)", "likes (of_id)", "notes (threadId)", "people (mail)"].map((one) => `#   ${one}`),
  );
});

it("takes a key that is called like another table's for a link, and what people are named by", async () => {
  const system =
    await holding(`create table crm_users (user_id int primary key, login text); create table user_settings (user_id int primary key, theme text);
    create table crm_categories (category_id int primary key); create table guests (id int primary key, "userName" text); create table rooms (code text primary key, creator text);
    create table hits (id int primary key, ip_address inet); create table words (id uuid primary key, addressed bool)`);
  const draft = await draftMap(system, ["public"], "crm_users");
  type Drafted = { name: string; trust: { scope: string } };
  const none = parseYaml(draft).dataset[0].collections.filter(({ trust }: Drafted) => trust.scope === "none");
  expect(none.map((one: Drafted) => one.name)).toEqual(["crm_categories", "words"]);
  const settings = parseYaml(draft).dataset[0].collections.find((one: Drafted) => one.name === "user_settings");
  expect(settings.fields[0].fides_meta.references).toEqual([guessed("crm_users.user_id")]);
});

const guessed = (field: string) => ({ dataset: "theirs", field, direction: "from", trust: { role: toSay } });

it("guesses links by what columns are called where no foreign key says any, and leaves their role to say", async () => {
  const system =
    await holding(`create table app_users (id bigint primary key, mail text, company_id int); create table companies (id int primary key);
    create table orders (id bigint primary key, company_id int, user_id bigint, status_id int, handled_by bigint, external_id text);
    create table order_lines (order_id bigint, "order_no" int, product_id bigint, primary key (order_id, "order_no"));
    create table statuses (id int primary key); create table products (id bigint primary key); create table shop_products (id bigint primary key);
    create table comments (id bigint primary key, owner_type text, owner_id bigint, "authorId" text, "orderIds" bigint[])`);
  const draft = await draftMap(system, ["public"], "app_users", "companies");
  type Drafted = {
    name: string;
    trust: { scope: string; company?: string };
    fields: { name: string; fides_meta?: { references?: object[] } }[];
  };
  const collections: Drafted[] = parseYaml(draft).dataset[0].collections;
  const of = (name: string) => {
    const fields = collections.find((one) => one.name === name)?.fields ?? [];
    return Object.fromEntries(
      fields.flatMap((one) => (one.fides_meta?.references ? [[one.name, one.fides_meta.references]] : [])),
    );
  };
  expect(of("orders")).toEqual({
    status_id: [guessed("statuses.id")],
    user_id: [guessed("app_users.id")],
    handled_by: [guessed("app_users.id")],
  });
  // Two tables are called so: the nearer name is meant.
  expect(of("order_lines")).toEqual({ order_id: [guessed("orders.id")], product_id: [guessed("products.id")] });
  expect(of("comments")).toEqual({ orderIds: [guessed("orders.id")] });
  expect(collections.filter(({ trust }) => trust.scope === "none").map(({ name }) => name)).toEqual(["shop_products"]);
  expect(collections.flatMap(({ name, trust }) => (trust.company ? [[name, trust.company]] : []))).toEqual([
    ["app_users", "company_id"],
    ["orders", "company_id"],
  ]);
  expect(draft).toContain("are guessed by what the columns are called");
  expect(draft.split("\n").filter((line) => /^# {3}\w+ \(/.test(line))).toEqual([
    "#   app_users (mail)",
    "#   comments (owner_id, authorId)",
    "#   orders (external_id)",
  ]);
});

it("knows one name however it is written, and guesses nothing where a word for people and a table's name differ", async () => {
  const system =
    await holding(`create table accounts (id bigint primary key, "emailAddress" text, notify_by_mail bool); create table organisations (id uuid primary key);
    create table score_notes (id bigint primary key); create table "choirRooms" (id bigint primary key); create table admin_users (id bigint primary key);
    create table pages (id bigint primary key, "scoreNoteId" bigint, room_id bigint, organisation uuid, accountid bigint, payer bigint, "score" bigint);
    create table scores (id bigint primary key); create table options (account bigint primary key, dark bool);
    create table logs (id bigint primary key, user_id bigint, owner_kind text, owner_id bigint, "billingUserId" text);
    create table newsletter (email text primary key); create table people_of (id bigint primary key, person_id bigint)`);
  const draft = await draftMap(system, ["public"], "accounts", "organisations");
  type Field = { name: string; fides_meta?: { references?: { field: string }[] } };
  type Drafted = { name: string; trust: { scope: string; company?: string }; fields: Field[] };
  const collections: Drafted[] = parseYaml(draft).dataset[0].collections;
  const links = collections.flatMap(({ name, fields }) =>
    fields.flatMap((one) => (one.fides_meta?.references ?? []).map(({ field }) => `${name}.${one.name} -> ${field}`)),
  );
  expect(links).toEqual([
    "options.account -> accounts.id",
    "pages.scoreNoteId -> score_notes.id",
    "pages.room_id -> choirRooms.id",
    "pages.accountid -> accounts.id",
    "pages.payer -> accounts.id",
    "people_of.person_id -> accounts.id",
  ]);
  expect(collections.find(({ name }) => name === "pages")?.trust.company).toBe("organisation");
  expect(draft.split("\n").filter((line) => /^# {3}\w+ \(/.test(line))).toEqual([
    "#   accounts (emailAddress)",
    "#   logs (user_id, owner_id, billingUserId)",
    "#   newsletter (email)",
  ]);
  expect(collections.filter(({ trust }) => trust.scope === "none").map(({ name }) => name)).toEqual([
    "admin_users",
    "scores",
  ]);
});
