import { describe, expect, it } from "vitest";
import type { KeptBack } from "@/lib/data-map/held";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, previewErasure } from "./erase-subject";

// A hold on one collection keeps its rows as they are. They are found over rows that it does not keep: these are emptied, and what
// leads on from them stays for as long as the hold stands.

const open = strangerPerTest();
const subject = { platformUserId: "1", platformCompanyId: null };
const person = { collection: "members", id: "id", email: "email" };
const id: [string, { pk: true }] = ["integer", { pk: true }];
const linked = (...fields: string[]): [string, { refs: Record<string, unknown>[] }] => [
  "integer",
  { refs: fields.map((field) => from(field)) },
];
const ofClub = { scope: "both", company: "club_id" };
const paperOfVisit: [string, { pk: true; refs: Record<string, unknown>[] }] = [
  "integer",
  { pk: true, refs: [from("visits.paper_id", { scope: "person" })] },
];
const hold = (more: Partial<KeptBack> = {}): KeptBack => ({
  ...{ id: "hold", of: { scope: "person", subject, identities: new Map() }, system: null, collection: "papers" },
  ...{ from: null, until: null, ...more },
});

const members = `
create table members (id int primary key, email text);
insert into members values (1, 'zebra@z.example'), (2, 'lasting@x.example');`;
/** Papers lie in a club that is the person's alone by their membership. */
const memberships = {
  schema: `${members}
create table clubs (id int primary key, name text);
create table memberships (member_id int not null references members, club_id int not null references clubs, words text, primary key (member_id, club_id));
create table papers (id int primary key, club_id int not null references clubs, words text, at timestamptz);
insert into clubs values (11, 'zebra'), (12, 'lasting'), (13, 'zebra');
insert into memberships values (1, 11, 'zebra'), (2, 12, 'lasting'), (1, 13, 'zebra');
insert into papers values (21, 11, 'HELD', '2025-05-05'), (22, 12, 'lasting', '2025-05-05'), (23, 13, 'ripe', '2021-01-01');`,
  map: mapOf({ person }, [
    collection("members", {}, { id, email: "text" }),
    collection(
      "memberships",
      {},
      {
        member_id: ["integer", { pk: true, refs: [from("members.id")] }],
        club_id: ["integer", { pk: true }],
        words: "text",
      },
    ),
    collection("clubs", {}, { id: ["integer", { pk: true, refs: [from("memberships.club_id")] }], name: "text" }),
    collection("papers", { since: "at" }, { id, club_id: linked("clubs.id"), words: "text", at: "timestamptz" }),
  ]),
};
/** Papers lie with a buyer, who need be no member. */
const buyers = (erasure: Record<string, unknown> = {}, more = {}) => ({
  schema: `${members}
create table buyers (id int primary key, member_id int references members, words text);
create table papers (id int primary key, buyer_id int not null references buyers, words text);
insert into buyers values (11, 1, 'zebra'), (12, 2, 'lasting'), (13, 1, 'zebra');
insert into papers values (21, 11, 'HELD'), (22, 12, 'lasting');`,
  map: mapOf({ person }, [
    collection("members", {}, { id, email: "text" }),
    collection("buyers", erasure, { id, member_id: linked("members.id"), words: ["text", more] }),
    collection("papers", {}, { id, buyer_id: linked("buyers.id"), words: "text" }),
  ]),
});
/** The account itself names the club that papers lie in. */
const ownClub = {
  schema: `
create table clubs (id int primary key, name text);
create table members (id int primary key, email text, club_id int references clubs);
create table papers (id int primary key, club_ids int[], words text);
insert into clubs values (11, 'zebra'), (12, 'lasting');
insert into members values (1, 'zebra@z.example', 11), (2, 'lasting@x.example', 12);
insert into papers values (21, '{11}', 'HELD'), (22, '{12}', 'lasting');`,
  map: mapOf({ person }, [
    collection("members", {}, { id, email: "text", club_id: ["integer", { refs: [to("clubs.id")] }] }),
    collection("clubs", {}, { id, name: "text" }),
    collection("papers", {}, { id, club_ids: ["integer[]", { refs: [from("clubs.id")] }], words: "text" }),
  ]),
};

type Client = Parameters<typeof everything>[0];
const found = async (client: Client, words: RegExp) => (await everything(client)).filter((row) => words.test(row));

describe.each([
  ["memberships", memberships],
  ["emptied rows", buyers()],
  ["rows made anonymous", buyers({ erasure: { action: "anonymise" } }, { erasure: "clear" })],
  ["the account's own link", ownClub],
])("a hold on rows that are reached over %s", (_, stranger) => {
  it("keeps them through every pass and erasure, with no word of what leads there, and lets them go at its end", async () => {
    const { map, client } = await open(stranger);
    expect((await checked(map)).filter((line) => !line.startsWith("no retention"))).toEqual([]);
    const order = { map, subject, scope: "person" as const, kept: [hold()] };
    const foreseen = await previewErasure(order);
    expect(await eraseSubject(order)).toEqual(foreseen);
    expect(await found(client, /HELD/)).toHaveLength(1);
    expect(await found(client, /zebra/)).toEqual([]);
    const before = await everything(client);
    await eraseSubject(order);
    expect(await everything(client)).toEqual(before);
    await eraseSubject({ ...order, kept: [] });
    expect(await found(client, /HELD/)).toEqual([]);
    expect(await found(client, /^public\.(members|memberships) 1\|/)).toEqual([]);
    expect((await found(client, /lasting/)).length).toBeGreaterThan(1);
  });
});

describe("a hold on what two clubs hold", () => {
  const run = async (more: Partial<KeptBack>) => {
    const { map, client } = await open(memberships);
    const order = { map, subject, scope: "person" as const };
    await eraseSubject({ ...order, kept: [hold(more)] });
    expect(await found(client, /HELD/)).toHaveLength(1);
    return { client, order };
  };

  it("keeps the way to rows of its time alone", async () => {
    const { client } = await run({ from: Temporal.Instant.from("2025-01-01T00:00:00Z") });
    expect(await found(client, /ripe/)).toEqual([]);
    expect(await found(client, /memberships 1\|/)).toEqual([expect.stringMatching(/1\|11\|/)]);
  });

  it("is followed by its end also where it keeps whoever's rows", async () => {
    const { client, order } = await run({ of: null });
    expect(await found(client, /zebra/)).toEqual([]);
    await eraseSubject(order);
    expect(await found(client, /HELD|ripe/)).toEqual([]);
  });
});

it("a hold on a person keeps what leads there when their company is closed, also where nothing is found by that for the company", async () => {
  const { map, client } = await open({
    schema: `
create table clubs (id int primary key, name text);
create table members (id int primary key, email text, club_id int, owns text);
create table papers (id int primary key, club_id int, words text);
create table visits (id int primary key, club_id int, member_id int, paper_id int, words text);
insert into clubs values (11, 'zebra'), (12, 'lasting');
insert into members values (1, 'zebra@z.example', 11, 'yes'), (2, 'lasting@x.example', 12, 'no');
insert into papers values (21, 11, 'HELD'), (22, 11, 'zebra'), (23, 12, 'lasting');
insert into visits values (31, 11, 1, 21, 'zebra'), (32, 11, null, 22, 'zebra'), (33, 12, 2, 23, 'lasting');`,
    map: mapOf(
      {
        person: { ...person, company: "club_id", owner: { field: "owns", is: ["yes"] } },
        company: { collection: "clubs", id: "id", name: "name" },
      },
      [
        collection("clubs", { scope: "company" }, { id, name: "text" }),
        collection("members", ofClub, { id, email: "text", club_id: "integer", owns: "text" }),
        collection("papers", ofClub, { id: paperOfVisit, club_id: "integer", words: "text" }),
        collection("visits", ofClub, {
          ...{ id, club_id: "integer", member_id: linked("members.id"), paper_id: "integer", words: "text" },
        }),
      ],
    ),
  });
  const closing = { map, subject: { platformUserId: "1", platformCompanyId: "11" }, scope: "company" as const };
  const order = { ...closing, kept: [hold()] };
  const foreseen = await previewErasure(order);
  expect(await eraseSubject(order)).toEqual(foreseen);
  expect(await found(client, /HELD/)).toHaveLength(1);
  expect(await found(client, /zebra/)).toEqual([]);
  expect(await found(client, /^public\.visits 31\|/)).toHaveLength(1);
  await eraseSubject({ map, subject, scope: "person" });
  expect(await found(client, /HELD|^public\.visits 31\|/)).toEqual([]);
});
