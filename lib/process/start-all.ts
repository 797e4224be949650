import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import postgres from "postgres";
import { demoSecrets } from "../db/embedded";
import { migrateDatabase } from "../db/migrate";
import { env, parseEnv } from "../env";
import { log } from "../log";
import { buildIfNeeded } from "./build";
import { Supervisor } from "./supervisor";

/** A start that cannot go on for a reason a person can mend. */
export class StartError extends Error {
  override name = "StartError";
}

const root = resolve(import.meta.dirname, "../..");
const runTs = (file: string, ...args: string[]) => ({
  command: process.execPath,
  args: ["--import", "tsx", resolve(root, file), ...args],
});

/** Starts everything and returns once it serves; ends the process on SIGINT or SIGTERM after a clean stop. */
export async function startAll({ development }: { development: boolean }): Promise<void> {
  const port = Number(process.env.PORT ?? 3000);
  await refuseTakenPort(port);
  const supervisor = new Supervisor((name) => {
    log.fatal({ child: name }, "a process keeps dying; giving up");
    void shutDown(supervisor, 1);
  });
  process.once("SIGINT", () => void shutDown(supervisor, 0));
  process.once("SIGTERM", () => void shutDown(supervisor, 0));
  const demo = !process.env.DATABASE_URL;
  try {
    Object.assign(
      process.env,
      demo ? await demoEnvironment(supervisor, port) : { APP_URL: process.env.APP_URL ?? `http://localhost:${port}` },
    );
    const checked = demo ? env() : parseEnv(process.env);
    await refuseUnreachable(checked.DATABASE_URL);
    await migrateDatabase(checked.MIGRATION_DATABASE_URL ?? checked.DATABASE_URL);
    if (demo) {
      const { seedDemo } = await import("../../demo/seed");
      await seedDemo();
    } else {
      const { refuseDemoAccounts } = await import("../../demo/refuse");
      await refuseDemoAccounts(checked.DATABASE_URL);
    }
    if (!development) await buildIfNeeded(root);
  } catch (error) {
    await supervisor.stop([["postgres"]]);
    throw error;
  }
  const next = resolve(root, "node_modules/next/dist/bin/next");
  supervisor.start({
    name: "web",
    command: process.execPath,
    args: [next, development ? "dev" : "start", "-p", String(port)],
    env: { TC_PROCESS: "web", NODE_ENV: development ? "development" : "production" },
  });
  supervisor.start({ name: "worker", ...runTs("bin/worker.ts"), env: { TC_PROCESS: "worker" } });
  await untilServing(`http://127.0.0.1:${port}/api/health`);
  console.log(welcome(env().APP_URL, demo));
}

async function demoEnvironment(supervisor: Supervisor, port: number): Promise<Record<string, string>> {
  const directory = resolve(process.env.DATA_DIR ?? resolve(root, ".data"));
  const child = supervisor.start({
    name: "postgres",
    ...runTs("bin/postgres.ts", directory),
    env: { TC_PROCESS: "postgres" },
  });
  const [message] = (await once(child, "message")) as [{ ready: boolean; url?: string; message?: string }];
  if (!message.ready || !message.url) throw new StartError(message.message ?? "The embedded Postgres did not start.");
  const sql = postgres(message.url, { max: 1, onnotice: () => {} });
  for (const name of ["trust_center", "operno"]) {
    const [known] = await sql`select 1 from pg_database where datname = ${name}`;
    if (!known) await sql.unsafe(`create database ${name}`);
  }
  await sql.end();
  return {
    TRUST_CENTER_MODE: "demo",
    DATABASE_URL: message.url.replace(/\/postgres$/, "/trust_center"),
    PLATFORM_DATABASE_URL: message.url.replace(/\/postgres$/, "/operno"),
    APP_URL: process.env.APP_URL ?? `http://localhost:${port}`,
    STORAGE_DIR: process.env.STORAGE_DIR ?? resolve(directory, "packages"),
    ...(await demoSecrets(directory)),
  };
}

function refuseTakenPort(port: number): Promise<void> {
  return new Promise((done, fault) => {
    const probe = createServer();
    probe.once("error", () =>
      fault(new StartError(`Port ${port} is taken. Stop what uses it, or choose another: PORT=3100 npm start`)),
    );
    probe.listen(port, () => probe.close(() => done()));
  });
}

async function refuseUnreachable(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    const { host, pathname } = new URL(url);
    throw new StartError(
      `DATABASE_URL cannot be reached (${host}${pathname}): ${(error as { code?: string }).code ?? "no answer"}. ` +
        "Check that Postgres runs there and that user and password are right.",
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function untilServing(url: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  log.warn("the web process does not answer yet; see its lines above");
}

function welcome(origin: string, demo: boolean): string {
  const lines = [`\n  Operno Trust Center   ${origin}`];
  if (demo) {
    lines.push(
      `  Sign in as            ada.winter@lumen-lifts.example (owner) or max.brandt@lumen-lifts.example (technician)`,
      `  Codes and all mail    ${origin}/dev/mailbox`,
      `  Staff                 npm run staff:invite -- --email you@example.org --role officer`,
    );
  }
  return `${lines.join("\n")}\n`;
}

async function shutDown(supervisor: Supervisor, code: number): Promise<void> {
  await supervisor.stop([["web", "worker"], ["postgres"]]);
  process.exit(code);
}
