import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { checkSystem } from "../data-map/check";
import type { System } from "../data-map/types";
import type { Catalog } from "./catalog";
import { withLinkEnds } from "./link-ends";
import { readErasable } from "./read-erasable";

const open = strangerPerTest();

const others = 120;
const schema = `create extension btree_gist; create schema other;
  create table people (id int primary key, mail text unique);
  create table stays (id int primary key, person int references people, room int check (room > 0), days daterange, exclude using gist (room with =, days with &&));
  do $$ begin for n in 1..${others} loop execute format('create table other.t%s (id int primary key, a int unique, b int references people,
    c text check (length(c) < 9), days daterange, unique (a, b), exclude using gist (a with =, days with &&))', n); end loop; end $$;
  analyze`;
const map = mapOf(
  {
    person: { collection: "people", id: "id", email: "mail" },
    ignore_schemas: [{ name: "other", reason: "Nobody's" }],
  },
  [
    collection("people", {}, { id: ["integer", { pk: true }], mail: "text" }),
    collection(
      "stays",
      {},
      {
        id: ["integer", { pk: true }],
        person: ["integer", { refs: [from("people.id")] }],
        room: "integer",
        days: "daterange",
      },
    ),
  ],
);

it("which end holds each link is told without going through all foreign keys for it", () => {
  let asked = 0;
  const many = 500;
  const foreignKeys = Array.from({ length: many }, (_, at) => ({
    get child() {
      asked++;
      return { schema: "public", name: `child${at}`, columns: ["parent"] };
    },
    parent: { schema: "public", name: `parent${at}`, columns: ["id"] },
  })) as unknown as Catalog["foreignKeys"];
  const names = Array.from({ length: many }, (_, at) => [`child${at}`, `parent${at}`]).flat();
  const system = {
    collections: names.map((name) => ({ name, table: { schema: "public", name } })),
    edges: Array.from({ length: many }, (_, at) => ({
      from: { collection: `parent${at}`, columns: ["id"] },
      to: { collection: `child${at}`, columns: ["parent"] },
      holder: "from",
    })),
  } as unknown as System;
  const { edges } = withLinkEnds(system, { foreignKeys });
  expect(new Set(edges.map(({ holder }) => holder))).toEqual(new Set(["to"]));
  expect(asked).toBeLessThan(10 * many);
});

it("what an erasure reads of the catalogue does not grow faster than the database has tables", async () => {
  const { map: read, client } = await open({ schema, map });
  const [system] = read.systems;
  if (!system) throw new Error("no system was read");
  await client.query("begin");
  await readErasable(client, system);
  // Rows that this transaction read of a table of the catalogue, as a multiple of what stands there.
  const { rows } = await client.query<{ relname: string; times: number }>(
    `select s.relname, round((s.seq_tup_read / greatest(c.reltuples, 100))::numeric, 1)::float8 as times
     from pg_stat_xact_sys_tables s join pg_class c on c.oid = s.relid where s.seq_tup_read > 20 * greatest(c.reltuples, 100)`,
  );
  await client.query("rollback");
  expect(rows).toEqual([]);
  expect(await checkSystem(system)).toEqual([]);
});
