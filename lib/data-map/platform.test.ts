import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { closePlatforms, withSnapshot } from "./platform";
import type { System } from "./types";

let name = "";
afterEach(async () => {
  await closePlatforms();
  await dropDatabase(name);
});

it("R12 a platform that goes away between two statements fails the work, never the process; the next work gets through", async () => {
  const made = await createDatabase();
  name = made.name;
  const system = { name: "theirs", url: () => made.url } as System;
  await expect(
    withSnapshot(system, async (client) => {
      const { rows } = await client.query("select pg_backend_pid() as pid");
      // The end comes to a connection that waits for no answer.
      await withSnapshot(system, (other) => other.query(`select pg_terminate_backend(${rows[0].pid})`));
      await sleep(200);
      return client.query("select 1");
    }),
  ).rejects.toThrow(/not queryable/);
  expect((await withSnapshot(system, (client) => client.query("select 1 as one"))).rows).toEqual([{ one: 1 }]);
});
