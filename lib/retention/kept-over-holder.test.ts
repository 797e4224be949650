import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, checkedErasing, everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject } from "../erasure/erase-subject";
import { runSweep } from "./run-sweep";

// Contents that hold no link themselves, such as the files of papers: kept ones are found over the papers that hold it.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
const keep = { action: "keep", ground: "They are proof", until: "work-orders" };
const kept = { retention: "work-orders", erasure: keep };
const schema = `create table companies (id int primary key, name text, closed timestamptz); create table people (id int primary key, mail text, company int references companies, owner boolean, closed timestamptz);
  create table contents (id int primary key, words text);
  create table papers (id int primary key, company int references companies, person int references people, made timestamptz, content int references contents on delete cascade);
  insert into companies values (1, 'one', null), (2, 'lasting', null); insert into people values (1, 'zebra@x.example', 1, true, null), (2, 'lasting@x.example', 2, true, null);
  insert into contents values (1, 'zebra'), (2, 'lasting'); insert into papers values (10, 1, 1, '2026-01-01', 1), (20, 2, 2, '2026-01-01', 2)`;

function mapWith(scope: "person" | "company", papers: Record<string, unknown>): string {
  return mapOf(
    {
      person: {
        ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "company" },
        owner: { field: "owner", is: ["true"] },
      },
      company: { collection: "companies", id: "id", name: "name", closed: "closed" },
    },
    [
      collection("companies", { scope: "company", role: "shared" }, { id, name: "text", closed: "timestamptz" }),
      collection(
        "people",
        { scope: "both", company: "company" },
        { id, mail: ["text", { identity: "email" }], company: "integer", owner: "boolean", closed: "timestamptz" },
      ),
      collection("contents", { scope, ...kept }, { id, words: "text" }),
      collection(
        "papers",
        { scope, ...(scope === "company" ? { company: "company" } : {}), ...papers },
        {
          ...{ id, company: "integer", person: ["integer", { refs: [from("people.id", { scope: "person" })] }] },
          ...{ made: "timestamptz", content: ["integer", { refs: [to("contents.id", { scope })] }] },
        },
      ),
    ],
  );
}

it.each([
  ["company", "kept as long", kept],
  ["company", "emptied meanwhile", {}],
  ["person", "kept as long", kept],
  ["person", "emptied meanwhile", {}],
] as const)(
  "R14: what a %s's papers hold the link to ends when its time is over, the papers %s",
  async (scope, _, papers) => {
    const { map, client, url } = await open({ schema, map: mapWith(scope, papers) });
    expect(await checked(map)).toEqual([]);
    expect(await checkedErasing({ map, url })).toEqual([]);
    const before = await everything(client);
    const subject = { platformUserId: "1", platformCompanyId: scope === "company" ? "1" : null };
    await eraseSubject({ map, subject, scope });
    expect(await everything(client)).toContain("public.contents 1|zebra");
    const at = Temporal.Now.zonedDateTimeISO("UTC").add({ years: 7, days: 2 }).toInstant();
    const sweep = () =>
      runSweep(
        systemCtx("test", () => at),
        { map, watch: false },
      );
    await sweep();
    const after = await everything(client);
    expect(after.filter((row) => /zebra|contents 1|papers 10/.test(row))).toEqual([]);
    expect(before.filter((row) => /lasting|papers 20/.test(row) && !after.includes(row))).toEqual([]);
  },
);

it.each([
  ["made anonymous", { erasure: "anonymise" }],
  ["gone by their age", { retention: "usage", since: "made" }],
])("is named by the check where the papers are %s before, since then nothing finds it", async (_, papers) => {
  const opened = await open({ schema, map: mapWith("company", papers) });
  expect((await checkedErasing(opened)).filter((line) => line.includes("contents"))).toEqual([
    expect.stringMatching(
      /^theirs\.contents: is kept until so long after closing, and nothing in it leads to companies/,
    ),
  ]);
});

it("R14: what the account's own row holds the link to ends when its time is over", async () => {
  const { map, client, url } = await open({
    schema: `create table pictures (id int primary key, words text); create table people (id int primary key, mail text, picture int references pictures, closed timestamptz);
      insert into pictures values (1, 'zebra'), (2, 'lasting'); insert into people values (1, 'zebra@x.example', 1, null), (2, 'lasting@x.example', 2, null)`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection("pictures", kept, { id, words: "text" }),
      collection(
        "people",
        {},
        {
          ...{ id, mail: ["text", { identity: "email" }] },
          ...{ picture: ["integer", { refs: [to("pictures.id")] }], closed: "timestamptz" },
        },
      ),
    ]),
  });
  expect(await checkedErasing({ map, url })).toEqual([]);
  await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
  expect(await everything(client)).toContain("public.pictures 1|zebra");
  const at = Temporal.Now.zonedDateTimeISO("UTC").add({ years: 7, days: 2 }).toInstant();
  await runSweep(
    systemCtx("test", () => at),
    { map, watch: false },
  );
  expect(await everything(client)).toEqual(["public.people 2|lasting@x.example|2|~", "public.pictures 2|lasting"]);
});
