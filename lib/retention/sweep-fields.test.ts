import { afterEach, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { collection, mapOf, type Stranger } from "@/test/strangers/shape";
import { checked, type Opened, open } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { runSweep } from "./run-sweep";

// A field may be kept for less long than its row.

const database = testDatabase();
let name = "";
let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  await dropDatabase(name);
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const schema = `
  create table people (id int primary key, mail text, closed timestamptz, made timestamptz, last_ip inet, born date, code text not null default 'x', note text);
  insert into people values (1, 'a@x.example', null, '2024-06-01T12:00:00Z', '10.0.0.1', '1980-05-17', 'abcdef', 'n'),
    (2, 'b@x.example', null, '2024-06-01T12:00:01Z', '10.0.0.2', '1981-06-18', 'ghijkl', 'n'), (3, 'c@x.example', null, '2020-01-01', null, null, 'mnopqr', 'n');
`;
type Fields = Parameters<typeof collection>[2];
const mapWith = (more: Fields) =>
  mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection(
      "people",
      { since: "made" },
      {
        ...{ id: ["integer", { pk: true }], mail: "text", closed: "timestamptz", made: "timestamptz" },
        ...{ last_ip: "inet", born: "date", code: "text", note: "text" },
        ...more,
      },
    ),
  ]);
async function trial(more: Fields): Promise<Opened> {
  const made = await createDatabase();
  name = made.name;
  opened = await open({ name: "", person: "1", schema, map: mapWith(more) } satisfies Stranger, made.url);
  return opened;
}
const sweep = (map: Opened["map"]) =>
  runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
const runs = (sweepId = "") =>
  database.sql`select rule, collection, emptied::int as emptied, deleted::int as deleted from retention_runs where sweep_id = ${sweepId} and system = 'theirs' order by rule`;

describe("fields with a class of their own", () => {
  const own: Fields = {
    last_ip: ["inet", { retention: "usage" }],
    born: ["date", { retention: "usage", erasure: "year" }],
    code: ["text", { retention: "usage", erasure: { first: 2 } }],
  };

  it("lose their values on time, once, and the rows stay", async () => {
    const { map, client } = await trial(own);
    expect(await checked(map)).toEqual([]);
    const first = await sweep(map);
    expect(await runs(first?.sweepId)).toContainEqual({ rule: "usage", collection: "people", emptied: 2, deleted: 0 });
    const { rows } = await client.query(
      "select id, host(last_ip) as ip, born::text, code, note from public.people order by id",
    );
    expect(rows).toEqual([
      { id: 1, ip: null, born: "1980-01-01", code: "ab", note: "n" },
      { id: 2, ip: "10.0.0.2", born: "1981-06-18", code: "ghijkl", note: "n" },
      { id: 3, ip: null, born: null, code: "mn", note: "n" },
    ]);
    const places = async () => (await client.query("select ctid::text from public.people order by id")).rows;
    const before = await places();
    const again = await sweep(map);
    expect(await runs(again?.sweepId)).toContainEqual({ rule: "usage", collection: "people", emptied: 0, deleted: 0 });
    expect(await places()).toEqual(before);
  });

  it.each<[string, Fields, RegExp]>([
    [
      "that counts from an account's closing",
      { last_ip: ["inet", { retention: "work-orders" }] },
      /field last_ip: work-orders counts from an account's closing/,
    ],
  ])("%s are named by the check", async (_, more, message) => {
    const { map } = await trial(more);
    expect((await checked(map)).join()).toMatch(message);
  });

  it("that cannot be empty, with nothing said of what they become, stop that rule and say so", async () => {
    const { map, client } = await trial({
      code: ["text", { retention: "usage" }],
      last_ip: ["inet", { retention: "usage" }],
    });
    await expect(sweep(map)).rejects.toThrow(/theirs\.people\.code: has a retention of its own \(usage\)/);
    expect((await client.query("select code from public.people where id = 1")).rows).toEqual([{ code: "abcdef" }]);
  });
});
