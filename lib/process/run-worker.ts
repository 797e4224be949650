import { resolve } from "node:path";
import { root, runTs } from "./run-ts";

/** Where a build puts the worker: one file of our own code; what it needs from npm stays where it is. */
export const builtWorker = resolve(root, ".next/worker.mjs");

/**
 * How to run the worker: as built, or in development from its sources. Built, it does without the loader of
 * TypeScript, which holds about 100 MB. A small young generation keeps its memory flat: the rows of an export
 * are short-lived, and Node's default lets about 100 MB of them pile up before it looks
 * (docs/decisions/packages.md has the figures).
 */
export function runWorker({ development = false } = {}): { command: string; args: string[] } {
  const { command, args } = development
    ? runTs("bin/worker.ts")
    : { command: process.execPath, args: ["--enable-source-maps", builtWorker] };
  return { command, args: ["--max-semi-space-size=1", "--optimize-for-size", ...args] };
}
