import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { onFaultPoint } from "../faults";
import { runSweep } from "./run-sweep";

// What the platform still writes of an account while a sweep ends it.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
const owner = ["integer", { refs: [from("people.id")] }] satisfies Parameters<typeof collection>[2][string];
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection("people", {}, { id, mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" }),
  collection("events", {}, { id, person: owner }),
]);
const schema = `create table people (id int primary key, mail text, closed timestamptz);
  create table events (id int primary key, person int);
  insert into people values (1, 'zebra@x.example', '2020-01-01'), (2, 'lasting@x.example', null);
  insert into events values (1, 1), (2, 2);`;
const left = ["public.events 2|2", "public.people 2|lasting@x.example|~"];
const sweep = (theirs: Awaited<ReturnType<typeof open>>["map"]) =>
  runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map: theirs, watch: false },
  );
const counted = async () =>
  (
    await database.sql`select collection, accounts::int, deleted::int from retention_runs where system = 'theirs' order by 1`
  ).map(({ collection: name, accounts, deleted }) => [name, accounts, deleted]);

it("goes with it, and is counted", async () => {
  const { map: theirs, client } = await open({ schema, map });
  let written = false;
  onFaultPoint(async (name) => {
    if (name !== "retention.account-noted" || written) return;
    written = true;
    await client.query("insert into public.events values (9, 1)");
  });
  await sweep(theirs);
  expect(await everything(client)).toEqual(left);
  expect(await counted()).toEqual([
    ["events", 1, 2],
    ["people", 1, 1],
  ]);
});

it("is counted once, also when the sweep dies between the two", async () => {
  const { map: theirs, client } = await open({ schema, map });
  let noted = 0;
  onFaultPoint(async (name) => {
    if (name !== "retention.account-noted") return;
    if (++noted === 1) await client.query("insert into public.events values (9, 1)");
    else throw new Error("died");
  });
  await expect(sweep(theirs)).rejects.toThrow("died");
  onFaultPoint();
  await sweep(theirs);
  expect(await counted()).toEqual([
    ["events", 1, 1],
    ["people", 1, 1],
  ]);
});

const doors = mapOf({}, [collection("badges", {}, { id, mail: ["text", { identity: "email" }] })], "doors").replace(
  '"fides_key":"theirs"',
  '"fides_key":"doors"',
);
const both = JSON.stringify({ dataset: [map, doors].flatMap((one) => JSON.parse(one).dataset) });
it.each([
  ["retention.account-found", true],
  ["retention.account-noted", false],
  ["retention.account-lasting", false],
])("of two systems neither loses anything where an account is opened at %s, or both do", async (point, opens) => {
  const { map: theirs, client } = await open({
    schema: `${schema} create schema doors; create table doors.badges (id int primary key, mail text); insert into doors.badges values (7, 'Zebra@x.example')`,
    map: both,
  });
  let opening: Promise<unknown> | undefined;
  onFaultPoint(async (name) => {
    if (name !== point || opening) return;
    opening = client.query("update public.people set closed = null where id = 1");
    if (opens) await opening;
  });
  await sweep(theirs);
  await opening;
  expect(await everything(client)).toEqual(
    opens
      ? ["doors.badges 7|Zebra@x.example", "public.events 1|1", "public.people 1|zebra@x.example|~", ...left].sort()
      : left,
  );
});

const badge =
  "create schema doors; create table doors.badges (id int primary key, mail text); insert into doors.badges values (7, 'Zebra@x.example')";

it("of two systems neither loses anything where the lock on the account was lost and it was opened", async () => {
  const { map: theirs, client } = await open({ schema: `${schema} ${badge}`, map: both });
  const before = await everything(client);
  let isLost = false;
  onFaultPoint(async (name) => {
    if (name !== "retention.account-noted" || isLost) return;
    isLost = true;
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
         and application_name = 'trust center (retention)' and state = 'idle in transaction'`,
    );
    await client.query("update public.people set closed = null where id = 1");
  });
  await expect(sweep(theirs)).rejects.toThrow();
  expect(isLost).toBe(true);
  const opened = (row: string) => (row.startsWith("public.people 1") ? "public.people 1|zebra@x.example|~" : row);
  expect(await everything(client)).toEqual(before.map(opened));
});

it("an account that somebody else has locked is tried again later", async () => {
  const { map: theirs, client } = await open({ schema: `${schema} ${badge}`, map: both });
  await client.query("begin; select from public.people where id = 1 for update");
  await expect(sweep(theirs)).rejects.toBeInstanceOf(ErasurePutOff);
  await client.query("rollback");
  await sweep(theirs);
  expect(await everything(client)).toEqual(left);
});

it("a second system whose triggers change the account does not wait for our own lock on it", async () => {
  const { map: theirs, client } = await open({
    schema: `${schema} ${badge}; alter table people add badges int;
      create function returned() returns trigger language plpgsql as $$ begin
        update public.people set badges = 0 where lower(mail) = lower(old.mail); return old; end $$;
      create trigger returned before delete on doors.badges for each row execute function returned()`,
    map: both,
  });
  await sweep(theirs);
  expect(await everything(client)).toEqual(left.map((row) => (row.startsWith("public.people") ? `${row}|~` : row)));
});
