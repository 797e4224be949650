import { resolve } from "node:path";

/** The top of the checkout. */
export const root = resolve(import.meta.dirname, "../..");

/** How to run one of our TypeScript entrances with the same Node and loader as this process. */
export const runTs = (file: string, ...args: string[]): { command: string; args: string[] } => ({
  command: process.execPath,
  args: ["--import", import.meta.resolve("tsx"), resolve(root, file), ...args],
});
