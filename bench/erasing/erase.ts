// The engine in a process of its own, as the worker runs it: collections of many rows in batches, each noted in another database
// before it lasts, then all else. Says how long it took, what it deleted and its peak memory.
import pg from "pg";
import { largeOwner } from "@/demo/platform/large";
import { many } from "@/lib/cases/erase-one-system";
import { dataMap } from "@/lib/data-map/load";
import type { Deleted } from "@/lib/erasure/delete-in-batches";
import { inEachSystem, previewErasure } from "@/lib/erasure/erase-subject";
import { deleteManyInSystem, eraseInSystem } from "@/lib/erasure/run-system";

const [notes, largest] = process.argv.slice(2);
const subject = { platformUserId: largeOwner.userId, platformCompanyId: largeOwner.companyId };
// A worker has read its map and run this code before: here for somebody of whom nothing is held.
const map = dataMap();
const nobody = { platformUserId: "00000000-0000-0000-0000-000000000000", platformCompanyId: null };
await previewErasure({ map, subject: nobody, scope: "person" });
const client = new pg.Client({ connectionString: notes });
await client.connect();
await client.query("create table if not exists erasing_notes (id int primary key, note text)");
const note = async (...what: unknown[]) => {
  await client.query("insert into erasing_notes values (1, $1) on conflict (id) do update set note = excluded.note", [
    JSON.stringify(what),
  ]);
};
process.once("message", async () => {
  const start = performance.now();
  let before: Deleted = {};
  const [done] = await inEachSystem({ map, subject, scope: "company", proven: true }, async (url, order) => {
    if (Number(largest) >= many.least) before = await deleteManyInSystem(url, order, { ...many, before, note });
    return eraseInSystem(url, order, note);
  });
  const ms = performance.now() - start;
  const first = Object.values(before).reduce((sum, rows) => sum + rows, 0);
  const deleted = done?.fates.reduce((sum, fate) => sum + fate.deleted, first) ?? first;
  process.send?.({ ms, deleted, peak: process.resourceUsage().maxRSS * 1024 }, () => process.exit());
});
process.send?.("ready");
