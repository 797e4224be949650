import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { runSweep } from "./run-sweep";

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

it.each([
  ["stays as an emptied row", "insert into public.notes values (1, 11, '2026-01-01', 'lasting')"],
  ["goes whole", ""],
])("what a trigger writes of an account that ends with a sweep, and %s, ends with it", async (_, more) => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const uid = ["integer", { refs: [from("people.uid")] }] satisfies Parameters<typeof collection>[2][string];
  const usage = { retention: "usage", since: "at" };
  const { map, client } = await open({
    schema: `create table people (nr int primary key, uid int not null unique, mail text, closed timestamptz);
      create table hist (id int primary key generated always as identity, uid int, old text, at timestamptz default now());
      create table notes (id int primary key, uid int not null, at timestamptz not null, words text);
      insert into people values (1, 11, 'zebra@x.example', '2025-01-01'), (2, 22, 'lasting@x.example', null);
      ${more};
      create function public.told() returns trigger language plpgsql as $$
        begin insert into public.hist (uid, old) values (old.uid, old.mail); return null; end $$;
      create trigger told after update or delete on people for each row execute function public.told()`,
    map: mapOf({ person: { collection: "people", id: "uid", email: "mail", closed: "closed" } }, [
      collection("people", {}, { nr: id, uid: "integer", mail: "text", closed: "timestamptz" }),
      collection("hist", { ...usage, written_by_triggers: true }, { id, uid, old: "text", at: "timestamptz" }),
      collection("notes", usage, { id, uid, at: "timestamptz", words: "text" }),
    ]),
  });
  expect(await checked(map)).toEqual([]);
  const now = Temporal.Instant.from("2026-11-28T12:00:00Z");
  await runSweep(
    systemCtx("test", () => now),
    { map, watch: false },
  );
  const left = await everything(client);
  expect(left.filter((row) => row.startsWith("public.hist"))).toEqual([]);
  expect(left.join("\n")).not.toContain("zebra");
  expect(left.filter((row) => row.startsWith("public.people"))).toHaveLength(more ? 2 : 1);
});
