import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { caseMentions, caseTags, deskViews, packageLooks, packageRedactions, savedReplies } from "../db/schema";
import { withRead } from "../db/transaction";
import { dropView } from "./drop-view";
import { myViews } from "./my-views";
import { saveView } from "./save-view";
import { viewQuery } from "./view-query";

const database = testDatabase();

it("a view is its maker's alone, and holds no address and no place in the list (rule 8)", async () => {
  const [mine, other] = [staffCtx(await makeStaff("agent"), "agent"), staffCtx(await makeStaff("auditor"), "auditor")];
  const query = "?kind=inquiry&state=due-soon&q=kim%40example.test&cursor=abc&assigned=me";
  const saved = await saveView(mine, { name: "Questions, soon", query });
  if (!saved.ok) throw new Error(saved.reason);
  expect(await myViews(mine)).toEqual([
    { viewId: saved.value.viewId, name: "Questions, soon", query: "state=due-soon&kind=inquiry&assigned=me" },
  ]);
  expect(await saveView(mine, { name: "Questions, soon", query: "" })).toEqual({ ok: false, reason: "name-taken" });
  expect((await saveView(other, { name: "Questions, soon", query })).ok).toBe(true);
  expect(await myViews(other)).toHaveLength(1);
  expect(await dropView(other, saved.value)).toEqual({ ok: false, reason: "not-found" });
  expect((await dropView(mine, saved.value)).ok).toBe(true);
  expect(await myViews(mine)).toEqual([]);
  const [kept] = await database.sql`select count(*)::int as n from desk_views`;
  expect(kept?.n).toBe(1);
});

it("S20: a holder sees no row of the desk's own tables", async () => {
  const holder = holderCtx(await makePerson());
  const tables = [caseTags, caseMentions, deskViews, savedReplies, packageLooks, packageRedactions];
  for (const table of tables) expect(await withRead(holder, (tx) => tx.db.select().from(table).limit(1))).toEqual([]);
});

it("H4: whatever stands in an address, its view is one that the queue knows, and the same again", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.webQueryParameters()), (text) => {
      const once = viewQuery(text);
      expect(viewQuery(once)).toBe(once);
      expect(once).not.toMatch(/@|%40|cursor|before|q=/);
    }),
  );
});
