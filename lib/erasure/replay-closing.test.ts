import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import type { DataMap } from "../data-map/types";
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

beforeEach(() => emptyList(database.sql));

const id: [string, { pk: true }] = ["integer", { pk: true }];
const keep = { action: "keep", ground: "Tax law", until: "work-orders" };
/** A member whose row stays, emptied, since a sale that is kept leads to it; and another one. */
const shop = () =>
  open({
    schema: `create table members (id int primary key, email text, nick text, closed timestamptz); create table sales (id int primary key, member_id int);
      insert into members values (1, 'zebra@x.example', 'Zed', null), (2, 'lasting@x.example', 'Lou', null); insert into sales values (1, 1)`,
    map: mapOf({ person: { collection: "members", id: "id", email: "email", closed: "closed" } }, [
      collection(
        "members",
        {},
        { id, email: ["text", { identity: "email", follow: true }], nick: "text", closed: "timestamptz" },
      ),
      collection(
        "sales",
        { retention: "work-orders", erasure: keep },
        { id, member_id: ["integer", { refs: [from("members.id")] }] },
      ),
    ]),
  });
const at = (when: string) => systemCtx("test", () => Temporal.Instant.from(when));
const begun = "2024-03-01T10:00:00Z";
const replay = (map: DataMap) => replayErasures(systemCtx("test"), map);

/** Erases the first one as a case does; a later pass of the same case knew another address. */
async function erase(map: DataMap): Promise<void> {
  const order = { map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" as const };
  const { identities, marks } = await readBefore(map, order.subject, "person");
  const alone = { scope: order.scope, person: "1", company: null, members: null };
  const line = { ...alone, reference: newReference(), system: "theirs", marks };
  await suppress(at(begun), { ...line, identities });
  await suppress(at("2024-03-03T10:00:00Z"), { ...line, identities: new Map([["email", ["other@x.example"]]]) });
  await eraseSubject({ ...order, closedAt: Temporal.Instant.from(begun) });
}

it("R14: what an erasure kept ends when its receipt said so, also after a restore and its replay", async () => {
  const { map, client } = await shop();
  await erase(map);
  const erased = await everything(client);
  expect(erased).toContain("public.members 1|~|~|2024-03-01 10:00:00+00");
  await client.query("update public.members set email = 'zebra@x.example', closed = null where id = 1");
  expect(await replay(map)).toMatchObject({ found: 1, failures: [] });
  expect(await everything(client)).toEqual(erased);
  await runSweep(at("2031-03-01T10:00:00Z"), { map, watch: false });
  expect(await everything(client)).toEqual(["public.members 2|lasting@x.example|Lou|~"]);
});

it("R9: who had another address when the backup was made is known again, and left alone once emptied", async () => {
  const { map, client } = await shop();
  await erase(map);
  const erased = await everything(client);
  await client.query("update public.members set email = 'before@x.example', nick = 'Zed', closed = null where id = 1");
  expect(await replay(map)).toMatchObject({ found: 1, failures: [] });
  expect(await everything(client)).toEqual(erased);
  expect(await replay(map)).toMatchObject({ found: 0, failures: [] });
});

it("an account that a sweep had ended and a restore brought back is ended by the next one", async () => {
  const { map, client } = await shop();
  await client.query("update public.members set closed = '2024-01-01' where id = 1");
  await runSweep(at("2025-03-01T10:00:00Z"), { map, watch: false });
  const swept = await everything(client);
  expect(swept).toContain("public.members 1|~|~|2024-01-01 00:00:00+00");
  await client.query("update public.members set email = 'zebra@x.example', nick = 'Zed' where id = 1");
  await replayErasures(at("2025-03-01T12:00:00Z"), map);
  await runSweep(at("2025-03-02T10:00:00Z"), { map, watch: false });
  expect(await everything(client)).toEqual(swept);
});
