import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { runSweep } from "./run-sweep";

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds`;
});

it.each(["acme", "person"])("a hold on the company of id %s keeps its rows beside a hold on a person", async (firm) => {
  const id: [string, { pk: true }] = ["text", { pk: true }];
  const trust = {
    person: {
      ...{ collection: "members", id: "id", email: "email", closed: "closed", company: "firm_id" },
      owner: { field: "role", is: ["owner"] },
    },
    company: { collection: "firms", id: "id", closed: "closed" },
  };
  const { map, client } = await open({
    schema: `create table firms (id text primary key, closed timestamptz);
      create table members (id text primary key, email text, closed timestamptz, firm_id text, role text);
      create table logs (id text primary key, member_id text, firm_id text, at timestamptz, words text);
      insert into firms values ('${firm}'), ('two');
      insert into members values ('a', 'a@x.example', null, '${firm}', 'owner'), ('b', 'b@x.example', null, 'two', 'owner'), ('c', 'c@x.example', null, 'two', 'x');
      insert into logs values ('1', null, '${firm}', '2020-01-01', 'of the company'), ('2', 'b', 'two', '2020-01-01', 'of the person'), ('3', 'c', 'two', '2020-01-01', 'free')`,
    map: mapOf(trust, [
      collection("firms", { scope: "company" }, { id, closed: "timestamptz" }),
      collection(
        "members",
        { scope: "both", company: "firm_id" },
        {
          ...{ id, closed: "timestamptz", role: "text" },
          email: ["text", { identity: "email", follow: true }],
          firm_id: ["text", { refs: [from("firms.id")] }],
        },
      ),
      collection(
        "logs",
        { scope: "both", company: "firm_id", retention: "usage", since: "at" },
        {
          ...{ id, firm_id: "text", at: "timestamptz", words: "text" },
          member_id: ["text", { refs: [from("members.id")] }],
        },
      ),
    ]),
  });
  for (const [scope, user, company] of [
    ["person", "b", null],
    ["company", "a", firm],
  ]) {
    const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
    await database.sql`
      insert into legal_holds (id, scope, platform_user_id, platform_company_id, ground, note, requested_by, requested_at, set_by, set_at)
      values (${newId()}, ${scope ?? ""}, ${user ?? null}, ${company ?? null}, 'legal-claim', '\\x00', ${one.staffId}, '2026-05-01', ${two.staffId}, '2026-05-01')`;
  }
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T00:00:00Z")),
    { map, watch: false },
  );
  const words = (await everything(client)).filter((row) => /logs/.test(row)).map((row) => row.split("|").at(-1));
  expect(words).toEqual(["of the company", "of the person"]);
});
