import { spawn } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@/lib/process/ports";
import { root } from "../fixtures/server";

/** Where the build says that there is a proxy, and for which addresses. */
const manifestFile = ".next/server/functions-config-manifest.json";
type Manifest = { functions: Record<string, unknown> };

/**
 * Serves the build with its proxy taken out: a copy of `.next` by hard links, of which one manifest is our own, and a web
 * process over the database of the server that runs already.
 * @throws when the build has no proxy to take out, or the process does not answer
 */
export async function startWithoutProxy(): Promise<{ origin: string; stop: () => Promise<void> }> {
  // Beside the checkout's own node_modules, and on its disk, so that the links can be made.
  mkdirSync(join(root, "test-results"), { recursive: true });
  const copy = mkdtempSync(join(root, "test-results", "without-proxy-"));
  copyBuild(copy);
  const manifest = JSON.parse(readFileSync(join(root, manifestFile), "utf8")) as Manifest;
  if (!manifest.functions["/_middleware"])
    throw new Error(`${manifestFile} names no proxy: look how this version does`);
  delete manifest.functions["/_middleware"];
  rmSync(join(copy, manifestFile));
  writeFileSync(join(copy, manifestFile), JSON.stringify(manifest));

  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const child = spawn(
    process.execPath,
    [
      "--import",
      resolve(root, "lib/process/preload-with-parent.ts"),
      resolve(root, "node_modules/next/dist/bin/next"),
      ...["start", copy, "-p", String(port), "-H", "127.0.0.1"],
    ],
    {
      cwd: root,
      // The channel ends with this process, and the web process with the channel.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      env: { ...process.env, NODE_OPTIONS: "", NODE_ENV: "production", TC_PROCESS: "web", APP_URL: origin },
    },
  );
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    }
    rmSync(copy, { recursive: true, force: true });
  };
  for (const until = Date.now() + 45_000; Date.now() < until && child.exitCode === null; await sleep(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/health/ready`).catch(() => undefined);
    if (answer?.ok) return { origin, stop };
  }
  await stop();
  throw new Error("the build without its proxy does not serve");
}

function copyBuild(copy: string): void {
  for (const name of ["package.json", "next.config.ts", "tsconfig.json"]) linkSync(join(root, name), join(copy, name));
  linkAll(join(root, ".next"), join(copy, ".next"));
}

function linkAll(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory() && entry.name !== "cache") linkAll(join(from, entry.name), join(to, entry.name));
    if (entry.isFile()) linkSync(join(from, entry.name), join(to, entry.name));
    // Packages outside of the bundle, by a path that counts from where the build lies.
    if (entry.isSymbolicLink()) symlinkSync(realpathSync(join(from, entry.name)), join(to, entry.name));
  }
}
