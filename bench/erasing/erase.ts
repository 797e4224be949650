// The engine in a process of its own, as the worker runs it. Says how long it took, what it deleted and its peak memory.
import { largeOwner } from "@/demo/platform/large";
import { dataMap } from "@/lib/data-map/load";
import { eraseSubject, previewErasure } from "@/lib/erasure/erase-subject";

const subject = { platformUserId: largeOwner.userId, platformCompanyId: largeOwner.companyId };
// A worker has read its map and run this code before: here for somebody of whom nothing is held.
const map = dataMap();
const nobody = { platformUserId: "00000000-0000-0000-0000-000000000000", platformCompanyId: null };
await previewErasure({ map, subject: nobody, scope: "person" });
process.once("message", async () => {
  const start = performance.now();
  const [done] = await eraseSubject({ map, subject, scope: "company" });
  const ms = performance.now() - start;
  const deleted = done?.fates.reduce((sum, fate) => sum + fate.deleted, 0) ?? 0;
  process.send?.({ ms, deleted, peak: process.resourceUsage().maxRSS * 1024 }, () => process.exit());
});
process.send?.("ready");
