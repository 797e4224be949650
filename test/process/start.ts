import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

export type Started = {
  child: ChildProcess;
  /** Everything it printed so far. */
  said: () => string;
  /** Its exit code, or the signal's name. */
  ended: Promise<number | string>;
  /** Waits until it prints something that matches. @throws when it ends or `ms` pass before that */
  until: (pattern: RegExp, ms?: number) => Promise<void>;
};

export type StartOptions = { env: Record<string, string>; uid?: number; npm?: boolean };

/**
 * Starts `npm start` or the entrance behind it, as the leader of a process group of its own, the way a
 * terminal does; nothing of the test's own configuration reaches it.
 */
export function start({ env, uid, npm = false }: StartOptions): Started {
  const [command, ...args] = npm
    ? ["npm", "start"]
    : [process.execPath, "--import", "tsx", resolve(root, "bin/start.ts")];
  const child = spawn(command as string, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: "/tmp",
      NO_COLOR: "1",
      npm_config_update_notifier: "false",
      NODE_ENV: "production",
      ...env,
    },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      said += chunk;
    });
  }
  const ended = new Promise<number | string>((done) =>
    child.once("close", (code, signal) => done(code ?? signal ?? -1)),
  );
  return {
    child,
    said: () => said,
    ended,
    async until(pattern, ms = 60_000) {
      const by = Date.now() + ms;
      while (!pattern.test(said)) {
        if (child.exitCode !== null || Date.now() > by)
          throw new Error(`never said ${pattern}; said:\n${said.slice(-3000)}`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
  };
}
