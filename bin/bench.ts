// `npm run bench -- <name> [--seconds 10] [--rows 100000] [--runs 3] [--json]`: measures one goal and prints a table, or a line of JSON for each value.
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Bench, verdict } from "@/bench/result";

const folder = resolve(import.meta.dirname, "../bench");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && file !== "result.ts")
  .map((file) => file.replace(/\.ts$/, ""));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    seconds: { type: "string", default: "10" },
    rows: { type: "string" },
    runs: { type: "string", default: "3" },
  },
});
const [name = ""] = positionals;
if (!names.includes(name)) {
  console.error(`Say which: npm run bench -- ${names.join(" | ")}`);
  process.exit(2);
}
const { run } = (await import(resolve(folder, `${name}.ts`))) as Bench;
const results = await run({
  seconds: Number(values.seconds),
  runs: Number(values.runs),
  // Each bench has a size of its own.
  ...(values.rows ? { rows: Number(values.rows) } : {}),
});
if (values.json) for (const result of results) console.log(JSON.stringify(result));
else {
  console.table(
    results.map((one) => ({
      what: one.name,
      metric: one.metric,
      value: Number(one.value.toPrecision(5)),
      unit: one.unit,
      n: one.n,
      goal: verdict(one),
    })),
  );
  for (const { name: what, detail } of results) if (detail) console.log(`${what}: ${detail}`);
}
process.exit(0);
