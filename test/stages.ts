import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureBrowser } from "./browser";

export type Count = { passed: number; failed: number };
export type Stage = {
  name: string;
  /** Commands of node_modules/.bin with their arguments; the first that fails ends the stage. */
  commands: string[][];
  env?: Record<string, string>;
  /** Done before the commands; a sentence is a reason to fail without running them. */
  prepare?: () => string | null;
  /** Reads how many tests it held; without it, a stage is one test. */
  count?: () => Count;
};

const results = resolve("test-results");
const journeyReport = join(results, "journeys.json");
const forget = (path: string) => () => {
  rmSync(path, { force: true });
  return null;
};

/** The tests of one project of vitest.config.ts. */
function tests(name: "unit" | "long"): Stage {
  const report = join(results, `${name}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return {
    name,
    commands: [["vitest", "run", "--project", name, ...reporters]],
    prepare: forget(report),
    count: () => countTests(report),
  };
}

/** Everything `npm test` runs, in order; each runs even when an earlier one failed. */
export const stages: Stage[] = [
  {
    name: "types",
    commands: [["npm", "run", "--silent", "types"]],
  },
  { name: "lint", commands: [["biome", "check", "."]] },
  { name: "direction", commands: [["npm", "run", "--silent", "direction"]] },
  { name: "dead code", commands: [["knip"]] },
  { name: "migrations", commands: [["npm", "run", "--silent", "migrations:lint"]] },
  { name: "data map", commands: [["npm", "run", "--silent", "data-map:check"]] },
  tests("unit"),
  tests("long"),
  { name: "build", commands: [["tsx", "bin/build.ts"]] },
  {
    name: "journeys",
    commands: [["playwright", "test"]],
    env: { E2E_JSON: journeyReport },
    prepare: () => forget(journeyReport)() ?? ensureBrowser(),
    count: countJourneys,
  },
];

type TestReport = { testResults: { status: string; assertionResults: { status: string }[] }[] };

function countTests(report: string): Count {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as TestReport;
  const count = { passed: 0, failed: 0 };
  for (const file of testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed").length;
    count.passed += file.assertionResults.filter(({ status }) => status === "passed").length;
    // A file that could not even be loaded holds no test and is still one failure.
    count.failed += failed || (file.status === "failed" ? 1 : 0);
  }
  return count;
}

type JourneyReport = { stats: { expected: number; unexpected: number; flaky: number }; errors: unknown[] };

function countJourneys(): Count {
  const { stats, errors } = JSON.parse(readFileSync(journeyReport, "utf8")) as JourneyReport;
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + (stats.unexpected ? 0 : errors.length) };
}
