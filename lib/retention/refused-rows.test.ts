import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { runSweep } from "./run-sweep";

// What the platform refuses of single rows keeps no others.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

it.each(["trigger guard before delete", "constraint trigger guard after delete"])(
  "a row whose deletion a %s refuses keeps its neighbours of one batch, no others, and is said until it goes",
  async (trigger) => {
    const { map, client } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz);
      create table events (id int primary key, at timestamptz not null, person int);
      insert into events select n, timestamptz '2020-01-01' + n * interval '1 minute' from generate_series(1, 20000) n;
      create function guard() returns trigger language plpgsql as $$ begin
        if old.id = 3 then raise exception 'not this one'; end if; return old; end $$;
      create ${trigger} on events ${trigger.startsWith("constraint") ? "deferrable initially deferred" : ""} for each row execute function guard(); analyze`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
        collection(
          "events",
          { retention: "usage", since: "at" },
          { id: ["integer", { pk: true }], at: "timestamptz", person: ["integer", { refs: [from("people.id")] }] },
        ),
      ]),
    });
    const at = (hours: number) => systemCtx("test", () => Temporal.Instant.from("2035-01-01T00:00:00Z").add({ hours }));
    const left = async () => (await client.query("select count(*)::int as n from public.events")).rows[0].n;
    for (const hours of [0, 1]) {
      await expect(runSweep(at(hours), { map, watch: false })).rejects.toThrow(
        /events: the database refused \(P0001\)/,
      );
      expect(await left()).toBeLessThan(20000 / 2);
      expect(await left()).toBeGreaterThan(0);
    }
    const [run] =
      await database.sql`select deleted::int, left_over::int, failure from retention_runs where collection = 'events'`;
    expect(run).toMatchObject({ deleted: 20000 - (await left()), left_over: await left() });
    await client.query("drop trigger guard on public.events");
    await runSweep(at(2), { map, watch: false });
    expect(await left()).toBe(0);
    const [done] =
      await database.sql`select deleted::int, left_over::int, failure from retention_runs where collection = 'events'`;
    expect(done).toEqual({ deleted: 20000, left_over: 0, failure: null });
  },
);

it.each(["trigger guard before update", "constraint trigger guard after update"])(
  "a row whose field a %s refuses to empty keeps its neighbours of one batch, and no others",
  async (trigger) => {
    const { map, client } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz, made timestamptz not null, ip text);
      insert into people select n, n || '@x.example', null, timestamptz '2020-01-01' + n * interval '1 minute', 'ip' from generate_series(1, 20000) n;
      create function guard() returns trigger language plpgsql as $$ begin
        if old.id = 3 then raise exception 'not this one'; end if; return new; end $$;
      create ${trigger} on people ${trigger.startsWith("constraint") ? "deferrable initially deferred" : ""} for each row execute function guard(); analyze`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection(
          "people",
          { since: "made" },
          {
            ...{ id: ["integer", { pk: true }], mail: "text", closed: "timestamptz", made: "timestamptz" },
            ip: ["text", { retention: "usage" }],
          },
        ),
      ]),
    });
    const at = (hours: number) => systemCtx("test", () => Temporal.Instant.from("2035-01-01T00:00:00Z").add({ hours }));
    const left = async () =>
      (await client.query("select count(*)::int as n from public.people where ip is not null")).rows[0].n;
    await expect(runSweep(at(0), { map, watch: false })).rejects.toThrow(/people: the database refused \(P0001\)/);
    expect(await left()).toBeLessThan(20000 / 2);
    expect(await left()).toBeGreaterThan(0);
    const run = async () =>
      (
        await database.sql`select emptied::int, left_over::int, failure from retention_runs where collection = 'people' and rule = 'usage'`
      )[0];
    expect(await run()).toMatchObject({ emptied: 20000 - (await left()), left_over: await left() });
    await client.query("drop trigger guard on public.people");
    await runSweep(at(1), { map, watch: false });
    expect(await left()).toBe(0);
  },
);

const marks = "create function marks() returns trigger language plpgsql as $$ begin";
const onEach = "create trigger marks before delete on events for each row execute function marks()";
it.each([
  ["a trigger that returns null", `${marks} if old.locked then return null; end if; return old; end $$; ${onEach}`],
  [
    "a trigger that marks rows instead",
    `${marks} if not old.locked then return old; end if; update public.events set hidden = true where id = old.id; return null; end $$; ${onEach}`,
  ],
  [
    "a rule that marks rows instead",
    "create rule marks as on delete to events where old.locked do instead update events set hidden = true where id = old.id",
  ],
  [
    "a trigger, in a circle of rows",
    `alter table events add next int; update events set next = id; alter table events alter next set not null, add foreign key (next) references events;
     ${marks} if old.locked then return null; end if; return old; end $$; ${onEach}`,
  ],
])("what %s keeps back is left over, and not deleted", async (kind, sql) => {
  const circle: Parameters<typeof collection>[2] = kind.endsWith("circle of rows")
    ? { next: ["integer", { refs: [to("events.id", { role: "mentions" })] }] }
    : {};
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
      create table events (id int primary key, at timestamptz, person int, locked boolean, hidden boolean);
      insert into events select n, '2020-01-01', null, n % 100 = 0 from generate_series(1, 1000) n; ${sql}; analyze`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: ["integer", { pk: true }], mail: "text", closed: "timestamptz" }),
      collection(
        "events",
        { retention: "usage", since: "at" },
        {
          ...{ id: ["integer", { pk: true }], at: "timestamptz", locked: "boolean", hidden: "boolean", ...circle },
          person: ["integer", { refs: [from("people.id")] }],
        },
      ),
    ]),
  });
  for (const [hour, deleted] of [
    [1, 990],
    [2, 0],
  ] as const) {
    await database.sql`truncate retention_sweeps cascade`;
    const ctx = systemCtx("test", () => Temporal.Instant.from("2035-01-01T00:00:00Z").add({ hours: hour }));
    await runSweep(ctx, { map, watch: false });
    const [run] = await database.sql`
      select deleted::int, left_over::int, waiting::int, held::int from retention_runs where collection = 'events'`;
    expect(run).toEqual({ deleted, left_over: 10, waiting: 0, held: 0 });
  }
  expect((await client.query("select 1 from public.events")).rowCount).toBe(10);
});
