import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { runSweep } from "./run-sweep";

testDatabase();
const open = strangerPerTest();

it("reads the accounts as often for many collections that end with them as for one", async () => {
  const many = 40;
  const names = Array.from({ length: many }, (_, at) => `notes_${at}`);
  const id: [string, { pk: true }] = ["integer", { pk: true }];
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
      ${names.map((name) => `create table ${name} (id int primary key, person int)`).join("; ")}`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
      ...names.map((name) => collection(name, {}, { id, person: ["integer", { refs: [from("people.id")] }] })),
    ]),
  });
  await runSweep(systemCtx("test"), { map, watch: false });
  // A session's counts are there at the latest when it has ended.
  await expect
    .poll(async () => {
      await client.query("select pg_stat_clear_snapshot()");
      const { rows } = await client.query(
        "select seq_scan::int as n from pg_stat_user_tables where relname = 'people'",
      );
      return rows[0]?.n;
    })
    .toBeGreaterThan(0);
  const { rows } = await client.query("select seq_scan::int as n from pg_stat_user_tables where relname = 'people'");
  expect(rows[0]?.n).toBeLessThan(many / 2);
});
