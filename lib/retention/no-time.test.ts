import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { homeSystem } from "../data-map/load";
import type { DataMap } from "../data-map/types";
import { eraseSubject } from "../erasure/erase-subject";
import { readBefore } from "../erasure/read-before";
import { closings } from "./closings";
import { runSweep } from "./run-sweep";

// Times that stand for none: systems without null write the first or the last that they know.

const trustCenter = testDatabase();
const open = strangerPerTest();
const id: ["integer", { pk: true }] = ["integer", { pk: true }];
const ofUser: [string, object] = ["integer", { refs: [from("users.id")] }];
const subject = { platformUserId: "1", platformCompanyId: null };
const now = "2026-06-01T12:00:00Z";

async function sweep(map: DataMap, at = now) {
  await trustCenter.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from(at)),
    { map, watch: false },
  );
}

type Told = [type: string, more: object, none: string, active?: object];
const forms: Told[] = [
  ["integer", { time: "seconds" }, "0"],
  ["integer", { time: "seconds" }, "-1", { field: "closed", is: ["-1", "none"] }],
  ["integer", { time: "seconds", none: [999999999] }, "999999999"],
  ["bigint", { time: "milliseconds" }, "0"],
  ["text", { time: "text" }, "'0000-00-00'"],
  ["text", { time: "text" }, "''"],
  ["text", { time: "text" }, "'9999-12-31'"],
  ["date", {}, "'1900-01-01'"],
  ["timestamp", {}, "'0001-01-01'"],
  ["timestamptz", {}, "'1970-01-01'"],
  ["timestamptz", {}, "'1969-12-31 19:00:00'"],
  ["timestamptz", {}, "'-infinity'"],
  ["timestamptz", {}, "'infinity'"],
  ["timestamptz", {}, "'9999-12-31'"],
  ["timestamptz", { none: ["2001-01-01"] }, "'2001-01-01'"],
];

describe.each(forms)("a closing time of %s %o that is %s", (type, more, none, active) => {
  const platform = {
    schema: `create table users (id int primary key, email text, closed ${type} not null default ${none});
      insert into users values (1, 'zebra@x.example'), (2, 'lasting@x.example');
      create table bills (id int primary key, uid int, sum int); insert into bills values (1, 1, 5), (2, 2, 6);`,
    map: mapOf(
      { person: { collection: "users", id: "id", email: "email", closed: "closed", ...(active ? { active } : {}) } },
      [
        collection("users", {}, { id, email: ["text", { identity: "email", follow: true }], closed: [type, more] }),
        collection(
          "bills",
          { retention: "work-orders", erasure: { action: "keep", ground: "Tax law", until: "work-orders" } },
          { id, uid: ofUser, sum: "integer" },
        ),
      ],
    ),
  };

  it("ends nobody's account, and an erasure writes its own, from which what is kept ends", async () => {
    const { map, client } = await open(platform);
    // A word among others that no such column holds is named, and stands in nobody's way.
    expect(await checked(map)).toEqual(active ? [expect.stringContaining("closed: can never be `none`")] : []);
    const before = await everything(client);
    await sweep(map);
    expect(await everything(client)).toEqual(before);
    expect((await readBefore(map, subject, "person")).accountClosedAt).toBeNull();
    const closedAt = Temporal.Instant.from("2026-05-31T10:00:00.789Z");
    await eraseSubject({ map, subject, scope: "person", closedAt });
    // To the second, from which the receipt counts, or to the day, which counts from its end.
    const closed = type === "date" ? "2026-06-01T00:00:00Z" : "2026-05-31T10:00:00Z";
    expect(String((await closings(homeSystem(map), subject)).person)).toBe(closed);
    await sweep(map, "2026-06-02T12:00:00Z");
    expect((await everything(client)).filter((row) => row.startsWith("public.bills"))).toHaveLength(2);
    await sweep(map, "2034-06-02T12:00:00Z");
    expect((await everything(client)).filter((row) => !before.includes(row))).toEqual([]);
    expect(await everything(client)).toEqual(before.filter((row) => /lasting|bills 2/.test(row)));
  });
});

it.each([
  ["integer", { time: "seconds" }, "0"],
  ["bigint", { time: "milliseconds" }, "0"],
  ["bigint", { time: "milliseconds", none: [1000000000000] }, "1000000000000"],
  ["text", { time: "text" }, "'1970-01-01'"],
  ["date", {}, "'1900-01-01'"],
  ["timestamp", { none: ["2001-01-01"] }, "'2001-01-01'"],
  ["timestamptz", {}, "'1970-01-01'"],
] as Told[])(
  "a row that began at no time (%s %o: %s) is never due, in a partition of old ones either",
  async (type, more, none) => {
    const old = { integer: "1000000001", bigint: "1000000000001" }[type] ?? "'2001-09-09'";
    const { map, client } = await open({
      schema: `create table users (id int primary key, email text, closed timestamptz); insert into users values (1, 'a@x.example', null);
      create table notes (id int, uid int, made ${type}, primary key (id, made)) partition by range (made);
      create table notes_old partition of notes for values from (minvalue) to (${old});
      create table notes_rest partition of notes for values from (${old}) to (maxvalue);
      insert into notes values (1, 1, ${none}), (2, 1, ${old})`,
      map: mapOf({ person: { collection: "users", id: "id", email: "email", closed: "closed" } }, [
        collection("users", {}, { id, email: "text", closed: "timestamptz" }),
        collection(
          "notes",
          { retention: "usage", since: "made" },
          { id, uid: ofUser, made: [type, { pk: true, ...more }] },
        ),
      ]),
    });
    await sweep(map);
    expect((await client.query("select id from public.notes")).rows).toEqual([{ id: 1 }]);
  },
);
