import { describe, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "./erase-subject";

// Checks of several columns: that one of two parents is set, that a state has its time. The check names those that an erasure would break.

const open = strangerPerTest();
const subject = { platformUserId: "1", platformCompanyId: null };
type Fields = Parameters<typeof collection>[2];
const id: Fields[string] = ["integer", { pk: true }];
const mentions = { role: "mentions" };

/**
 * Alarms of a person or a place, each in a state, which notes of others point at; a watch is kept, and names who set it.
 * @param alarms how the first two of their columns are mapped
 */
function trial(alarms: Fields, { watch = {}, setBy = {} } = {}) {
  return open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
      insert into people values (1, 'zebra@x.example', null), (2, 'lasting@x.example', null);
      create table alarms (id int primary key, person int references people, place text, state text not null, sent timestamptz,
        tone text, check (length(tone) < 99), constraint of_one check (num_nonnulls(person, place) = 1), constraint sent_at check ((state = 'open') = (sent is null)));
      insert into alarms values (1, 1, null, 'sent', '2026-01-01', 'zebra'), (2, 2, null, 'open', null, 'lasting');
      create table notes (id int primary key, alarm int not null references alarms, person int references people);
      insert into notes values (1, 1, 2), (2, 2, 2);
      create table watches (id int primary key, person int references people, place text, set_by int references people, hour int, until int,
        constraint whole check ((hour is null) = (until is null)), set_at timestamptz, constraint set_when check ((set_by is null) = (set_at is null)));
      insert into watches values (1, 2, 'lasting', null, 1, 2, null), (2, 1, 'zebra', null, 1, 2, null)`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
      collection(
        "alarms",
        {},
        {
          ...{ id, person: ["integer", { refs: [from("people.id")] }], place: "text" },
          ...{ state: "text", sent: "timestamptz", tone: "text", ...alarms },
        },
      ),
      collection(
        "notes",
        {},
        {
          ...{ id, alarm: ["integer", { refs: [from("alarms.id", { role: "owner" })] }] },
          person: ["integer", { refs: [from("people.id")] }],
        },
      ),
      collection(
        "watches",
        { erasure: { action: "keep", ground: "Tax law", until: "account" } },
        {
          ...{ id, person: ["integer", { refs: [from("people.id")] }], place: "text" },
          ...{ set_by: ["integer", { ...setBy, refs: [from("people.id", mentions)] }], hour: ["integer", watch] },
          ...{ until: "integer", set_at: "timestamptz" },
        },
      ),
    ]),
  });
}
const kept: Fields = { state: ["text", { erasure: { fixed: "open" } }] };

describe("a check of several columns", () => {
  it("that emptied rows, a rule of the map or a cut link would break is named, and else nothing", async () => {
    const opened = await trial({}, { watch: { erasure: "clear" } });
    expect(await checked(opened.map)).toEqual([]);
    await opened.client.query("update public.watches set set_by = 1, set_at = now() where id = 1");
    expect((await checkedErasing(opened)).map((line) => line.replace(/;.*/, ""))).toEqual([
      "theirs.alarms: what an emptied row holds breaks its check sent_at (state, sent)",
      "theirs.watches: what the map makes of a row that stays breaks its check whole (hour, until)",
      "theirs.watches: a row from which set_by is cut breaks its check set_when (set_by, set_at)",
    ]);
    const before = await everything(opened.client);
    await expect(eraseSubject({ map: opened.map, subject, scope: "person" })).rejects.toThrow(/check constraint/);
    expect(await everything(opened.client)).toEqual(before);
  });

  it("is kept where the map says what becomes of one of its columns", async () => {
    const opened = await trial(kept);
    expect(await checkedErasing(opened)).toEqual([]);
    await eraseSubject({ map: opened.map, subject, scope: "person" });
    const after = await everything(opened.client);
    expect(after.filter((row) => row.startsWith("public.alarms 1"))).toEqual(["public.alarms 1|1|~|open|~|~"]);
    expect(after).toContain("public.watches 1|2|lasting|~|1|2|~");
  });

  it("of a table without rows that it could break is not asked", async () => {
    const opened = await trial({}, { watch: { erasure: "clear" } });
    await opened.client.query("delete from public.notes; delete from public.alarms; delete from public.watches");
    expect(await checkedErasing(opened)).toEqual([]);
  });
});

describe("a check that wants one of several columns to be set", () => {
  it("leaves such a link, and what it leads to as an empty row, and no second column is set beside it", async () => {
    const { map, client, url } = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); create table teams (id int primary key, name text);
        insert into people values (1, 'zebra@x.example', null), (2, 'lasting@x.example', null); insert into teams values (1, 'lasting');
        create table rights (id int primary key, person int references people, team int references teams, flat int, share int,
          check (num_nonnulls(person, team) = 1), check ((flat is null) <> (share is null)));
        insert into rights values (1, 1, null, 7, null), (2, null, 1, 8, null), (3, 2, null, null, 9);
        create table uses (id int primary key, right_ int not null references rights, person int references people); insert into uses values (1, 1, 2);
        create table asks (id int primary key, words text, person int references people, guest text, check (person is not null or guest is not null));
        insert into asks values (1, 'lasting', 1, null), (2, 'lasting', 2, null)`,
      map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
        collection("people", {}, { id, mail: "text", closed: "timestamptz" }),
        collection("teams", { scope: "none", ground: "Nobody's" }, { id, name: "text" }),
        collection(
          "rights",
          {},
          {
            ...{ id, person: ["integer", { refs: [from("people.id")] }], team: "integer" },
            ...{ flat: "integer", share: "integer" },
          },
        ),
        collection(
          "uses",
          {},
          {
            ...{ id, right_: ["integer", { refs: [from("rights.id", { role: "owner" })] }] },
            person: ["integer", { refs: [from("people.id")] }],
          },
        ),
        collection(
          "asks",
          { role: "mentions" },
          { id, words: "text", person: ["integer", { refs: [from("people.id")] }], guest: "text" },
        ),
      ]),
    });
    expect(await checked(map)).toEqual([]);
    expect(await checkedErasing({ map, url })).toEqual([]);
    await eraseSubject({ map, subject, scope: "person" });
    const after = await everything(client);
    expect(after.filter((row) => /rights|asks|people 1/.test(row)).map((row) => row.replace(/\|2026.*/, ""))).toEqual([
      ...["public.asks 1|lasting|1|~", "public.asks 2|lasting|2|~", "public.people 1|~"],
      ...["public.rights 1|1|~|0|~", "public.rights 2|~|1|8|~", "public.rights 3|2|~|~|9"],
    ]);
  });
});
