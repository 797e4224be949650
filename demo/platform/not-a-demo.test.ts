import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { createPlatform } from "./create";

// Whoever tries the trust center out on a platform of theirs may set TRUST_CENTER_MODE=demo beside its address.

let made: { name: string; url: string };
let client: pg.Client;
beforeEach(async () => {
  made = await createDatabase();
  client = new pg.Client({ connectionString: made.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await dropDatabase(made.name);
});

it.each([
  [
    "a table of versions such as many have",
    "create table schema_versions (version integer); insert into schema_versions values (7)",
  ],
  [
    "users of its own",
    "create table users (id integer, email text); insert into users values (1, 'ada@real-company.test')",
  ],
  ["everything in a schema of its own", "create schema school; create table school.pupils (id integer)"],
])("touches no database that is somebody's: with %s", async (_what, schema) => {
  await client.query(`${schema}; create table if not exists pupils (id integer); insert into pupils values (1)`);
  await expect(createPlatform(made.url)).rejects.toMatchObject({
    ...{ name: "EnvError", message: expect.stringContaining("PLATFORM_DATABASE_URL") },
  });
  expect((await client.query("select * from pupils")).rows).toEqual([{ id: 1 }]);
  expect((await client.query("select to_regclass('public.work_orders') as orders")).rows).toEqual([{ orders: null }]);
});

it("touches none with the demo's tables and other people, of whatever version", async () => {
  await createPlatform(made.url);
  await client.query("update users set email = 'somebody-' || id || '@real-company.test'");
  for (const older of [false, true]) {
    if (older) await client.query("delete from schema_versions");
    await expect(createPlatform(made.url)).rejects.toMatchObject({ name: "EnvError" });
  }
  expect((await client.query("select id from users")).rows.length).toBeGreaterThan(10);
});
