import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import type { System } from "../data-map/types";
import { startProbe } from "./pace";

let name = "";
afterEach(() => dropDatabase(name));

it("R12 whoever measures readers is not waited for while somebody holds the table that it reads", async () => {
  const made = await createDatabase();
  name = made.name;
  const holder = new pg.Client({ connectionString: made.url });
  await holder.connect();
  await holder.query("create table people (id int primary key); insert into people values (1)");
  const people = { name: "people", table: { schema: "public", name: "people" }, primaryKey: ["id"] };
  const system = { name: "theirs", url: () => made.url, collections: [people], person: null } as unknown as System;
  const probe = await startProbe(system);
  await expect.poll(() => probe.take(), { timeout: 10_000 }).not.toBeNull();
  await holder.query("begin; lock table people in access exclusive mode");
  await sleep(100);
  const stopped = probe.stop().then(() => "stopped");
  expect(await Promise.race([stopped, sleep(3000)])).toBe("stopped");
  await holder.query("rollback");
  await holder.end();
});
