import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { systemCtx } from "../context";
import { closeDatabases } from "../db/client";
import { migrateDatabase } from "../db/migrate";
import { type Env, env, parseEnv } from "../env";
import { closeQueue } from "../jobs/queue";
import { log } from "../log";
import { listDirectory } from "../suppression/list";
import { mendList } from "../suppression/mend";
import { listState, stateWords } from "../suppression/state";
import { buildIfNeeded } from "./build";
import { dataDirectory, startEmbeddedChild } from "./embedded-child";
import { refuseTakenPort, refuseUnreachable } from "./reachable";
import { removeRunFile, writeRunFile } from "./run-file";
import { root, runTs } from "./run-ts";
import { runWorker } from "./run-worker";
import { StartError } from "./start-error";
import { stopOnSignals } from "./stop-on-signals";
import { Supervisor } from "./supervisor";
import { welcome } from "./welcome";

type Options = { development: boolean };

/**
 * Starts database, web and worker, and returns once the site is ready; SIGINT, SIGTERM and the end of
 * the npm that started it stop all of it: web and worker drain first, then Postgres.
 * @throws StartError, EnvError or a known fault of the machine, when it cannot start
 */
export async function startAll({ development }: Options): Promise<void> {
  const port = Number(process.env.PORT || 3000);
  await refuseTakenPort(port);
  const gaveUp = (name: string) => {
    log.fatal({ child: name }, "a process keeps dying; giving up");
    void stop(1);
  };
  const supervisor = new Supervisor(gaveUp);
  const starting = new AbortController();
  const stop = stopOnSignals(async () => {
    starting.abort();
    await supervisor.stop([["web", "worker"], ["postgres"]]);
    if (embedded) await removeRunFile(dataDirectory());
  });
  const embedded = !process.env.DATABASE_URL && process.env.TRUST_CENTER_MODE !== "production";
  try {
    const checked = embedded ? await embeddedEnvironment(supervisor, port) : await givenEnvironment(port);
    await migrateDatabase(checked.MIGRATION_DATABASE_URL ?? checked.DATABASE_URL, checked.DATABASE_URL);
    await mkdir(checked.STORAGE_DIR, { recursive: true, mode: 0o700 });
    await mkdir(listDirectory(), { recursive: true, mode: 0o700 });
    await fillOrRefuseDemo(checked);
    await refuseUnreplayed(embedded);
    if (!development) await buildIfNeeded(root, starting.signal);
    if (starting.signal.aborted) return;
    startWeb(supervisor, port, development, checked.TRUST_CENTER_MODE !== "production");
    const worker = runWorker({ development });
    supervisor.start({
      name: "worker",
      ...worker,
      env: { ...worker.env, TC_PROCESS: "worker", NODE_ENV: development ? "development" : "production" },
    });
    await untilServing(`http://127.0.0.1:${port}/api/health/ready`, starting.signal);
    if (!starting.signal.aborted) console.log(welcome(checked.APP_URL, checked.TRUST_CENTER_MODE !== "production"));
  } catch (error) {
    // A stop in the middle of a start makes things fail; the one who stopped knows.
    if (starting.signal.aborted) return;
    await supervisor.stop([["web", "worker"], ["postgres"]]);
    throw error;
  }
}

async function embeddedEnvironment(supervisor: Supervisor, port: number): Promise<Env> {
  const mode = process.env.TRUST_CENTER_MODE === "test" ? "test" : "demo";
  const { directory, environment } = await startEmbeddedChild(supervisor, mode, port);
  Object.assign(process.env, environment);
  const checked = env();
  await writeRunFile(directory, { pid: process.pid, origin: checked.APP_URL, env: environment });
  return checked;
}

async function givenEnvironment(port: number): Promise<Env> {
  if (!process.env.APP_URL && process.env.TRUST_CENTER_MODE && process.env.TRUST_CENTER_MODE !== "production") {
    process.env.APP_URL = `http://localhost:${port}`;
  }
  const checked = parseEnv(process.env);
  await refuseUnreachable("DATABASE_URL", checked.DATABASE_URL);
  if (checked.MIGRATION_DATABASE_URL) await refuseUnreachable("MIGRATION_DATABASE_URL", checked.MIGRATION_DATABASE_URL);
  await refuseUnreachable("PLATFORM_DATABASE_URL", checked.PLATFORM_DATABASE_URL);
  return checked;
}

async function fillOrRefuseDemo(checked: Env): Promise<void> {
  if (checked.TRUST_CENTER_MODE === "production") {
    const { refuseDemoAccounts } = await import("../../demo/refuse");
    await refuseDemoAccounts(checked.DATABASE_URL);
  } else {
    const { seedDemo } = await import("../../demo/seed");
    await seedDemo();
  }
}

/**
 * Serves nobody whom a restore brought back (R9). Of a demo's databases nobody else has hold, so it does them again itself.
 * Lines that the list lost are put back; an altered list stops erasures and is on the desk, and people are served.
 * @throws StartError naming the command
 */
async function refuseUnreplayed(embedded: boolean): Promise<void> {
  let state = await listState();
  if (state === "lost") {
    log.warn({ lines: await mendList(systemCtx("start")) }, "the list of erasures had lost lines; they were put back");
    state = await listState();
  }
  if (embedded && state === "behind") {
    const { command, args } = runTs("bin/erasure-replay.ts");
    await new Promise((done) => spawn(command, args, { stdio: "inherit" }).once("exit", done).once("error", done));
    state = await listState();
  }
  // The queue that the demo was filled through too, or it would ask its closed connections every minute.
  await closeQueue();
  await closeDatabases();
  if (state === "behind") throw new StartError(`Not started: ${stateWords[state]}. How: docs/restoring.md`);
  if (state !== "in-step") log.error(stateWords[state]);
}

function startWeb(supervisor: Supervisor, port: number, development: boolean, demo: boolean): void {
  supervisor.start({
    name: "web",
    command: process.execPath,
    args: [
      "--import",
      resolve(root, "lib/process/preload-with-parent.ts"),
      resolve(root, "node_modules/next/dist/bin/next"),
      development ? "dev" : "start",
      "-p",
      String(port),
      // A demo shows everybody's codes in its mailbox: it serves this machine only, unless told otherwise.
      ...(demo ? ["-H", process.env.HOST || "127.0.0.1"] : []),
    ],
    env: {
      TC_PROCESS: "web",
      NODE_ENV: development ? "development" : "production",
      NEXT_TELEMETRY_DISABLED: "1",
    },
    ...(development ? {} : { plainLinesUntil: /Ready in/ }),
  });
}

async function untilServing(url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + 120_000;
  while (Date.now() < until && !signal.aborted) {
    const answer = await fetch(url, { signal }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  if (!signal.aborted)
    throw new StartError(
      "The site is not ready after two minutes; see the lines above, and /api/health/ready for the reason.",
    );
}
