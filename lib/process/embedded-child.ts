import { resolve } from "node:path";
import postgres from "postgres";
import { sha256Hex } from "../crypto/hash";
import { freePort } from "./ports";
import { root, runTs } from "./run-ts";
import { demoSecrets } from "./secrets";
import { StartError } from "./start-error";
import type { Supervisor } from "./supervisor";

const databases = ["trust_center", "operno"] as const;

export type EmbeddedChild = {
  /** Where the data lies. */
  directory: string;
  /** What `lib/env.ts` needs, for this and every child process. */
  environment: Record<string, string>;
};

/** The folder of the embedded Postgres, its secrets and the packages: DATA_DIR or `.data`. */
export const dataDirectory = (): string => resolve(process.env.DATA_DIR || resolve(root, ".data"));

/**
 * Starts the embedded Postgres under the supervisor, on a port chosen once, so that the addresses in
 * the environment stay right when it has to be started again; makes both databases.
 * @param mode `demo`, or `test` for journeys (which trades durability for speed)
 */
export async function startEmbeddedChild(
  supervisor: Supervisor,
  mode: "demo" | "test",
  port: number,
): Promise<EmbeddedChild> {
  const directory = dataDirectory();
  const secrets = await demoSecrets(directory);
  const flags = mode === "test" ? ["-c", "fsync=off", "-c", "synchronous_commit=off"] : [];
  const child = supervisor.start({
    name: "postgres",
    ...runTs("bin/postgres.ts", directory, String(await freePort()), ...flags),
    env: { TC_PROCESS: "postgres" },
    graceMs: 30_000,
  });
  const url = await new Promise<string>((done, fault) => {
    child.once("message", (message: { ready: boolean; url: string; message?: string }) =>
      message.ready
        ? done(message.url)
        : fault(new StartError(message.message ?? "The embedded Postgres did not start.")),
    );
    child.once("exit", () => fault(new StartError("The embedded Postgres ended before it was ready; see above.")));
  });
  await makeDatabases(url);
  const addressOf = (name: (typeof databases)[number]) => url.replace(/\/postgres$/, `/${name}`);
  return {
    directory,
    environment: {
      TRUST_CENTER_MODE: mode,
      DATABASE_URL: addressOf("trust_center"),
      // Always its own: the demo shows every sign-in code, which no real platform's people may be served with.
      PLATFORM_DATABASE_URL: addressOf("operno"),
      PLATFORM_ERASER_DATABASE_URL: addressOf("operno"),
      PLATFORM_IMPORTER_DATABASE_URL: addressOf("operno"),
      APP_URL: process.env.APP_URL || `http://localhost:${port}`,
      STORAGE_DIR: process.env.STORAGE_DIR || resolve(directory, "packages"),
      ...secrets,
      PLATFORM_API_KEY_HASHES: sha256Hex(secrets.PLATFORM_API_KEY),
    },
  };
}

async function makeDatabases(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const name of databases) {
      const [known] = await sql`select 1 from pg_database where datname = ${name}`;
      if (!known) await sql.unsafe(`create database ${name}`);
    }
  } finally {
    await sql.end();
  }
}
