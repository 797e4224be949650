// `npm run data-map:check [-- --map <folder>]`: compares the data map with the live databases, and asks whether an erasure could
// begin; fails naming every difference. docs/data-map.md
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withSomePlatform } from "@/demo/platform/temporary";
import { checkSystem } from "@/lib/data-map/check";
import { loadMap } from "@/lib/data-map/load";
import { DataMapError } from "@/lib/data-map/types";
import { endlessProblems } from "@/lib/erasure/endless";
import { eraserUrl } from "@/lib/erasure/eraser-url";
import { erasableProblems } from "@/lib/erasure/read-erasable";
import { agedProblems, fieldClassProblems } from "@/lib/retention/aging-fields";
import { neverEmpty } from "@/lib/retention/never-empty";
import { retentionProblems } from "@/lib/retention/rules";

const root = resolve(import.meta.dirname, "..");

async function check(): Promise<number> {
  const { values } = parseArgs({ options: { map: { type: "string", default: "data-map" } } });
  const { systems } = loadMap(resolve(root, values.map));
  let found = 0;
  for (const system of systems) {
    const findings = await checkSystem(system);
    for (const { kind, where, message } of findings) console.error(`${kind}  ${where}: ${message}`);
    found += findings.length;
    const url = eraserUrl(system);
    const erasable = url
      ? await erasableProblems(url, system, (mapped) => {
          for (const waits of neverEmpty(mapped)) console.log(`waits  ${waits}`);
          return [...agedProblems(mapped), ...endlessProblems(mapped)];
        })
      : [];
    for (const problem of erasable) console.error(`not erasable  ${problem}`);
    if (!url) console.log(`${system.name}: no login that erases is set; whether it could erase was not asked`);
    found += erasable.length;
    const fields = system.collections.reduce((sum, { fields }) => sum + fields.length, 0);
    if (findings.length + erasable.length === 0) {
      const { collections, impersonal } = system;
      console.log(
        `${system.name}: ${collections.length} collections with ${fields} fields, and ${impersonal.length} of scope none, all as in the database`,
      );
    }
  }
  const fields = systems.flatMap((system) =>
    fieldClassProblems(system).map((one) => ({ system: system.name, ...one })),
  );
  const uncounted = [...retentionProblems({ systems }), ...fields];
  for (const { name } of systems) {
    const ofSystem = uncounted.filter(({ system }) => system === name);
    // What is wrong once for all, such as a closing time that the map does not name, is said once.
    for (const [problem, all] of Map.groupBy(ofSystem, (one) => one.problem)) {
      console.error(`no retention  ${name}: ${all.map(({ collection }) => collection).join(", ")}: ${problem}`);
      found++;
    }
  }
  if (found > 0) console.error(`\n${found} difference${found === 1 ? "" : "s"}. How to mend them: docs/data-map.md`);
  return found;
}

try {
  const found = await withSomePlatform(root, check);
  process.exit(found > 0 ? 1 : 0);
} catch (error) {
  const { name, message, code } = error as Error & { code?: string };
  const known = error instanceof DataMapError || ["EnvError", "EmbeddedError"].includes(name);
  // A refused connection or login: the address itself holds a password and is not shown.
  console.error(known ? message : code ? `A system of the data map cannot be read (${code}): ${message}` : error);
  process.exit(1);
}
