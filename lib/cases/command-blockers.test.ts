import { afterEach, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { collection, mapOf } from "@/test/strangers/shape";
import { type Opened, open } from "@/test/strangers/try-out";
import { blockersByCommand } from "./find-blockers";

// What `npm run erasure:run` asks before it begins, by whatever map.

let name = "";
let opened: Opened | undefined;
afterEach(async () => {
  await opened?.close();
  await dropDatabase(name);
});

it("names a sole owner, who closes what is not theirs, and what is unpaid", async () => {
  const made = await createDatabase();
  name = made.name;
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const schema = `create table companies (id int primary key, closed timestamptz);
    create table people (id int primary key, mail text, company int, owner boolean, closed timestamptz);
    create table bills (id int primary key, company int, paid timestamptz);
    insert into companies values (1), (2); insert into bills values (1, 1, null), (2, 2, now());
    insert into people values (1, 'a@x.example', 1, true), (2, 'b@x.example', 1, false), (3, 'c@x.example', 2, true), (4, 'd@x.example', null, false)`;
  const company = { scope: "company", company: "company", role: "shared" };
  const map = mapOf(
    {
      person: {
        ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "company" },
        owner: { field: "owner", is: ["true"] },
      },
      company: { collection: "companies", id: "id", closed: "closed" },
    },
    [
      collection("companies", { ...company, company: "id" }, { id, closed: "timestamptz" }),
      collection(
        "people",
        { scope: "both", company: "company" },
        { id, mail: "text", company: "integer", owner: "boolean", closed: "timestamptz" },
      ),
      collection(
        "bills",
        { ...company, label: "Bills", open: { field: "paid", is: null } },
        { id, company: "integer", paid: "timestamptz" },
      ),
    ],
  );
  opened = await open({ name: "", person: "1", schema, map }, made.url);
  const { map: theirs } = opened;
  const asked = (person: string, closes: string | null = null) =>
    blockersByCommand(
      theirs,
      { platformUserId: person, platformCompanyId: closes },
      closes === null ? "person" : "company",
    );
  expect(await asked("1")).toEqual([expect.stringMatching(/the only owner of a company that others work in/)]);
  expect(await asked("1", "1")).toEqual(["Still open: Bills (1)."]);
  expect(await asked("2", "1")).toEqual([expect.stringMatching(/do not own that company/)]);
  for (const free of [await asked("2"), await asked("3"), await asked("3", "2"), await asked("4"), await asked("9")])
    expect(free).toEqual([]);
});
