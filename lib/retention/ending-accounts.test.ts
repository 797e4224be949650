import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { parseMap } from "../data-map/parse";
import { onFaultPoint } from "../faults";
import { runSweep, SweepRefused } from "./run-sweep";

// One account after the other, on platforms that refuse some, or that let nobody lock them.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

type Column = Parameters<typeof collection>[2][string];
const id = ["integer", { pk: true }] satisfies Column;
const ofPerson = ["integer", { refs: [from("people.id")] }] satisfies Column;
const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
const sweep = ({ map }: Pick<Opened, "map">) =>
  runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );

describe("an account that the database refuses", () => {
  const refusing = (code: string) =>
    open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); create table notes (id int primary key, person int, words text);
        insert into people values (1, 'a@x.example', '2026-01-01'), (2, 'b@x.example', '2026-01-01'), (3, 'lasting@x.example', null);
        insert into notes values (1, 1, 'locked'), (2, 2, 'b'), (3, 3, 'lasting');
        create function guard() returns trigger language plpgsql as $$ begin if old.words = 'locked' then raise exception 'no' using errcode = '${code}'; end if; return old; end $$;
        create trigger guard before delete on notes for each row execute function guard()`,
      map: mapOf({ person }, [
        collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
        collection("notes", {}, { id, person: ofPerson, words: "text" }),
      ]),
    });
  const people = async ({ client }: Opened) =>
    (await everything(client)).filter((row) => /people/.test(row)).map((row) => row.split(/[ |]/)[1]);

  it.each(["P0001", "42501", "22P02", "22003", "22008"])("by %s stays, is said, and stops no other", async (code) => {
    const platform = await refusing(code);
    await expect(sweep(platform)).rejects.toThrow(SweepRefused);
    expect(await people(platform)).toEqual(["1", "3"]);
    const [run] = await database.sql`select failure from retention_runs where collection = 'notes'`;
    expect(run?.failure).toBe(
      `theirs: the database refused (${code}) at notes: a trigger or function of the platform refused it; let it leave out the login that erases, or set for that login what it asks for (docs/data-map.md#triggers)`,
    );
    expect(await database.sql`select 1 from retention_canaries`).not.toHaveLength(0);
  });

  it("in another system stays, and is said of that one", async () => {
    const guard = "raise exception 'no'; return old";
    const { map, client } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); create schema post; create table post.cards (id int primary key, mail text);
        insert into people values (1, 'a@x.example', '2026-01-01'); insert into post.cards values (1, 'a@x.example');
        create function guard() returns trigger language plpgsql as $$ begin ${guard}; end $$;
        create trigger guard before delete on post.cards for each row execute function guard()`,
      map: mapOf({ person, ignore_schemas: [{ name: "post", reason: "The other map's" }] }, [
        collection("people", {}, { id, mail: ["text", { identity: "email", follow: true }], closed: "timestamptz" }),
      ]),
    });
    const post = mapOf(
      { ignore_schemas: [{ name: "public", reason: "The other map's" }] },
      [collection("cards", {}, { id, mail: ["text", { identity: "email" }] })],
      "post",
    ).replace('"theirs"', '"post"');
    const both = { systems: [...map.systems, ...parseMap("post.yml", post)] };
    await expect(sweep({ map: both })).rejects.toThrow(/^post: the database refused/);
    expect((await everything(client)).filter((row) => row.includes("a@x.example"))).toHaveLength(2);
  });

  it("since it went down ends the sweep, which is tried again", async () => {
    const platform = await refusing("57P01");
    await expect(sweep(platform)).rejects.not.toThrow(SweepRefused);
    const [row] = await database.sql`select failure, finished_at from retention_sweeps`;
    expect(row).toMatchObject({ failure: "It ended early (57P01).", finished_at: null });
  });
});

describe("people who are a view", () => {
  const mail = ["text", { identity: "email", correct: "never", follow: true }] satisfies Column;
  const tables = `create table accounts (id int primary key, mail text); create table states (id int, closed timestamptz);
    insert into accounts values (1, 'zebra@x.example'), (2, 'lasting@x.example'); insert into states values (1, '2026-01-01'), (2, null);`;
  const grouped =
    "create view people as select a.id, a.mail, max(s.closed) as closed from accounts a left join states s on s.id = a.id group by a.id";
  const map = (eraser = {}) =>
    mapOf({ person, ...eraser }, [
      collection("people", {}, { id, mail, closed: "timestamptz" }),
      collection("accounts", {}, { id: ["integer", { pk: true, refs: [from("people.id")] }], mail: "text" }),
      collection("states", {}, { id: ofPerson, closed: "timestamptz" }),
    ]);
  const lasting = ["public.accounts 2|lasting@x.example", "public.states 2|~"];

  it("that takes the last of several closings end like others", async () => {
    const platform = await open({ schema: tables + grouped, map: map() });
    expect([...(await checked(platform.map)), ...(await checkedErasing(platform))]).toEqual([]);
    await sweep(platform);
    expect(await everything(platform.client)).toEqual(lasting);
  });

  it("that the login may only read end like others", async () => {
    const platform = await open({
      schema: `${tables} create view people as select a.id, a.mail, s.closed from accounts a join states s on s.id = a.id;
        do $$ begin if not exists (select 1 from pg_roles where rolname = 'view_eraser') then create role view_eraser login password 'x'; end if; end $$;
        grant select on people to view_eraser; grant select, update, delete on accounts, states to view_eraser`,
      map: map({ eraser: { connection: "VIEW_ERASER_DATABASE_URL" } }),
    });
    const url = Object.assign(new URL(platform.url), { username: "view_eraser", password: "x" }).toString();
    process.env.VIEW_ERASER_DATABASE_URL = url;
    expect([...(await checked(platform.map)), ...(await checkedErasing({ map: platform.map, url }))]).toEqual([]);
    await sweep(platform);
    expect(await everything(platform.client)).toEqual(lasting);
  });

  it("and are opened again while the sweep is at it keep everything", async () => {
    // Where the closing lies in no row that goes.
    const platform = await open({
      schema: `${tables} create table opened (id int); create view people as
        select a.id, a.mail, case when count(o.id) = 0 then max(s.closed) end as closed
        from accounts a left join states s on s.id = a.id left join opened o on o.id = a.id group by a.id`,
      map: map(),
    });
    onFaultPoint(async (point) => {
      if (point === "retention.account-noted") await platform.client.query("insert into public.opened values (1)");
    });
    await sweep(platform);
    expect((await everything(platform.client)).filter((row) => /zebra/.test(row))).toHaveLength(1);
    expect(await database.sql`select 1 from retention_closures`).toHaveLength(0);
  });
});
