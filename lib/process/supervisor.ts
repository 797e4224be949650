import { type ChildProcess, spawn } from "node:child_process";
import { log } from "../log";

export type ChildSpec = {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string | undefined>;
  /** Its own session, so that Ctrl-C in the terminal reaches the supervisor alone. */
  detached?: boolean;
  /** Milliseconds it may take to end after SIGTERM before it is killed. */
  graceMs?: number;
};

type Child = { spec: ChildSpec; process: ChildProcess; starts: number[]; timer?: NodeJS.Timeout };

/**
 * Keeps processes running: one that dies is started again, after 0.2 s at first and up to 10 s later;
 * one that dies five times in a minute ends everything through `onGiveUp`, since a loop hides a fault.
 */
export class Supervisor {
  readonly #children = new Map<string, Child>();
  #stopping = false;
  readonly #onGiveUp: (name: string) => void;

  constructor(onGiveUp: (name: string) => void) {
    this.#onGiveUp = onGiveUp;
  }

  start(spec: ChildSpec): ChildProcess {
    const starts = this.#children.get(spec.name)?.starts ?? [];
    const child = spawn(spec.command, spec.args, {
      env: { ...process.env, ...spec.env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      // Own group for all: a terminal's Ctrl-C must not end Postgres before the web process drained.
      detached: spec.detached ?? true,
    });
    const entry: Child = {
      spec,
      process: child,
      starts: [...starts, Date.now()].filter((at) => Date.now() - at < 60_000),
    };
    this.#children.set(spec.name, entry);
    child.once("error", (error) => log.error({ child: spec.name, err: error }, "child did not start"));
    child.once("exit", (code, signal) => this.#ended(spec.name, entry, code, signal));
    return child;
  }

  #ended(name: string, entry: Child, code: number | null, signal: string | null): void {
    if (this.#stopping || this.#children.get(name) !== entry) return;
    log.warn({ child: name, code, signal }, "child ended; starting it again");
    if (entry.starts.length >= 5) {
      this.#onGiveUp(name);
      return;
    }
    entry.timer = setTimeout(() => this.start(entry.spec), Math.min(200 * 4 ** (entry.starts.length - 1), 10_000));
  }

  pid(name: string): number | undefined {
    return this.#children.get(name)?.process.pid;
  }

  /** Ends all in the given order, each with SIGTERM and, past its grace, SIGKILL. */
  async stop(order: readonly (readonly string[])[]): Promise<void> {
    this.#stopping = true;
    for (const names of order) await Promise.all(names.map((name) => this.#end(name)));
  }

  #end(name: string): Promise<void> {
    const entry = this.#children.get(name);
    if (!entry) return Promise.resolve();
    clearTimeout(entry.timer);
    const { process: child } = entry;
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((done) => {
      const kill = setTimeout(() => child.kill("SIGKILL"), entry.spec.graceMs ?? 25_000);
      child.once("exit", () => {
        clearTimeout(kill);
        done();
      });
      child.kill("SIGTERM");
    });
  }
}
