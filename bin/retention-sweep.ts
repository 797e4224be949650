// `npm run retention:sweep -- --dry-run [--map <folder>]`: what a sweep would delete on the mapped systems now. Without `--dry-run` it deletes.
// Ends with 0 when all of it was done, else with 1. How it works and how it is operated: docs/retention.md
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemCtx } from "@/lib/context";
import { loadMap } from "@/lib/data-map/load";
import { inOneSentence } from "@/lib/process/in-one-sentence";
import { demoEnvironment } from "@/lib/process/run-file";
import { sweepByCommand } from "@/lib/retention/sweep-by-command";

const root = resolve(import.meta.dirname, "..");

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { "dry-run": { type: "boolean", default: false }, map: { type: "string", default: "data-map" } },
  });
  const isDryRun = values["dry-run"];
  await demoEnvironment(root);
  const map = loadMap(resolve(root, values.map));
  const told = await sweepByCommand(systemCtx("cli:retention-sweep"), { map, isDryRun });
  if (!told) {
    console.log("A sweep is running; nothing was done.");
    return 0;
  }
  const { rows, failures, waits, error } = told;
  if (rows.length > 0) console.table(rows);
  for (const one of waits) console.log(`waits  ${one}`);
  for (const failure of failures) console.error(failure);
  if (error !== undefined) console.error(error);
  const isDone = failures.length === 0 && error === undefined;
  if (isDryRun) console.log("Nothing was changed.");
  else if (isDone) console.log("Done.");
  else console.error("Not all was done. Mend this and run it again; it goes on where it was.");
  return isDone ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(inOneSentence(error) ?? error);
  process.exit(1);
}
