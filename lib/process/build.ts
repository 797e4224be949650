import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { builtWorker } from "./run-worker";
import { StartError } from "./start-error";

const sources = [
  "app",
  "bin/worker.ts",
  "components",
  "lib",
  "emails",
  "public",
  "package-lock.json",
  "next.config.ts",
  "proxy.ts",
  "instrumentation.ts",
  "trust-center.config.ts",
  "tsconfig.json",
  "postcss.config.mjs",
];

async function digest(root: string): Promise<string> {
  const hash = createHash("sha256");
  const add = async (path: string): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => null);
    if (!entries) {
      hash.update(path).update(await readFile(join(root, path)).catch(() => ""));
      return;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!/\.test\.tsx?$/.test(entry.name)) await add(join(path, entry.name));
    }
  };
  for (const source of sources) await add(source);
  return hash.digest("hex");
}

/** Builds the app when there is no build of exactly these sources. @throws StartError when the build fails */
export async function buildIfNeeded(root: string, signal?: AbortSignal): Promise<void> {
  const mark = join(root, ".next", "built-from");
  const now = await digest(root);
  if ((await readFile(mark, "utf8").catch(() => "")) === now) return;
  console.log("Building the app (once per version)...");
  await new Promise<void>((done, fault) => {
    const child = spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
      ...(signal ? { signal } : {}),
    });
    child.once("error", fault);
    child.once("exit", (code) =>
      code === 0
        ? done()
        : fault(new StartError(`The app could not be built (next build ended with ${code}); see above.`)),
    );
  });
  await buildWorker(root);
  await writeFile(mark, now);
}

/**
 * Puts the worker's own code into one file, so that it runs without the loader of TypeScript (`runWorker`).
 * @param test another worker, for tests that start it fifty times: with its packages in the file it is ready in a quarter of
 *   the CPU time. The real one keeps them outside: within, it held 45 MB more in a mailing.
 */
export async function buildWorker(root: string, test?: { entry: string; outfile: string }): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [test?.entry ?? "bin/worker.ts"],
    outfile: test?.outfile ?? builtWorker,
    bundle: true,
    platform: "node",
    format: "esm",
    target: `node${process.versions.node}`,
    jsx: "automatic",
    sourcemap: true,
    logLevel: "warning",
    ...(test ? { define, banner } : { packages: "external" }),
  });
}

/** React's difference between development and production, decided here. */
const define = { "process.env.NODE_ENV": '"production"' };
/** Packages that are CommonJS still ask for Node's own modules. */
const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' };
