import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject } from "../erasure/erase-subject";
import { onFaultPoint } from "../faults";
import { runSweep } from "./run-sweep";

// A parcel is of an order by tenant and number, and of the tenant by one of the two.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});
const key: [string, { pk: true }] = ["integer", { pk: true }];
const ofPerson: [string, { refs: Record<string, unknown>[] }] = ["integer", { refs: [from("people.id")] }];
const ofOrder = (field: string) => from(`orders.${field}`, { key: "order", role: "mentions" });
const aging = { retention: "usage", since: "made" };

const platform = (known: "map" | "database") => ({
  schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example'), (2, 'b@x.example');
    create table tenants (id int primary key, name text); insert into tenants values (1, 'one');
    create table orders (tenant int, no int, person int, made timestamptz, primary key (tenant, no)); insert into orders values (1, 7, 1, '2020-01-01');
    create table parcels (id int primary key, tenant int ${known === "database" ? "references tenants" : ""}, order_no int, person int, made timestamptz); insert into parcels values (1, 1, 7, 2, '2026-01-01')`,
  map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
    collection(
      "tenants",
      { role: "shared" },
      { id: ["integer", { pk: true, refs: [from("orders.tenant")] }], name: "text" },
    ),
    collection("orders", aging, { tenant: key, no: key, person: ofPerson, made: "timestamptz" }),
    collection("parcels", aging, {
      id: key,
      tenant: [
        "integer",
        { refs: [ofOrder("tenant"), ...(known === "map" ? [from("tenants.id", { role: "mentions" })] : [])] },
      ],
      order_no: ["integer", { refs: [ofOrder("no")] }],
      ...{ person: ofPerson, made: "timestamptz" },
    }),
  ]),
});
const withoutOrder = "public.parcels 1|1|~|2|2026-01-01 00:00:00+00";

it("a sweep takes what goes out of a row that stays, and leaves what holds another link too", async () => {
  const { map, client } = await open(platform("map"));
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
  expect((await everything(client)).filter((row) => /orders|parcels/.test(row))).toEqual([withoutOrder]);
});

it.each(["map", "database"] as const)(
  "an erasure does the same where the %s knows of the other link",
  async (known) => {
    const { map, client } = await open(platform(known));
    await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
    expect((await everything(client)).filter((row) => /orders|parcels/.test(row))).toEqual([withoutOrder]);
  },
);

it("a row that is due waits where a check wants the link to it, or another column, to be set", async () => {
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
      create table orders (id int primary key, person int, made timestamptz); insert into orders values (1, 1, '2020-01-01'), (2, 1, '2020-01-01');
      create table parcels (id int primary key, order_id int, place text, person int, made timestamptz, check (num_nonnulls(order_id, place) = 1));
      insert into parcels values (1, 1, null, 1, '2026-01-01'), (2, null, 'here', 1, '2026-01-01')`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
      collection("orders", aging, { id: key, person: ofPerson, made: "timestamptz" }),
      collection("parcels", aging, {
        ...{ id: key, order_id: ["integer", { refs: [from("orders.id", { role: "mentions" })] }], place: "text" },
        ...{ person: ofPerson, made: "timestamptz" },
      }),
    ]),
  });
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
  expect((await everything(client)).filter((row) => /orders|parcels/.test(row))).toEqual([
    "public.orders 1|1|2020-01-01 00:00:00+00",
    ...["public.parcels 1|1|~|1|2026-01-01 00:00:00+00", "public.parcels 2|~|here|1|2026-01-01 00:00:00+00"],
  ]);
});

describe("of a table whose due rows a sweep moves itself, before it has come to them", () => {
  const people = collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" });
  const notes = { id: key, person: ofPerson, parent: "integer", made: "timestamptz", moved: "boolean" };
  const tree = `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
    create table notes (id int primary key, person int, parent int, made timestamptz, moved boolean);
    insert into notes select n, 1, case when n > 6000 then n - 6000 end, '2020-01-01' from generate_series(1, 30000) n;`;
  const counter = `create function moves() returns trigger language plpgsql as $$ begin
      update public.notes set moved = true where id between (select min(id) from gone) + 6000 and (select max(id) from gone) + 6000; return null; end $$;
    create trigger moves after delete on notes referencing old table as gone for each statement execute function moves()`;

  it.each([
    ["by the links that it cuts", { ...notes, parent: ["integer", { refs: [from("notes.id")] }] }, ""],
    ["by a trigger of what went", notes, counter],
  ] as [string, Parameters<typeof collection>[2], string][])(
    "%s, all go at once, also after two falls",
    async (_, fields, more) => {
      const { map, client, url } = await open({
        schema: tree + more,
        map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
          people,
          collection("notes", aging, fields),
        ]),
      });
      const other = new pg.Client({ connectionString: url }).on("error", () => {});
      await other.connect();
      const left = more ? 0 : 1;
      await other.query(`begin; select 1 from public.notes where id = ${left} for update`);
      const sweep = () =>
        runSweep(
          systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
          { map, watch: false },
        );
      let seen = 0;
      onFaultPoint((at) => {
        if (at === "retention.lasting" && ++seen < 4 && seen > 1) throw new Error("died");
      });
      for (const _time of [1, 2]) await expect(sweep()).rejects.toThrow();
      await sweep();
      await other.end();
      expect((await everything(client)).filter((row) => /notes/.test(row))).toHaveLength(left);
      expect(
        await database.sql`select deleted::int as deleted, left_over::int as left from retention_runs where collection = 'notes'`,
      ).toEqual([{ deleted: 30_000 - left, left }]);
    },
  );
});

it("a chain of 20,000 required links waits for its last row, found in one step, and goes with it", async () => {
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
      create table posts (id int primary key, person int, parent int not null references posts, made timestamptz); create index on posts (parent);
      insert into posts select n, 1, greatest(n - 1, 1), case when n = 20000 then '2026-01-01' else '2020-01-01' end::timestamptz from generate_series(1, 20000) n`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
      collection("posts", aging, {
        ...{ id: key, person: ofPerson, made: "timestamptz" },
        parent: ["integer", { refs: [from("posts.id", { role: "mentions" })] }],
      }),
    ]),
  });
  for (const [at, waiting, left] of [
    ["2026-06-01T12:00:00Z", 19_999, 20_000],
    ["2028-06-01T12:00:00Z", 0, 0],
  ] as const) {
    const done = await runSweep(
      systemCtx("test", () => Temporal.Instant.from(at)),
      { map, watch: false },
    );
    expect(
      await database.sql`select waiting::int as waiting, waiting_for from retention_runs where sweep_id = ${done?.sweepId ?? ""} and collection = 'posts'`,
    ).toEqual([{ waiting, waiting_for: waiting > 0 ? { posts: waiting } : null }]);
    expect((await everything(client)).filter((row) => /posts/.test(row))).toHaveLength(left);
  }
});

it.each(["", "not null"])(
  "a link goes on leading to the newer one of two versions, and is cut, or keeps the last one waiting, once both are due (%s)",
  async (required) => {
    const { map, client } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example');
        create table prices (no int, version int, person int, made timestamptz, primary key (no, version));
        create table lines (id int primary key, person int, price int ${required}, prices int[], made timestamptz);
        insert into prices values (7, 1, 1, '2020-01-01'), (7, 2, 1, '2026-01-01'), (8, 1, 1, '2020-01-01'); insert into lines values (1, 1, 7, '{7,8}', '2030-01-01')`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
        collection("prices", aging, { no: key, version: key, person: ofPerson, made: "timestamptz" }),
        collection("lines", aging, {
          ...{ id: key, person: ofPerson, made: "timestamptz" },
          price: ["integer", { refs: [from("prices.no", { role: "mentions" })] }],
          prices: ["integer[]", { refs: [from("prices.no", { role: "mentions" })] }],
        }),
      ]),
    });
    const rowsAt = async (at: string) => {
      await runSweep(
        systemCtx("test", () => Temporal.Instant.from(at)),
        { map, watch: false },
      );
      return (await everything(client)).filter((row) => /lines|prices/.test(row));
    };
    const newer = "public.prices 7|2|1|2026-01-01 00:00:00+00";
    expect(await rowsAt("2026-06-01T12:00:00Z")).toEqual(["public.lines 1|1|7|{7}|2030-01-01 00:00:00+00", newer]);
    expect(await rowsAt("2028-06-01T12:00:00Z")).toEqual(
      required
        ? ["public.lines 1|1|7|{7}|2030-01-01 00:00:00+00", newer]
        : ["public.lines 1|1|~|{}|2030-01-01 00:00:00+00"],
    );
  },
);

it("a sweep leaves a link by which others know its row, and what it leads to waits", async () => {
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example'), (2, 'b@x.example');
      create table devices (id int primary key, person int, made timestamptz); insert into devices values (5, 1, '2020-01-01'), (6, 1, '2020-01-01');
      create table slots (id int primary key, device int unique, person int, made timestamptz); insert into slots values (7, 5, 1, '2026-01-01');
      create table uses (id int primary key, slot int not null, person int, made timestamptz); insert into uses values (8, 5, 2, '2026-01-01')`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
      collection("devices", aging, { id: key, person: ofPerson, made: "timestamptz" }),
      collection("slots", aging, {
        ...{ id: key, device: ["integer", { refs: [from("devices.id", { role: "mentions" })] }] },
        ...{ person: ofPerson, made: "timestamptz" },
      }),
      collection("uses", aging, {
        ...{ id: key, slot: ["integer", { refs: [from("slots.device", { role: "mentions" })] }] },
        ...{ person: ofPerson, made: "timestamptz" },
      }),
    ]),
  });
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
  expect((await everything(client)).filter((row) => /devices|slots/.test(row))).toEqual([
    "public.devices 5|1|2020-01-01 00:00:00+00",
    "public.slots 7|5|1|2026-01-01 00:00:00+00",
  ]);
});

it("waits for no row that would be found over it alone, where it leads to nobody itself: a guest's message goes, and a member's waits for its file", async () => {
  const { map, client } = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example', null), (2, 'b@x.example', '2026-01-01');
      create table messages (id int primary key, person int, reader int, made timestamptz);
      insert into messages values (1, 1, null, '2020-01-01'), (2, null, 1, '2020-01-01'), (3, 2, null, '2020-01-01');
      create table files (id int primary key, message int, person int); insert into files values (1, 1, null), (2, 2, null), (3, 3, null)`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
      collection("messages", aging, {
        ...{ id: key, person: ofPerson, made: "timestamptz" },
        reader: ["integer", { refs: [from("people.id", { role: "mentions" })] }],
      }),
      collection("files", {}, { id: key, message: ["integer", { refs: [from("messages.id")] }], person: ofPerson }),
    ]),
  });
  for (const at of ["2026-06-01T12:00:00Z", "2026-07-15T12:00:00Z"])
    await runSweep(
      systemCtx("test", () => Temporal.Instant.from(at)),
      { map, watch: false },
    );
  expect((await everything(client)).filter((row) => /messages|files/.test(row))).toEqual([
    "public.files 1|1|~",
    "public.files 2|~|~",
    "public.messages 1|1|~|2020-01-01 00:00:00+00",
  ]);
});

it("a circle of links by which nobody finds them waits for none of its own", async () => {
  const { map, client } = await open({
    schema: `create table firms (id int primary key, closed timestamptz); insert into firms values (1, null);
      create table people (id int primary key, mail text, closed timestamptz, firm int); insert into people values (1, 'a@x.example', null, 1);
      create table notes (id int primary key, reader int, related int[], made timestamptz); insert into notes values (1, null, '{2}', '2020-01-01'), (2, null, '{1}', '2020-01-01');
      create table labels (id int primary key, firm int, note int); insert into labels values (1, 1, null)`,
    map: mapOf(
      {
        person: {
          ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "firm" },
          owner: { field: "id", is: ["1"] },
        },
        company: { collection: "firms", id: "id", closed: "closed" },
      },
      [
        collection("firms", { scope: "company" }, { id: key, closed: "timestamptz" }),
        collection(
          "people",
          { scope: "both", company: "firm" },
          { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz", firm: "integer" },
        ),
        collection("notes", aging, {
          ...{ id: key, made: "timestamptz" },
          reader: ["integer", { refs: [from("people.id", { role: "mentions" })] }],
          related: ["integer[]", { refs: [from("notes.id", { role: "shared" })] }],
        }),
        collection(
          "labels",
          { scope: "company", company: "firm" },
          { id: key, firm: "integer", note: ["integer", { refs: [from("notes.id", { role: "mentions" })] }] },
        ),
      ],
    ),
  });
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
  expect((await everything(client)).filter((row) => /notes/.test(row))).toEqual([]);
});
