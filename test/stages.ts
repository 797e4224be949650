import { readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { ensureBrowser } from "./browser";

export type Count = {
  passed: number;
  failed: number;
  /** What failed, with its message: said once more at the end, where a cut log still has it. */
  failures?: string[];
};
export type Stage = {
  name: string;
  /** Commands of node_modules/.bin with their arguments; the first that fails ends the stage. */
  commands: string[][];
  env?: Record<string, string>;
  /** Needs one core and writes nothing that another reads: run beside another such stage; what it says comes when it is over. */
  light?: true;
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
  { name: "types", commands: [["npm", "run", "--silent", "types"]], light: true },
  { name: "lint", commands: [["biome", "check", "."]], light: true },
  { name: "direction", commands: [["npm", "run", "--silent", "direction"]], light: true },
  { name: "dead code", commands: [["knip"]], light: true },
  { name: "migrations", commands: [["npm", "run", "--silent", "migrations:lint"]], light: true },
  { name: "data map", commands: [["npm", "run", "--silent", "data-map:check"]], light: true },
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

type TestReport = {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
};

function countTests(report: string): Count {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as TestReport;
  const failures: string[] = [];
  let passed = 0;
  for (const file of testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed");
    passed += file.assertionResults.filter(({ status }) => status === "passed").length;
    const place = relative(process.cwd(), file.name);
    for (const test of failed) failures.push(`${place}: ${test.fullName}\n${test.failureMessages.join("\n")}`);
    // A file that could not even be loaded holds no test and is still one failure.
    if (file.status === "failed" && failed.length === 0) failures.push(`${place}\n${file.message}`);
  }
  return { passed, failed: failures.length, failures };
}

type JourneySuite = {
  specs?: {
    ok: boolean;
    title: string;
    file: string;
    tests: { results: { error?: { message?: string } }[] }[];
  }[];
  suites?: JourneySuite[];
};
type JourneyReport = {
  stats: { expected: number; unexpected: number; flaky: number };
  errors: { message?: string }[];
  suites: JourneySuite[];
};

function countJourneys(): Count {
  const { stats, errors, suites } = JSON.parse(readFileSync(journeyReport, "utf8")) as JourneyReport;
  const failures = errors.map(({ message }) => message ?? "an error without words");
  const read = (suite: JourneySuite): void => {
    for (const { ok, title, file, tests } of suite.specs ?? []) {
      const messages = tests.flatMap(({ results }) => results.map(({ error }) => error?.message ?? ""));
      if (!ok) failures.push(`${file}: ${title}\n${messages.join("\n")}`);
    }
    suite.suites?.forEach(read);
  };
  suites.forEach(read);
  const failed = stats.unexpected + stats.flaky + (stats.unexpected ? 0 : errors.length);
  return { passed: stats.expected, failed, failures };
}
