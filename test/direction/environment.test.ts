import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "@/lib/process/run-ts";

/** Who reads the environment besides lib/env.ts, and why it cannot ask there. */
const exceptions: Record<string, string> = {
  "proxy.ts": "NODE_ENV is put in at build, and only where it is written out",
  "instrumentation.ts": "NEXT_RUNTIME is put in at build, so that the other runtime's bundle leaves out what follows",
  "components/layout/theme-actions.ts": "NODE_ENV is put in at build",
  "lib/policy/public-page.ts": "PORT is set by next start itself, once it listens",
  "lib/process/start-all.ts": "makes the environment that lib/env.ts then checks",
  "lib/process/embedded-child.ts": "makes the demo's part of that environment",
  "lib/process/supervisor.ts": "hands the environment on to a child",
  "lib/process/build.ts": "hands the environment on to a child",
  "lib/process/stop-on-signals.ts": "npm's own variable, before any configuration is read",
  "demo/platform/temporary.ts": "makes the environment for a check without a platform",
  "lib/process/run-file.ts": "makes the command line's environment from the running demo",
  "bin/screenshots.ts": "makes the environment for the journeys",
  "bin/test.ts": "hands the environment on to a child",
};

it("is read in lib/env.ts, and elsewhere only for a reason given here", () => {
  const readers = globSync(
    [
      "{app,components,lib,emails,demo,bin}/**/*.{ts,tsx}",
      "{proxy,instrumentation,next.config,trust-center.config}.ts",
    ],
    { cwd: root },
  )
    .filter((path) => !/\.test\.tsx?$/.test(path) && path !== "lib/env.ts")
    .filter((path) => readFileSync(join(root, path), "utf8").includes("process.env"));
  expect(readers.sort()).toEqual(Object.keys(exceptions).sort());
});
