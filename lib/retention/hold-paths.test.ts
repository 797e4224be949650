import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff } from "@/test/people";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { runSweep } from "./run-sweep";

// Sweeps leave what leads to held rows, so that these are found for as long as the hold stands and go after it.

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds`;
});

const id: [string, { pk: true }] = ["integer", { pk: true }];
const aging = { retention: "usage", since: "at" };
const schema = `
create table members (id int primary key, email text, closed timestamptz);
create table papers (id int primary key, at timestamptz, words text);
create table visits (id int primary key, member_id int references members, paper_id int references papers, at timestamptz, words text);
insert into members values (1, 'zebra@z.example'), (2, 'lasting@x.example');
insert into papers values (21, '2020-01-01', 'HELD'), (22, '2020-01-01', 'ripe');
insert into visits values (11, 1, 21, '2020-01-01', 'leads'), (12, 1, null, '2020-01-01', 'ripe'), (13, 2, 22, '2020-01-01', 'ripe');`;
const map = mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
  collection("members", {}, { id, email: "text", closed: "timestamptz" }),
  collection("visits", aging, {
    id,
    member_id: ["integer", { refs: [from("members.id")] }],
    paper_id: ["integer", { refs: [to("papers.id")] }],
    at: "timestamptz",
    words: "text",
  }),
  collection("papers", aging, { id, at: "timestamptz", words: "text" }),
]);
async function hold() {
  const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
  await database.sql`
    insert into legal_holds (id, scope, platform_user_id, system, collection, ground, note, requested_by, requested_at, set_by, set_at)
    values (${newId()}, 'person', '1', 'theirs', 'papers', 'legal-claim', '\\x00', ${one.staffId}, '2026-05-01', ${two.staffId}, '2026-05-01')`;
}

it.each([
  ["goes by its age", ""],
  ["is of an account that ends", "update public.members set closed = '2026-01-01' where id = 1"],
])("what leads to a held row stays while the hold stands where it %s", async (_, more) => {
  const { map: read, client } = await open({ schema, map });
  if (more) await client.query(more);
  const sweepAt = (at: string) =>
    runSweep(
      systemCtx("test", () => Temporal.Instant.from(at)),
      { map: read, watch: false },
    );
  const words = async () =>
    (await everything(client)).flatMap((row) => /HELD|leads|ripe/.exec(row)?.[0] ?? []).toSorted();
  await hold();
  await sweepAt("2026-06-01T00:00:00Z");
  await sweepAt("2026-06-02T00:00:00Z");
  expect(await words()).toContain("HELD");
  expect(await words()).not.toContain("ripe");
  await database.sql`truncate legal_holds`;
  await sweepAt("2026-06-03T00:00:00Z");
  await sweepAt("2026-06-04T00:00:00Z");
  expect(await words()).toEqual([]);
});
