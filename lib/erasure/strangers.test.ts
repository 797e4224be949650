import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { crm, forum } from "@/test/strangers/forum";
import { helpdesk } from "@/test/strangers/helpdesk";
import { events, hospital } from "@/test/strangers/hospital";
import { collection, mapOf, type Stranger } from "@/test/strangers/shape";
import { shop } from "@/test/strangers/shop";
import { staffing } from "@/test/strangers/staffing";
import { checked, dangling, erased, everything, strangerPerTest, subjectOf } from "@/test/strangers/try-out";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { companyMembers } from "../data-map/company-members";
import { homeSystem } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import type { Scope } from "../data-map/types";
import { newReference } from "../ids";
import { suppress } from "../suppression/suppress";
import { eraseSubject, previewErasure } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

// Databases of products that nobody made for this engine, each with the map that its owner would write (docs/data-map.md).

const trustCenter = testDatabase();
const ctx = systemCtx("test");
const fresh = strangerPerTest();

beforeEach(() => emptyList(trustCenter.sql));

const trials = [helpdesk, shop, forum, crm, hospital, events, staffing].flatMap((stranger) =>
  (["person", "company"] as const)
    .filter((scope) => scope === "person" || stranger.closing)
    .map((scope): [string, Scope, Stranger] => [stranger.name, scope, stranger]),
);

describe.each(trials)("%s (%s scope)", (_, scope, stranger) => {
  it("is checked without a finding, and erased as previewed: no trace, nobody else's row changed, nothing dangling", async () => {
    const { map, client } = await fresh(stranger);
    expect(await checked(map)).toEqual([]);
    const [before, dangled] = [await everything(client), await dangling(client, map)];
    expect(before.some((row) => /zebra/i.test(row))).toBe(true);
    const { previewed, done } = await erased(map, stranger, scope);
    // What triggers write meanwhile goes as well and is not counted: nobody had it before.
    expect(done).toEqual(previewed);
    const after = await everything(client);
    expect(after.filter((row) => /zebra/i.test(row))).toEqual([]);
    expect(before.filter((row) => row.includes("lasting") && !after.includes(row))).toEqual([]);
    expect(await dangling(client, map)).toEqual(dangled);
  });

  it("R9: is erased again after a restore, to the same rows", async () => {
    const first = await fresh(stranger);
    const subject = subjectOf(stranger, scope);
    const { identities, marks } = await readBefore(first.map, subject, scope);
    const { platformUserId: person, platformCompanyId } = subject;
    const company = scope === "company" ? platformCompanyId : null;
    const members = company ? await companyMembers(company, homeSystem(first.map)) : null;
    const line = { reference: newReference(), scope, system: "theirs", person, company };
    await suppress(ctx, { ...line, members, marks, identities });
    await eraseSubject({ map: first.map, subject, scope });
    const { map, client } = await fresh(stranger);
    expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
    const after = await everything(client);
    expect(after.filter((row) => /zebra/i.test(row))).toEqual([]);
    // Another dry run finds nothing to do.
    expect(await replayErasures(ctx, map)).toMatchObject({ found: 0, failures: [] });
    expect(await everything(client)).toEqual(after);
  });
});

describe("an address of two accounts, in other letters", () => {
  const twins = (to: string): Stranger => ({
    name: "twins",
    person: "1",
    schema: `create table people (id int primary key, mail text unique, closed timestamptz); create table letters (id int primary key, mail text, words text);
      create table watchers (id int primary key, mails text[] not null); create schema post; create table post.cards (mail text);
      insert into people values (1, 'Twin@x.example'), (2, 'twin@X.example'), (3, 'other@x.example');
      insert into letters values (1, 'TWIN@x.example', 'of both'); insert into watchers values (1, '{twin@x.example,other@x.example}'); insert into post.cards values ('twin@x.example')`,
    map: to,
  });
  const trust = {
    person: { collection: "people", id: "id", email: "mail", closed: "closed" },
    ignore_schemas: [{ name: "post", reason: "The other map's" }],
  };
  const home = mapOf(trust, [
    collection(
      "people",
      {},
      { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
    ),
    collection("letters", {}, { id: ["integer", { pk: true }], mail: ["text", { identity: "email" }], words: "text" }),
    collection(
      "watchers",
      { role: "shared" },
      { id: ["integer", { pk: true }], mails: ["text[]", { identity: "email" }] },
    ),
  ]);
  const post = mapOf(
    { ignore_schemas: [{ name: "public", reason: "The other map's" }] },
    [collection("cards", {}, { mail: ["text", { identity: "email" }] })],
    "post",
  ).replace('"theirs"', '"post"');

  it("stays in what both share, here and in other systems, until the second account goes too", async () => {
    const { map, client } = await fresh(twins(home));
    const both = { systems: [...map.systems, ...parseMap("post.yml", post)] };
    const before = await everything(client);
    await eraseSubject({ map: both, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
    expect(await everything(client)).toEqual(before.filter((row) => !row.startsWith("public.people 1|")));
    await eraseSubject({ map: both, subject: { platformUserId: "2", platformCompanyId: null }, scope: "person" });
    expect(await everything(client)).toEqual([
      "public.people 3|other@x.example|~",
      "public.watchers 1|{other@x.example}",
    ]);
  });

  it("B: an address that was the person's once and is another account's today takes nothing of that one's", async () => {
    const { map, client } = await fresh(twins(home));
    await client.query(
      `insert into public.letters values (2, 'Other@x.example', 'to the other one'); insert into public.letters values (3, 'gone@x.example', 'to nobody else')`,
    );
    const before = await everything(client);
    const known = new Map([["email", ["other@x.example", "gone@x.example"]]]);
    const subject = { platformUserId: "1", platformCompanyId: null };
    const order = { map, subject, scope: "person" as const, known };
    const foreseen = await previewErasure(order);
    expect(await eraseSubject(order)).toEqual(foreseen);
    expect(await everything(client)).toEqual(before.filter((row) => !/people 1|letters 3/.test(row)));
  });
});
