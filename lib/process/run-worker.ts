import { resolve } from "node:path";
import { root, runTs } from "./run-ts";

/** Where a build puts the worker: one file of our own code; what it needs from npm stays where it is. */
export const builtWorker = resolve(root, ".next/worker.mjs");

/**
 * For the C library's allocator: few arenas, and large blocks given back to the system as soon as they are free. In a
 * mailing of a million the megabyte-sized batches had left 40 MB of holes.
 */
const malloc = { MALLOC_ARENA_MAX: "2", MALLOC_MMAP_THRESHOLD_: "524288" };

/**
 * How to run the worker: as built, or in development from its sources. Built, it does without the loader of
 * TypeScript, which holds about 100 MB. A small young generation keeps its memory flat: the rows of an export
 * are short-lived, and Node's default lets about 100 MB of them pile up before it looks
 * (docs/decisions/packages.md has the figures).
 */
export function runWorker({ development = false } = {}): { command: string; args: string[]; env: typeof malloc } {
  const { command, args } = development
    ? runTs("bin/worker.ts")
    : { command: process.execPath, args: ["--enable-source-maps", builtWorker] };
  return { command, args: ["--max-semi-space-size=1", "--optimize-for-size", ...args], env: malloc };
}
