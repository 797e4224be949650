import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { StartError } from "./start-error";

/**
 * What a running demo or test start was given, so that journeys, benchmarks and the command line can
 * work against it. It holds secrets of the demo: readable by the owner only, gone after a clean stop.
 */
export type RunFile = {
  /** Process id of the supervisor. */
  pid: number;
  origin: string;
  /** Variables that `lib/env.ts` reads. */
  env: Record<string, string>;
};

const fileIn = (directory: string) => join(directory, "run.json");

export async function writeRunFile(directory: string, run: RunFile): Promise<void> {
  const temporary = `${fileIn(directory)}.${process.pid}`;
  await writeFile(temporary, JSON.stringify(run, null, 2), { mode: 0o600 });
  await chmod(temporary, 0o600);
  await rename(temporary, fileIn(directory));
}

/** Null when nothing runs there. */
export async function readRunFile(directory: string): Promise<RunFile | null> {
  const text = await readFile(fileIn(directory), "utf8").catch(() => null);
  if (text === null) return null;
  const run = JSON.parse(text) as RunFile;
  try {
    process.kill(run.pid, 0);
    return run;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as { code?: string }).code === "EPERM" ? run : null;
  }
}

export async function removeRunFile(directory: string): Promise<void> {
  await rm(fileIn(directory), { force: true });
}

/** Databases of the platform that whoever runs a command named: tried with the demo's trust center, and not put in its place. */
const isPlatform = /^(?!MIGRATION_).+_DATABASE_URL$/;

/**
 * For the command line without DATABASE_URL: takes the environment of the demo that runs from this folder, but for its platform where another one is named.
 * @throws StartError when none runs
 */
export async function demoEnvironment(root: string): Promise<void> {
  if (process.env.DATABASE_URL) return;
  const run = await readRunFile(resolve(process.env.DATA_DIR ?? resolve(root, ".data")));
  if (!run)
    throw new StartError("Nothing runs here. Start the demo first (npm start), or set DATABASE_URL and the rest.");
  // All of one platform: reading from one and erasing in another would be worse than an error.
  const isNamed = Object.keys(process.env).some((name) => isPlatform.test(name));
  for (const [name, value] of Object.entries(run.env))
    if (!(isNamed && isPlatform.test(name))) process.env[name] = value;
}
