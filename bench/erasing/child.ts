import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { root } from "@/lib/process/run-ts";

/**
 * Starts another process of a bench and waits until it is ready.
 * @param file a bundle, or TypeScript below the root
 * @throws when it ends before; what it said stands on stderr
 */
export async function startChild(file: string, args: string[] = []): Promise<ChildProcess> {
  const execArgv = file.endsWith(".ts") ? ["--import", "tsx"] : [];
  const child = fork(resolve(root, file), args, { cwd: root, execArgv });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`)));
  await Promise.race([once(child, "message"), ended]);
  ended.catch(() => {});
  return child;
}

/** Asks it, and gives its answer. */
export async function ask<T>(child: ChildProcess): Promise<T> {
  const answer = once(child, "message");
  child.send("go");
  return (await answer)[0] as T;
}
