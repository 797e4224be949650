import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbedded } from "../../lib/db/embedded";
import { createSchema } from "./create";

/**
 * Runs `work` with a platform: the one whose address is set, else the running demo's, else a temporary Postgres that
 * holds its schema and no rows.
 * @param root the project's folder
 */
export async function withSomePlatform<T>(root: string, work: () => Promise<T>): Promise<T> {
  if (process.env.PLATFORM_DATABASE_URL) return work();
  const running = await runningDemo(process.env.DATA_DIR ?? join(root, ".data"));
  if (running) {
    pointAt(running);
    return work();
  }
  const directory = await mkdtemp(join(tmpdir(), "tc-platform-"));
  await chmod(directory, 0o755);
  const server = await startEmbedded(directory, ["-c", "fsync=off"]);
  try {
    const client = new pg.Client({ connectionString: server.url("postgres") });
    await client.connect();
    await createSchema(client);
    await client.end();
    pointAt(server.url("postgres"));
    return await work();
  } finally {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function pointAt(url: string): void {
  process.env.PLATFORM_DATABASE_URL = url;
  process.env.PLATFORM_ERASER_DATABASE_URL = url;
}

/** The address of the demo's embedded Postgres when it runs: its port stands in postmaster.pid. */
async function runningDemo(directory: string): Promise<string | null> {
  const read = (name: string) => readFile(join(directory, name), "utf8").catch(() => null);
  const [pid, password] = [await read("postgres/postmaster.pid"), await read("postgres-password")];
  const port = pid?.split("\n")[3]?.trim();
  if (!port || !password) return null;
  const url = `postgres://postgres:${password.trim()}@127.0.0.1:${port}/operno`;
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    const { rows } = await client.query("select to_regclass('public.companies') is not null as known");
    return rows[0]?.known ? url : null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}
