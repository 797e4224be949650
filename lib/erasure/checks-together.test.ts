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
        constraint whole check ((hour is null) = (until is null)), constraint set_for check (num_nonnulls(set_by, place) > 0));
      insert into watches values (1, 2, 'lasting', 1, 1, 2), (2, 1, 'zebra', 2, 1, 2)`,
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
          until: "integer",
        },
      ),
    ]),
  });
}
const kept: Fields = {
  person: ["integer", { refs: [from("people.id")], erasure: "keep" }],
  place: ["text", { erasure: "keep" }],
  state: ["text", { erasure: { fixed: "open" } }],
};

describe("a check of several columns", () => {
  it("that emptied rows, a rule of the map or a cut link would break is named, and else nothing", async () => {
    const opened = await trial({}, { watch: { erasure: "clear" } });
    expect(await checked(opened.map)).toEqual([]);
    await opened.client.query("update public.watches set place = null where id = 1");
    expect((await checkedErasing(opened)).map((line) => line.replace(/;.*/, ""))).toEqual([
      "theirs.alarms: what an emptied row holds breaks its check of_one (person, place)",
      "theirs.alarms: what an emptied row holds breaks its check sent_at (state, sent)",
      "theirs.watches: what the map makes of a row that stays breaks its check whole (hour, until)",
      "theirs.watches: a row from which set_by is cut breaks its check set_for (place, set_by)",
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
    expect(after.filter((row) => row.startsWith("public.watches 1"))).toEqual(["public.watches 1|2|lasting|~|1|2"]);
  });

  it("of a table without rows that it could break is not asked", async () => {
    const opened = await trial({}, { watch: { erasure: "clear" } });
    await opened.client.query("delete from public.notes; delete from public.alarms; delete from public.watches");
    expect(await checkedErasing(opened)).toEqual([]);
  });
});
