import { afterEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { newReference } from "../ids";
import { runSweep } from "../retention/run-sweep";
import { suppress } from "../suppression/suppress";
import { eraseSubject } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

const database = testDatabase();
const open = strangerPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

it("R14: what an erasure kept ends when its receipt said so, also after a restore and its replay", async () => {
  await emptyList(database.sql);
  const id: [string, { pk: true }] = ["integer", { pk: true }];
  const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
  const { map, client } = await open({
    schema: `create table members (id int primary key, email text, closed timestamptz); create table sales (id int primary key, member_id int);
      insert into members values (1, 'zebra@x.example', null), (2, 'lasting@x.example', null); insert into sales values (1, 1)`,
    map: mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
      collection("members", {}, { id, email: ["text", { identity: "email", follow: true }], closed: "timestamptz" }),
      collection(
        "sales",
        { retention: "work-orders", erasure: keep },
        { id, member_id: ["integer", { refs: [from("members.id")] }] },
      ),
    ]),
  });
  const [begun, later] = ["2024-03-01T10:00:00Z", "2024-03-03T10:00:00Z"].map((at) => Temporal.Instant.from(at));
  const at = (when = begun) => systemCtx("test", () => when ?? Temporal.Now.instant());
  const order = { map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" as const };
  const { identities, marks } = await readBefore(map, order.subject, "person");
  const line = { reference: newReference(), scope: order.scope, system: "theirs", person: "1", company: null, marks };
  await suppress(at(), { ...line, identities });
  // A later pass of the same case knew another address.
  await suppress(at(later), { ...line, identities: new Map([["email", ["other@x.example"]]]) });
  await eraseSubject({ ...order, closedAt: begun });
  const erased = await everything(client);
  expect(erased).toContain("public.members 1|~|2024-03-01 10:00:00+00");
  await client.query("update public.members set email = 'zebra@x.example', closed = null where id = 1");
  expect(await replayErasures(systemCtx("test"), map)).toMatchObject({ found: 1, failures: [] });
  expect(await everything(client)).toEqual(erased);
  await runSweep(at(Temporal.Instant.from("2031-03-01T10:00:00Z")), { map, watch: false });
  expect(await everything(client)).toEqual(["public.members 2|lasting@x.example|~"]);
});
