import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { collection, mapOf } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import type { KeptBack } from "../data-map/held";
import { onFaultPoint } from "../faults";
import { newId } from "../ids";
import { beginSweep, endSweep } from "./ledger";
import { previewSweep, startPreview } from "./preview-sweep";
import { runSweep } from "./run-sweep";
import { sweepSystem } from "./sweep-system";

// A field may be kept for less long than its row.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  onFaultPoint();
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
async function trial(more: Fields, filled = schema): Promise<Opened> {
  return open({ schema: filled, map: mapWith(more) });
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

  it.each<[string, Fields, RegExp]>([
    [
      "from which the age of their rows counts",
      { made: ["timestamptz", { retention: "usage", erasure: "year" }] },
      /field made: the age of its rows counts from it \(trust\.since\)/,
    ],
    [
      "by which their account is closed",
      { closed: ["timestamptz", { retention: "usage" }] },
      /field closed: the map decides by it whose a row is, or what somebody may/,
    ],
    [
      "by which their rows are known",
      { code: ["text", { retention: "usage", pk: true }] },
      /field code: its rows are known by it/,
    ],
  ])("%s are named by the check, and a sweep leaves them alone and says so", async (_, more, message) => {
    const { map, client } = await trial(more);
    expect((await checked(map)).join()).toMatch(message);
    const before = await everything(client);
    await expect(sweep(map)).rejects.toThrow(message);
    expect(await everything(client)).toEqual(before);
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

/** Four partitions, so four batches, of ten due rows each; of each ten, two are held. */
const parts = `
  create table people (id int, mail text, closed timestamptz, made timestamptz, last_ip inet, born date, code text, note text) partition by range (id);
  ${[0, 1, 2, 3].map((n) => `create table people_${n} partition of people for values from (${n * 10}) to (${n * 10 + 10});`).join("\n")}
  insert into people select n, 'p' || n || '@x.example', null, case when n % 10 < 2 then '2020-02-02' else '2020-01-01' end::timestamptz, '10.0.0.1' from generate_series(0, 39) n;
`;
const heldRows: KeptBack = {
  ...{ of: null, system: null, collection: null },
  ...{ from: Temporal.Instant.from("2020-02-01T00:00:00Z"), until: null },
};
const usage = { name: "usage" as const, label: "Usage", period: "P2Y", from: "creation" as const };
const ownIp: Fields = { last_ip: ["inet", { retention: "usage" }] };

describe("fields in many batches", () => {
  it.each(
    ["retention.noted", "retention.lasting"].flatMap((point) => [1, 2, 4].map((nth): [string, number] => [point, nth])),
  )("H1: a sweep that dies at %s, the %ith time, counts each row once", async (point, nth) => {
    const { map, client } = await trial(ownIp, parts);
    const [system] = map.systems;
    if (!system) throw new Error("no system");
    // Somebody else has a row locked all the while.
    const other = new pg.Client({ connectionString: process.env.STRANGER_DATABASE_URL });
    await other.connect();
    await other.query("begin; select 1 from public.people where id = 9 for update");
    const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z"));
    const options = { kept: async () => [heldRows], zone: "UTC", rules: [usage], watch: false };
    let seen = 0;
    onFaultPoint((at) => {
      if (at === point && ++seen === nth) throw new Error("died");
    });
    for (const died of [true, false]) {
      const one = await beginSweep(ctx);
      if (!one) throw new Error("no sweep");
      expect(await sweepSystem(ctx, one, system, options)).toHaveLength(died ? 1 : 0);
      if (died) await endSweep(ctx, one, "died");
    }
    await other.end();
    const found = await database.sql`
      select emptied::int as emptied, held::int as held, left_over::int as left from retention_runs`;
    expect(found).toEqual([{ emptied: 31, held: 8, left: 1 }]);
    const { rows } = await client.query("select id from public.people where last_ip is not null order by id");
    expect(rows.map(({ id }) => id)).toEqual([0, 1, 9, 10, 11, 20, 21, 30, 31]);
  });

  it("counts nothing as held that is not any more, when another attempt finds no row", async () => {
    const { map, client } = await trial(ownIp, parts);
    const [system] = map.systems;
    const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z"));
    const options = { kept: async () => [heldRows], zone: "UTC", rules: [usage], watch: false };
    onFaultPoint((at) => {
      if (at === "retention.lasting") throw new Error("died");
    });
    for (const died of [true, false]) {
      const one = await beginSweep(ctx);
      if (!one || !system) throw new Error("no sweep");
      expect(await sweepSystem(ctx, one, system, options)).toHaveLength(died ? 1 : 0);
      if (died) await endSweep(ctx, one, "died");
      onFaultPoint();
      await client.query("truncate public.people");
    }
    expect(await database.sql`select emptied::int as emptied, held::int as held from retention_runs`).toEqual([
      { emptied: 8, held: 0 },
    ]);
  });

  it("a dry run says of held rows that they stay, as the sweep then does", async () => {
    const { map } = await trial(ownIp, parts);
    const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
    await database.sql`
      insert into legal_holds (id, scope, system, collection, from_at, ground, note, requested_by, requested_at, set_by, set_at)
      values (${newId()}, 'collection', 'theirs', 'people', '2020-02-01', 'legal-claim', '\\x00', ${one.staffId}, '2026-05-01', ${two.staffId}, '2026-05-01')`;
    const preview = await startPreview(systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")));
    await previewSweep(systemCtx("test"), { sweepId: preview?.id ?? "" }, { map });
    const done = await sweep(map);
    for (const id of [preview?.id ?? "", done?.sweepId ?? ""])
      expect(
        await database.sql`select emptied::int as emptied, held::int as held from retention_runs
                           where sweep_id = ${id} and system = 'theirs' and rule = 'usage'`,
      ).toEqual([{ emptied: 32, held: 8 }]);
  });
});
