// `npm run direction`: does every import go the way ARCHITECTURE allows? (docs/decisions/direction-check.md)
import { root } from "@/lib/process/run-ts";
import { readGraph } from "@/test/direction/graph";
import { findBreaches } from "@/test/direction/rules";

const folders = ["app", "components", "lib", "emails", "demo", "bin", "*.ts"];
const graph = readGraph(root, folders);
const breaches = findBreaches(graph);
for (const { where, rule } of breaches) console.error(`${where}\n    ${rule}`);
console.log(`${graph.size} modules, ${breaches.length} breaches`);
process.exit(breaches.length === 0 ? 0 : 1);
