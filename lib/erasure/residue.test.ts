import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

const open = strangerPerTest();
afterEach(async () => {
  vi.restoreAllMocks();
});

const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
const device = ["integer", { refs: [from("devices.id", { if_empty: "person" })] }] satisfies typeof id | unknown[];
const host = ["integer", { refs: [from("devices.id")] }] satisfies typeof id | unknown[];
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection("people", {}, { id, mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" }),
  collection("devices", {}, { id, person: ["integer", { refs: [from("people.id")] }] }),
  collection("events", {}, { id, person: ["integer", { refs: [from("people.id")] }], device, host }),
]);
// Each person has four devices; every other event names only the device, and some were on another one's.
const schema = `
  create table people (id int primary key, mail text, closed timestamptz);
  create table devices (id int primary key, person int not null references people);
  create table events (id int primary key, person int, device int, host int);
  create index on devices (person); create index on events (person); create index on events (device); create index on events (host);
  insert into people select n, 'p' || n || '@x.example' from generate_series(1, 1000) n;
  insert into devices select n, 1 + n % 1000 from generate_series(1, 4000) n;
  insert into events select n, case n % 2 when 0 then 1 + n % 1000 end, 1 + n % 4000, case n % 4 when 0 then 1 + (n + 1) % 4000 end from generate_series(1, 40000) n;`;

async function trial(more = ""): Promise<Opened> {
  const opened = await open({ schema: `${schema} ${more}`, map });
  await opened.client.query("analyze public.people, public.devices, public.events");
  return opened;
}
const erase = ({ map: of }: Opened) =>
  eraseSubject({ map: of, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });

it("what is left of a table that is reached in several ways is searched by an index for each", async () => {
  const system = await trial();
  const plans: string[] = [];
  const ask = pg.Client.prototype.query;
  vi.spyOn(pg.Client.prototype, "query").mockImplementation(async function (this: pg.Client, ...given: unknown[]) {
    const [sql] = given;
    if (/^select count\(\*\)::int as rows from "public"."events"/.test(String(sql))) {
      const { rows } = await Reflect.apply(ask, this, [`explain ${sql}`]);
      plans.push(rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n"));
    }
    return Reflect.apply(ask, this, given);
  } as typeof ask);
  await erase(system);
  expect(plans).not.toEqual([]);
  for (const plan of plans) expect(plan).not.toContain("Seq Scan on events");
});

it("a row that is found in several ways is counted once", async () => {
  // Of three by the person two by the device that was host as well, and one by the device alone.
  const system = await trial(`
    create function stay() returns trigger language plpgsql as 'begin return null; end';
    create trigger stay before delete on events for each row when (old.id < 5) execute function stay();
    update events set person = 1, device = null, host = case id when 1 then null else 1000 end where id < 4;
    update events set person = null, device = 1000, host = null where id = 4`);
  await expect(erase(system)).rejects.toThrow(/events: 4 rows were still found/);
});
