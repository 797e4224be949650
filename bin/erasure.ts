// `npm run erasure:preview -- --person <id> [--company <id>]`: what an erasure would do on the mapped systems, per collection.
// `npm run erasure:run -- ... --confirm <id>`: does it; with --copy on a copy of the platform, as a trial; with --unsettled also while
// something has to be settled first. How it works and what it takes: docs/erasure.md
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withSomePlatform } from "@/demo/platform/temporary";
import { blockersByCommand } from "@/lib/cases/find-blockers";
import { loadMap } from "@/lib/data-map/load";
import { ErasureRefused } from "@/lib/erasure/catalog";
import { eraseByCommand } from "@/lib/erasure/erase-by-command";
import { previewErasure, type SystemFates } from "@/lib/erasure/erase-subject";
import { holdsAny } from "@/lib/erasure/execute";
import { missingAccounts } from "@/lib/erasure/missing-account";
import { stoppedBy } from "@/lib/erasure/stopped-by";
import { inOneSentence } from "@/lib/process/in-one-sentence";

const root = resolve(import.meta.dirname, "..");
const asked = () =>
  parseArgs({
    options: {
      person: { type: "string" },
      company: { type: "string" },
      map: { type: "string", default: "data-map" },
      run: { type: "boolean", default: false },
      confirm: { type: "string" },
      receipt: { type: "string" },
      copy: { type: "boolean", default: false },
      unsettled: { type: "boolean", default: false },
    },
  }).values;

/** `--company` beside `--person`: the whole account that this person owns. */
async function main(values: ReturnType<typeof asked>): Promise<SystemFates[]> {
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
    // Whether they own the company is among what has to be settled first: once a first run lasted nobody does.
    proven: !run || values.unsettled,
  };
  const missing = await missingAccounts(erased.map, erased.subject, erased.scope);
  for (const one of missing) console.error(one);
  if (missing.length > 0 && !(await previewErasure(erased, 0)).some(({ fates }) => fates.some(holdsAny)))
    throw new ErasureRefused(run ? "Nothing was erased." : "Nothing is held of it.");
  const unsettled = await blockersByCommand(erased.map, erased.subject, erased.scope);
  for (const blocker of unsettled) console.log(`To be settled first: ${blocker}`);
  if (!run) return previewErasure(erased, 0);
  if (unsettled.length > 0 && !values.unsettled)
    throw new ErasureRefused("Nothing was erased. Settle it, or add --unsettled to erase all the same.");
  const isTrial = values.copy || resolve(root, map) !== resolve(root, "data-map");
  return eraseByCommand(erased, { file: values.receipt, isTrial, isCopy: values.copy, say: console.log });
}

try {
  const values = asked();
  const found = await withSomePlatform(root, () => main(values));
  for (const { system, fates } of found) {
    const touched = fates.filter(holdsAny);
    if (touched.length === 0) console.log(`${system}: nothing is held there.`);
    else console.log(`${system}, ${values.run ? "done" : "would be done; nothing was changed"}:`);
    if (touched.length > 0)
      console.table(Object.fromEntries(touched.map(({ collection, ...counts }) => [collection, counts])));
  }
  process.exit(0);
} catch (error) {
  // The database's own message may hold values of a row (S31).
  const { code } = error as { code?: string };
  const isRefused = /^[0-9A-Z]{5}$/.test(code ?? "");
  console.error(
    inOneSentence(error) ??
      (isRefused ? stoppedBy(error) : code ? `A system of the data map cannot be read (${code})` : error),
  );
  process.exit(1);
}
