// `npm run data-map:check`: compares the data map with the live databases; fails naming every difference.
import { join, resolve } from "node:path";
import { withSomePlatform } from "@/demo/platform/temporary";
import { checkSystem } from "@/lib/data-map/check";
import { loadMap } from "@/lib/data-map/load";
import { DataMapError } from "@/lib/data-map/types";
import { retentionProblems } from "@/lib/retention/rules";

const root = resolve(import.meta.dirname, "..");

async function check(): Promise<number> {
  const { systems } = loadMap(join(root, "data-map"));
  let found = 0;
  for (const system of systems) {
    const findings = await checkSystem(system);
    for (const { kind, where, message } of findings) console.error(`${kind}  ${where}: ${message}`);
    found += findings.length;
    const fields = system.collections.reduce((sum, { fields }) => sum + fields.length, 0);
    if (findings.length === 0) {
      console.log(`${system.name}: ${system.collections.length} collections, ${fields} fields, all as in the database`);
    }
  }
  const uncounted = retentionProblems({ systems });
  for (const { system, collection, problem } of uncounted)
    console.error(`no retention  ${system}: ${collection}: ${problem}`);
  found += uncounted.length;
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
