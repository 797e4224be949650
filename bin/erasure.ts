// `npm run erasure:preview -- --person <id> [--company <id>]`: what an erasure would do on the mapped systems, per collection.
// `npm run erasure:run -- ... --confirm <id>`: does it. How it works and what it takes: docs/erasure.md
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withSomePlatform } from "@/demo/platform/temporary";
import { loadMap } from "@/lib/data-map/load";
import { ErasureRefused } from "@/lib/erasure/catalog";
import { commandReceipt } from "@/lib/erasure/command-receipt";
import { inEachSystem, previewErasure, type SystemFates } from "@/lib/erasure/erase-subject";
import { holdsAny } from "@/lib/erasure/execute";
import { readBefore } from "@/lib/erasure/read-before";
import type { ReceiptRun } from "@/lib/erasure/receipt";
import { eraseInSystem } from "@/lib/erasure/run-system";
import { stoppedBy } from "@/lib/erasure/stopped-by";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    person: { type: "string" },
    company: { type: "string" },
    map: { type: "string", default: "data-map" },
    run: { type: "boolean", default: false },
    confirm: { type: "string" },
    receipt: { type: "string" },
  },
});

/** `--company` beside `--person`: the whole account that this person owns. */
async function main(): Promise<SystemFates[]> {
  const { person, company = null, map, run, confirm } = values;
  if (!person)
    throw new ErasureRefused("Say whom: --person <id on the platform> [--company <id of the company they close>]");
  if (run && confirm !== (company ?? person))
    throw new ErasureRefused(
      `This cannot be taken back. Look at \`npm run erasure:preview\` first, then add --confirm ${company ?? person}`,
    );
  const erased = {
    map: loadMap(resolve(root, map)),
    subject: { platformUserId: person, platformCompanyId: company },
    scope: company ? ("company" as const) : ("person" as const),
  };
  if (!run) return previewErasure(erased);
  // Looked at before the first row goes: where there is none to sign with, that is said, and nothing else stops.
  const before = await readBefore(erased.map, erased.subject, erased.scope);
  const runs: ReceiptRun[] = [];
  const done = await inEachSystem(erased, async (url, order) => {
    const outcome = await eraseInSystem(url, order);
    runs.push({ ...outcome, system: order.system.name, finishedAt: Temporal.Now.instant() });
    return outcome;
  });
  const made = commandReceipt(erased, runs, before);
  if (made === null)
    console.log("No receipt: MASTER_KEYS and APP_URL are not set, so there is nothing to sign it with.");
  else {
    const file = resolve(process.cwd(), values.receipt ?? `${made.reference}.json`);
    writeFileSync(file, made.body, { flag: "wx" });
    console.log(
      `The receipt is ${file}; \`npm run receipt:verify -- ${file}\` checks it. Its secret, by which its subject shows`,
    );
    console.log(`that it is theirs (--link): ${made.token}`);
  }
  return done;
}

try {
  const found = await withSomePlatform(root, main);
  for (const { system, fates } of found) {
    const touched = fates.filter(holdsAny);
    if (touched.length === 0) console.log(`${system}: nothing is held there.`);
    else console.log(`${system}, ${values.run ? "done" : "would be done; nothing was changed"}:`);
    if (touched.length > 0)
      console.table(Object.fromEntries(touched.map(({ collection, ...counts }) => [collection, counts])));
  }
  process.exit(0);
} catch (error) {
  const { name, message } = error as Error;
  const known = ["ErasureRefused", "ReachError", "DataMapError", "EnvError", "EmbeddedError"].includes(name);
  // The database's own message may hold values of a row (S31).
  const { code } = error as { code?: string };
  const isRefused = /^[0-9A-Z]{5}$/.test(code ?? "");
  console.error(
    known ? message : isRefused ? stoppedBy(error) : code ? `A system of the data map cannot be read (${code})` : error,
  );
  process.exit(1);
}
