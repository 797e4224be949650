import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { runTs } from "./process/run-ts";

/** A process that logs 50 lines and exits, once `go` is called. */
function logAndExit() {
  const { command, args } = runTs("test/process/log-and-exit.ts");
  const env = { ...process.env, LOG_LEVEL: "info" };
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore", "ipc"], env });
  const ended = new Promise((done) => child.once("exit", (code, signal) => done(code ?? signal)));
  const ready = new Promise((done) => child.once("message", done));
  return { child, stdout: child.stdout as Readable, ended, ready, go: () => child.send("go on") };
}

// A web process whose supervisor was killed kept trying to write its last lines for ever.
it("lets a process end whose reader is gone", async () => {
  const { child, stdout, ended, ready, go } = logAndExit();
  await ready;
  stdout.destroy();
  go();
  const outcome = await Promise.race([ended, sleep(20_000, "still running", { ref: false })]);
  child.kill("SIGKILL");
  expect(outcome).toBe(0);
});

it("has written every line when a process exits at once", async () => {
  const { stdout, ready, go } = logAndExit();
  void ready.then(go);
  expect((await text(stdout)).trim().split("\n")).toHaveLength(50);
});
