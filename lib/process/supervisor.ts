import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { log } from "../log";

export type ChildSpec = {
  name: string;
  command: string;
  args: string[];
  env: Record<string, string | undefined>;
  /** Milliseconds it may take to end after SIGTERM before it is killed. */
  graceMs?: number;
  /**
   * Of a program that is not ours: its plain lines pass until one matches, and only JSON lines afterwards.
   * Next.js prints the message of every unexpected error, and a database error's message holds values (S31).
   */
  plainLinesUntil?: RegExp;
};

type Child = { spec: ChildSpec; process: ChildProcess; starts: number[]; timer?: NodeJS.Timeout };

const patienceMs = 60_000;
const maxStarts = 6;

/**
 * Keeps processes running: one that dies is started again, after 0.1 s at first and up to 8 s later;
 * one that dies six times in a minute ends everything through `onGiveUp`, since a loop hides a fault.
 */
export class Supervisor {
  readonly #children = new Map<string, Child>();
  #stopping = false;
  readonly #onGiveUp: (name: string) => void;

  constructor(onGiveUp: (name: string) => void) {
    this.#onGiveUp = onGiveUp;
  }

  start(spec: ChildSpec): ChildProcess {
    const before = this.#children.get(spec.name)?.starts ?? [];
    const output = spec.plainLinesUntil ? "pipe" : "inherit";
    const child = spawn(spec.command, spec.args, {
      env: { ...process.env, ...spec.env },
      stdio: ["ignore", output, output, "ipc"],
      // Own process group: a terminal's Ctrl-C must not end Postgres before the web process drained.
      detached: true,
    });
    const starts = [...before, Date.now()].filter((at) => Date.now() - at < patienceMs);
    const entry: Child = { spec, process: child, starts };
    this.#children.set(spec.name, entry);
    if (spec.plainLinesUntil) {
      const pass = passLines(spec.plainLinesUntil);
      for (const stream of [child.stdout, child.stderr] as Readable[]) {
        createInterface({ input: stream }).on("line", pass);
      }
    }
    child.once("error", (error) => {
      log.error({ child: spec.name, err: error }, "child did not start");
      // One that never was has no end of its own.
      if (child.pid === undefined) this.#ended(spec.name, entry, null, null);
    });
    child.once("exit", (code, signal) => this.#ended(spec.name, entry, code, signal));
    return child;
  }

  #ended(name: string, entry: Child, code: number | null, signal: string | null): void {
    if (this.#stopping || this.#children.get(name) !== entry) return;
    if (entry.starts.length >= maxStarts) {
      this.#onGiveUp(name);
      return;
    }
    const waitMs = Math.min(100 * 3 ** (entry.starts.length - 1), 8_000);
    log.warn({ child: name, code, signal, waitMs }, "child ended; starting it again");
    entry.timer = setTimeout(() => this.start(entry.spec), waitMs);
  }

  pid(name: string): number | undefined {
    return this.#children.get(name)?.process.pid;
  }

  /** Ends all in the given order, each with SIGTERM and, past its grace, SIGKILL to its whole group. */
  async stop(order: readonly (readonly string[])[]): Promise<void> {
    this.#stopping = true;
    for (const { timer } of this.#children.values()) clearTimeout(timer);
    for (const names of order) await Promise.all(names.map((name) => this.#end(name)));
  }

  #end(name: string): Promise<void> {
    const entry = this.#children.get(name);
    if (!entry) return Promise.resolve();
    const { process: child } = entry;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((done) => {
      const kill = setTimeout(() => signalGroup(child, "SIGKILL"), entry.spec.graceMs ?? 25_000);
      child.once("exit", () => {
        clearTimeout(kill);
        done();
      });
      child.kill("SIGTERM");
    });
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    child.kill(signal);
  }
}

function passLines(until: RegExp): (line: string) => void {
  let ready = false;
  return (line) => {
    if (!ready || line.startsWith('{"level"')) process.stdout.write(`${line}\n`);
    ready ||= until.test(line);
  };
}
