import { randomUUID } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { collection, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx } from "../context";
import { onFaultPoint } from "../faults";
import { sweepByCommand, type Told } from "./sweep-by-command";

// What `npm run retention:sweep` says, also of a sweep that failed.

const database = testDatabase();
const open = strangerPerTest();
const ctx = systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z"));
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const logs = (name: string) =>
  collection(
    name,
    { retention: "usage", since: "at" },
    { id: ["integer", { pk: true }], mail: ["text", { identity: "email" }], at: "timestamptz" },
  );
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection(
    "people",
    {},
    { id: ["integer", { pk: true }], mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" },
  ),
  logs("visits"),
  logs("watched"),
]);
const table = (name: string) => `create table ${name} (id int primary key, mail text, at timestamptz);
  insert into ${name} values (1, 'a@x.example', '2020-01-01'), (2, 'a@x.example', '2020-01-01'), (3, 'a@x.example', '2026-05-31');`;
const schema = `create table people (id int primary key, mail text, closed timestamptz); ${table("visits")} ${table("watched")}`;
const forbidden = `create function forbid() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
  create trigger forbid before delete on watched for each row execute function forbid();`;

const rowsOf = (told: Told | null) => told?.rows.filter(({ collection }) => /visits|watched/.test(collection));

it("tells of each collection what was done, although another one failed then", async () => {
  const { map: theirs, client } = await open({ schema: schema + forbidden, map });
  const told = await sweepByCommand(ctx, { map: theirs, watch: false });
  expect(rowsOf(told)).toMatchObject([
    { collection: "visits", deleted: 2, "left over": 0, ended: "done" },
    { collection: "watched", deleted: 0, ended: "failed" },
  ]);
  expect(told?.failures).toEqual([
    "theirs.watched: the database refused (P0001): a trigger or function of the platform refused it; let it leave out the login that erases, or set for that login what it asks for (docs/data-map.md#triggers)",
  ]);
  await client.query("drop trigger forbid on public.watched");
  const again = await sweepByCommand(ctx, { map: theirs, watch: false });
  // It goes on where it was, and says what both attempts did.
  expect(rowsOf(again)).toMatchObject([
    { collection: "visits", deleted: 2, ended: "done" },
    { collection: "watched", deleted: 2, ended: "done" },
  ]);
  expect(again?.failures).toEqual([]);
});

it("sweeps by a trial map beside the demo, whose open requests and holds are of ids that no column here can hold", async () => {
  const { map: theirs } = await open({ schema, map });
  const personId = await makePerson({ platformUserId: randomUUID(), platformCompanyId: null });
  const asked = { kind: "correction", message: "Please look at my hours.", idempotencyKey: `k-${personId}` } as const;
  expect((await submitPlainRequest(holderCtx(personId), asked)).ok).toBe(true);
  const told = await sweepByCommand(ctx, { map: theirs, watch: false });
  expect(told?.failures).toEqual([]);
  expect(rowsOf(told)).toMatchObject([
    { collection: "visits", deleted: 2, ended: "done" },
    { collection: "watched", deleted: 2, ended: "done" },
  ]);
});

it("tells what was done and what is left when it ends early", async () => {
  const { map: theirs, client } = await open({ schema, map });
  let batches = 0;
  onFaultPoint(async (name) => {
    if (name !== "retention.deleted" || ++batches !== 2) return;
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
  });
  const told = await sweepByCommand(ctx, { map: theirs, watch: false });
  expect(rowsOf(told)).toMatchObject([
    { collection: "visits", deleted: 2, ended: "done" },
    { collection: "watched", deleted: 0, ended: "not done" },
  ]);
  expect(told?.failures.length).toBe(0);
  expect(told?.error).toBeInstanceOf(Error);
});

it("says what a dry run could not count, and that this is a failure", async () => {
  const { map: theirs, client } = await open({ schema, map });
  await client.query("alter table public.watched rename to gone");
  const told = await sweepByCommand(ctx, { map: theirs, isDryRun: true });
  expect(told?.failures).toEqual(["theirs.watched: there is no table public.watched (any more)"]);
  expect(told?.rows.map(({ ended }) => ended)).toContain("failed");
});

it("names what the rows that are due and stay wait for", async () => {
  const { map: theirs } = await open({
    schema: `${schema} create table measures (id int primary key, visit int references visits on delete set null); insert into measures values (1, 2)`,
    map: map.replace(
      '{"name":"watched"',
      `${JSON.stringify(collection("measures", { scope: "none", ground: "Figures" }, { id: ["integer", { pk: true }], visit: "integer" }))},$&`,
    ),
  });
  for (const isDryRun of [true, false]) {
    const told = await sweepByCommand(ctx, { map: theirs, isDryRun, watch: false });
    expect(rowsOf(told)).toMatchObject([
      { collection: "visits", deleted: 1, waiting: 1, for: "public.measures 1" },
      { collection: "watched", deleted: 2, waiting: 0, for: "" },
    ]);
    expect(told?.waits).toEqual([expect.stringMatching(/^theirs\.visits: .* wait for those of public\.measures/)]);
  }
});
