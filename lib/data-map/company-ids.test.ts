import { expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { checked, everything, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject } from "../erasure/erase-subject";
import { companyMembers } from "./company-members";
import { findPlatformPerson } from "./find-platform-person";
import { homeSystem } from "./load";
import { parseMap } from "./parse";

const open = strangerPerTest();
const id: [string, { pk: true }] = ["integer", { pk: true }];
const trust = {
  person: {
    ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "firm" },
    owner: { field: "boss", is: ["true"] },
  },
  company: { collection: "firms", id: "id", name: "name", closed: "closed" },
};
const mapWith = (firm: string, key: string, more: unknown[] = []) =>
  mapOf(trust, [
    collection("firms", { scope: "company" }, { id: [key, { pk: true }], name: "text", closed: "timestamptz" }),
    collection(
      "people",
      { scope: "both", company: "firm" },
      { id, firm, mail: "text", closed: "timestamptz", boss: "boolean" },
    ),
    ...more,
  ]);

it("a company is known by its id and its members with it, in whatever letters their rows have it", async () => {
  const [lower, upper] = ["a0000000-0000-4000-8000-00000000000a", "A0000000-0000-4000-8000-00000000000A"];
  const { map, client } = await open({
    schema: `create table firms (id uuid primary key, name text, closed timestamptz); create table people (id int primary key, firm text, mail text, closed timestamptz, boss boolean not null);
      insert into firms values ('${lower}', 'zebra'), ('b0000000-0000-4000-8000-00000000000b', 'lasting');
      insert into people values (1, '${upper}', 'z@x.example', null, true), (2, '${lower}', 'y@x.example', null, false), (3, 'b0000000-0000-4000-8000-00000000000b', 'l', null, true)`,
    map: mapWith("text", "uuid"),
  });
  expect(await checked(map)).toEqual([]);
  for (const mail of ["z@x.example", "y@x.example"])
    expect(await findPlatformPerson(mail, map)).toMatchObject({ companyId: lower, companyName: "zebra" });
  for (const one of [lower, upper]) expect(await companyMembers(one, homeSystem(map))).toEqual(["1", "2"]);
  for (const one of ["", "no uuid"]) expect(await companyMembers(one, homeSystem(map))).toEqual([]);
  await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: lower }, scope: "company" });
  expect(await everything(client)).toEqual([
    "public.firms b0000000-0000-4000-8000-00000000000b|lasting|~",
    "public.people 3|b0000000-0000-4000-8000-00000000000b|l|~|true",
  ]);
});

it("a list is no company column: the map is refused", () => {
  const rooms = collection(
    "rooms",
    { scope: "company", company: "firms" },
    { id, firms: "integer[]", who: ["integer", { refs: [from("people.id", { scope: "person" })] }] },
  );
  expect(() => parseMap("theirs.yml", mapWith("integer", "integer", [rooms]))).toThrow(/firms holds several companies/);
});
