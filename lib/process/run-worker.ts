import { runTs } from "./run-ts";

/**
 * How to run the worker. A small young generation keeps its memory flat: the rows of an export are
 * short-lived, and Node's default lets about 100 MB of them pile up before it looks
 * (docs/decisions/packages.md has the figures).
 */
export function runWorker(): { command: string; args: string[] } {
  const { command, args } = runTs("bin/worker.ts");
  return { command, args: ["--max-semi-space-size=1", "--optimize-for-size", ...args] };
}
