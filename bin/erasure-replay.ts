// `npm run erasure:replay [-- --dry-run] [--map <folder>]`: after any restore, before traffic: erases again whoever was erased since the backup.
// Ends with 0 when all of it was done (of a dry run: when there is nothing to do), else with 1. docs/restoring.md
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemCtx } from "@/lib/context";
import { loadMap } from "@/lib/data-map/load";
import { closePlatforms } from "@/lib/data-map/platform";
import { closeDatabases } from "@/lib/db/client";
import { replayErasures } from "@/lib/erasure/replay-erasures";
import { inOneSentence } from "@/lib/process/in-one-sentence";
import { demoEnvironment } from "@/lib/process/run-file";

const root = resolve(import.meta.dirname, "..");

try {
  const { values } = parseArgs({
    options: { "dry-run": { type: "boolean", default: false }, map: { type: "string", default: "data-map" } },
  });
  const dryRun = values["dry-run"];
  await demoEnvironment(root);
  const { failures, left, came, ...counts } = await replayErasures(
    systemCtx("cli:erasure-replay"),
    loadMap(resolve(root, values.map)),
    {
      dryRun,
    },
  );
  console.table({ [dryRun ? "would be done" : "done"]: { ...counts, left: left.length, came: came.length } });
  if (left.length > 0)
    console.log(
      `These accounts had left their company before it was closed, and ${dryRun ? "would be" : "are"} in none: ${left.join(", ")}`,
    );
  if (came.length > 0)
    console.log(
      `These accounts ended with a company in which they are not here, and ${dryRun ? "would end" : "end"} as persons: ${came.join(", ")}`,
    );
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) console.error("Not all was done again; mend this and run it once more before traffic.");
  else if (!dryRun) console.log("Databases and list are in step; traffic may go on.");
  process.exitCode = failures.length > 0 || (dryRun && counts.found + counts.unknown > 0) ? 1 : 0;
} catch (error) {
  console.error(inOneSentence(error) ?? error);
  process.exitCode = 1;
} finally {
  await closePlatforms();
  await closeDatabases();
}
