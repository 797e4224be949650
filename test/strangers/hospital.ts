import { collection, from, mapOf, type Stranger } from "./shape";

/** A hospital's appointment book: ranges that exclude each other, days, files, row security that shows all to some, three schemas. */
export const hospital: Stranger = {
  name: "a hospital",
  person: "42",
  sweptAt: "2026-06-01T12:00:00Z",
  schema: `
    create extension btree_gist; create extension hstore;
    create schema registry; create schema book; create schema billing;
    create table registry.patient (mrn bigint primary key, given text not null, family text collate "C" not null, born date not null, mail text collate "en-x-icu", insured char(10) unique,
      photo bytea not null default '', extra hstore not null default '', discharged_on date);
    create table registry.relative (of_mrn bigint not null references registry.patient on delete cascade, mrn bigint references registry.patient, kind text);
    create table book.slot (id uuid primary key default gen_random_uuid(), room int not null, during tstzrange not null, patient bigint, reason text,
      exclude using gist (room with =, during with &&));
    create table book.reminder (slot uuid not null unique references book.slot on delete restrict, sent_to text not null, mac macaddr not null default '08:00:2b:01:02:03');
    create table billing.claim (id text primary key, patient bigint not null references registry.patient, icd text[] not null, net numeric(10,2) not null check (net >= 0), filed date not null);
    create table billing.claim_note (claim text not null, words text not null, xml xml not null default '<a/>');
    create table registry.newsletter (mail text collate "C", n int not null, t time not null default '10:00', b bit(3) not null default '101', primary key (n));
    alter table registry.patient enable row level security;
    create policy everybody on registry.patient using (true) with check (true);
    insert into registry.patient (mrn, given, family, born, mail, insured) values (42, 'Zebra', 'Zebra', '1970-01-01', 'zebra@home.example', 'ZEBRA1'), (43, 'lasting', 'lasting', '1971-01-01', 'lasting@home.example', 'K2');
    insert into registry.relative values (42, 43, 'zebra'), (43, 42, 'a link to cut');
    insert into book.slot values (default, 1, '[2025-01-01 10:00, 2025-01-01 11:00)', 42, 'zebra knee'), (default, 1, '[2025-01-01 11:00, 2025-01-01 12:00)', 42, 'zebra again'), (default, 1, '[2025-01-01 12:00, 2025-01-01 13:00)', 43, 'lasting');
    insert into book.reminder select id, 'zebra@home.example' from book.slot where patient = 42;
    insert into billing.claim values ('K1', 42, '{zebra-icd}', 100.55, '2020-01-31'), ('K2', 43, '{lasting}', 1, '2025-12-31');
    insert into billing.claim_note values ('K1', 'kept for the tax office'), ('K2', 'lasting');
    insert into registry.newsletter values ('ZEBRA@home.example', 1), ('lasting@home.example', 2);
  `,
  map: mapOf(
    { person: { collection: "patient", id: "mrn", email: "mail", name: "given", closed: "discharged_on" } },
    [
      collection(
        "patient",
        {},
        {
          mrn: ["bigint", { pk: true }],
          given: "text",
          family: "text",
          born: "date",
          mail: ["text", { identity: "email", follow: true }],
          insured: "char(10)",
          photo: "bytea",
          extra: "hstore",
          discharged_on: "date",
        },
      ),
      collection(
        "relative",
        {},
        {
          of_mrn: ["bigint", { refs: [from("patient.mrn")] }],
          mrn: ["bigint", { refs: [from("patient.mrn", { role: "mentions" })] }],
          kind: "text",
        },
      ),
      collection(
        "slot",
        { schema: "book" },
        {
          id: ["uuid", { pk: true }],
          room: "integer",
          during: "tstzrange",
          patient: ["bigint", { refs: [from("patient.mrn")] }],
          reason: "text",
        },
      ),
      collection(
        "reminder",
        { schema: "book" },
        { slot: ["uuid", { refs: [from("slot.id")] }], sent_to: "text", mac: "macaddr" },
      ),
      collection(
        "claim",
        {
          ...{ schema: "billing", category: "collect.payment", retention: "communication", since: "filed" },
          erasure: { action: "keep", ground: "Social security law", until: "communication" },
        },
        {
          id: ["text", { pk: true }],
          patient: ["bigint", { refs: [from("patient.mrn")] }],
          icd: ["text[]", { erasure: { fixed: "{}" } }],
          net: "numeric(10,2)",
          filed: "date",
        },
      ),
      collection(
        "claim_note",
        { schema: "billing", erasure: { action: "keep", ground: "Social security law", until: "work-orders" } },
        { claim: ["text", { refs: [from("claim.id")] }], words: "text", xml: "xml" },
      ),
      collection(
        "newsletter",
        {},
        { mail: ["text", { identity: "email" }], n: ["integer", { pk: true }], t: "time", b: "bit(3)" },
      ),
    ],
    "registry",
  ),
};

const long = "Übergröße_des_längsten_Namens_der_in_PostgreSQL_noch_geh";

/** Event tickets: no keys and no foreign keys at all, names of 63 bytes, a very wide table, one order of several buyers. */
export const events: Stranger = {
  name: "event tickets",
  person: "Zebra@Tickets.example",
  schema: `
    create table "select" ("from" text, "to" text, "Gästename" text, "closed at" timestamptz);
    create table "${long}" ("${long}" text, "käufer" text, n numeric);
    create table "order.items" ("order.id" text, "holder's mail" text, seat varchar(8));
    create table wide (mail text, ${Array.from({ length: 1500 }, (_, at) => `c${at} text`).join(", ")});
    create table "share" ("order.id" text, "käufer" text);
    create table nothing (mail text);
    create unlogged table "cart" ("käufer" text, inhalt jsonb);
    insert into "select" values ('Zebra@Tickets.example', 'x', 'Zebra'), ('lasting@tickets.example', 'x', 'lasting'), ('zebr@tickets.example.evil', 'x', 'the lasting other');
    insert into "${long}" values ('o1', 'zebra@tickets.example', 5), ('o2', 'lasting@tickets.example', 6), ('o3', 'lasting@tickets.example', 7);
    insert into "order.items" values ('o1', 'zebra@tickets.example', 'ZEBRA 1'), ('o1', 'friend@tickets.example', 'Z-1'), ('o2', 'lasting@tickets.example', 'lasting'), ('o3', 'ZEBRA@tickets.example', 'A 1');
    insert into wide (mail, c0, c1499) values ('zebra@tickets.example', 'zebra', 'zebra'), ('lasting@tickets.example', 'lasting', 'lasting');
    insert into "share" values ('o3', 'zebra@tickets.example'), ('o3', 'lasting@tickets.example');
    insert into "cart" values ('zebra@tickets.example', '{"name": "zebra"}'), (null, '{"name": "lasting"}');
  `,
  map: mapOf({ person: { collection: "select", id: "from", email: "from", name: "Gästename", closed: "closed at" } }, [
    collection(
      "select",
      {},
      {
        from: ["text", { identity: "email", follow: true }],
        to: "text",
        Gästename: "text",
        "closed at": "timestamptz",
      },
    ),
    collection(long, {}, { [long]: "text", käufer: ["text", { identity: "email" }], n: "numeric" }),
    collection(
      "order.items",
      {},
      {
        "order.id": ["text", { refs: [from(`${long}.${long}`)] }],
        "holder's mail": ["text", { identity: "email" }],
        seat: "varchar(8)",
      },
    ),
    collection(
      "wide",
      {},
      {
        mail: ["text", { identity: "email" }],
        ...Object.fromEntries(Array.from({ length: 1500 }, (_, at) => [`c${at}`, "text"])),
      },
    ),
    collection("share", { role: "mentions" }, { "order.id": "text", käufer: ["text", { identity: "email" }] }),
    collection("nothing", {}, { mail: ["text", { identity: "email" }] }),
    collection("cart", {}, { käufer: ["text", { identity: "email" }], inhalt: "jsonb" }),
  ]),
};
