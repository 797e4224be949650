import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { contents, flat } from "@/test/everything";
import { foreignMap, foreignSchema } from "@/test/foreign-platform";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { parseMap } from "../data-map/parse";
import { closePlatforms } from "../data-map/platform";
import type { DataMap, Scope } from "../data-map/types";
import { newReference } from "../ids";
import { suppress } from "../suppression/suppress";
import { eraseSubject } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

// Two systems that nobody made for this engine, one of which knows no people: only identities lead there.

const trustCenter = testDatabase();
const ctx = systemCtx("test");
let database = "";
let client: pg.Client;
let map: DataMap;

async function open(): Promise<void> {
  const made = await createDatabase();
  database = made.name;
  process.env.CLUB_DATABASE_URL = made.url;
  process.env.NEWSLETTER_DATABASE_URL = made.url;
  client = new pg.Client({ connectionString: made.url });
  await client.connect();
  await client.query(foreignSchema);
  map = { systems: parseMap("club.yml", foreignMap) };
}
async function close(): Promise<void> {
  await client.end();
  await closePlatforms();
  await dropDatabase(database);
}
beforeEach(async () => {
  await emptyList(trustCenter.sql);
  await open();
});
afterEach(close);

const dump = async () => [...flat(await contents(client, "Club Data")), ...flat(await contents(client))];

it.each<Scope>(["person", "company"])("R9: both systems are as the erasure left them (%s scope)", async (scope) => {
  const subject = { platformUserId: "m1", platformCompanyId: "1" };
  const whole = await dump();
  const { identities, marks } = await readBefore(map, subject, scope);
  await suppress(ctx, {
    ...{ reference: newReference(), scope, system: "club", person: "m1", marks, identities },
    company: scope === "company" ? "1" : null,
  });
  await eraseSubject({ map, subject, scope });
  const erased = await dump();
  expect(erased).not.toEqual(whole);
  await close();
  await open();
  expect(await dump()).toEqual(whole);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await dump()).toEqual(erased);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 0, failures: [] });
  expect(await dump()).toEqual(erased);
});

it("R9: the second system alone, brought back, is found by addresses whose account is gone", async () => {
  const subject = { platformUserId: "m1", platformCompanyId: "1" };
  const { identities, marks } = await readBefore(map, subject, "person");
  await suppress(ctx, {
    ...{ reference: newReference(), scope: "person", system: "club", person: "m1", company: null, marks, identities },
  });
  await client.query(`delete from "Club Data"."Member List" where uid = 'm1'`);
  const subscribers = async () =>
    (await client.query("select address from public.subscribers order by 1")).rows.map(({ address }) => address);
  expect(await subscribers()).toEqual(["ME@club.example", "three@club.example"]);
  expect(await replayErasures(ctx, map)).toMatchObject({ found: 1, failures: [] });
  expect(await subscribers()).toEqual(["three@club.example"]);
});
