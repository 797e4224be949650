import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, mapOf } from "@/test/strangers/shape";
import { everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { newReference } from "../ids";
import { suppress } from "../suppression/suppress";
import { eraseSubject } from "./erase-subject";
import { readBefore } from "./read-before";
import { replayErasures } from "./replay-erasures";

// Numbers and addresses that several people go by: what an erasure leaves to the others, its replay leaves to them as well.

const trustCenter = testDatabase();
const ctx = systemCtx("test");
const open = strangerPerTest();
beforeEach(() => emptyList(trustCenter.sql));

const schema = `create table people (id int primary key, mail text, phone text, began timestamptz not null, closed timestamptz);
  create table calls (id int primary key, phone text, mail text, words text, at timestamptz not null default '2020-02-02');
  insert into people values (1, 'a@x.example', '+49 1', '2020-01-01'), (2, 'b@x.example', '+49 1', '2020-01-01'),
    (3, 'b@X.example', '+49 3', '2020-01-01'), (4, 'd@x.example', '+49 4', '2020-01-01');
  insert into calls values (1, '+49 1', null, 'of the office that 1 and 2 share'), (2, '+49 3', 'b@x.example', 'of 3, whose address is 2s too'),
    (3, null, 'B@x.example', 'of both'), (4, '+49 4', null, 'of 4')`;
const identity = (kind: string) => ["text", { identity: kind, follow: true as const }] as [string, object];
const map = mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
  collection(
    "people",
    { since: "began" },
    {
      ...{ id: ["integer", { pk: true }], mail: identity("email"), phone: identity("phone_number") },
      ...{ began: "timestamptz", closed: "timestamptz" },
    },
  ),
  collection(
    "calls",
    { since: "at" },
    {
      ...{ id: ["integer", { pk: true }], phone: ["text", { identity: "phone_number" }] },
      ...{ mail: ["text", { identity: "email" }], words: "text", at: "timestamptz" },
    },
  ),
]);

/** The platform as the backup has it; the list stays. */
const fresh = (): Promise<Opened> => open({ schema, map });

async function erase({ map }: Opened, id: string) {
  const subject = { platformUserId: id, platformCompanyId: null };
  const { identities, marks } = await readBefore(map, subject, "person");
  await suppress(ctx, {
    ...{ reference: newReference(), scope: "person", system: "theirs", person: id, company: null, members: null },
    ...{ marks, identities },
  });
  await eraseSubject({ map, subject, scope: "person" });
}

describe("R9: a replay", () => {
  it.each([["1"], ["2"], ["1", "2"], ["2", "1"], ["2", "3"], ["3", "1", "2"]].map((ids) => ({ ids })))(
    "leaves what living people share as the erasures of $ids left it, restored or not, and finds nobody twice",
    async ({ ids }) => {
      const first = await fresh();
      for (const id of ids) await erase(first, id);
      const erased = await everything(first.client);
      expect(await replayErasures(ctx, first.map)).toMatchObject({ failures: [] });
      expect(await everything(first.client)).toEqual(erased);
      const restored = await fresh();
      expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: ids.length, failures: [] });
      expect(await everything(restored.client)).toEqual(erased);
      expect(await replayErasures(ctx, restored.map)).toMatchObject({ found: 0, failures: [] });
      expect(await replayErasures(ctx, restored.map, { dryRun: true })).toMatchObject({ found: 0, failures: [] });
      expect(await everything(restored.client)).toEqual(erased);
    },
  );

  it("of an address that a later account goes by too takes what is older than the erasure, and leaves that one's own", async () => {
    await erase(await fresh(), "4");
    const { map: theirs, client } = await fresh();
    await client.query(`insert into public.people values (5, 'D@x.example', '+49 5', now() + interval '1 hour');
      insert into public.calls values (5, null, 'd@x.example', 'old', '2020-02-02'), (6, null, 'd@x.example', 'new', now() + interval '2 hours')`);
    expect(await replayErasures(ctx, theirs)).toMatchObject({ found: 1, failures: [] });
    const left = (await everything(client)).join("\n");
    expect(left).toMatch(/calls 6\|~\|d@x.example/);
    expect(left).not.toMatch(/calls 5|people 4/);
  });
});
