// `npm run retention:sweep -- --dry-run [--map <folder>]`: what a sweep would delete on the mapped systems now. Without `--dry-run` it deletes.
// How it works and how it is operated: docs/retention.md
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { systemCtx } from "@/lib/context";
import { loadMap } from "@/lib/data-map/load";
import { inOneSentence } from "@/lib/process/in-one-sentence";
import { demoEnvironment } from "@/lib/process/run-file";
import { previewSweep, startPreview } from "@/lib/retention/preview-sweep";
import { sweepById } from "@/lib/retention/queries";
import { runSweep } from "@/lib/retention/run-sweep";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: { "dry-run": { type: "boolean", default: false }, map: { type: "string", default: "data-map" } },
});
const ctx = systemCtx("cli:retention-sweep");

async function main(): Promise<string | null> {
  await demoEnvironment(root);
  const map = loadMap(resolve(root, values.map));
  if (!values["dry-run"]) return (await runSweep(ctx, { map }))?.sweepId ?? null;
  const sweep = await startPreview(ctx);
  if (sweep) await previewSweep(ctx, { sweepId: sweep.id }, { map });
  return sweep?.id ?? null;
}

try {
  const sweepId = await main();
  if (!sweepId) console.log("A sweep is running; nothing was done.");
  else {
    const runs = await sweepById(ctx, sweepId);
    console.table(
      runs.map(({ rule, collection, accounts, deleted, estimated, partitions, emptied, held, waiting, leftOver }) => ({
        ...{ rule, collection, accounts, deleted, "in partitions, about": estimated, partitions },
        ...{ emptied, held, waiting, "left over": leftOver },
      })),
    );
    for (const { failure } of runs) if (failure) console.error(failure);
    console.log(values["dry-run"] ? "Nothing was changed." : "Done.");
  }
  process.exit(0);
} catch (error) {
  console.error(inOneSentence(error) ?? error);
  process.exit(1);
}
