import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { createPlatform } from "@/demo/platform/create";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { freePort } from "@/lib/process/ports";
import { runTs } from "@/lib/process/run-ts";
import { Supervisor } from "@/lib/process/supervisor";

type Killable = {
  client: pg.Client;
  /** As a machine would, without a word; its supervisor starts it again. */
  kill(): Promise<void>;
  /** Waits until it answers again. */
  back(): Promise<void>;
};

/** Gives this file the demo's platform in a Postgres of its own, as durable as it comes, to which the data map's addresses point. */
export function killablePlatform(): Killable {
  let directory = "";
  let url = "";
  let supervisor: Supervisor;
  const platform = {
    async kill() {
      const lock = await readFile(join(directory, "postgres", "postmaster.pid"), "utf8");
      process.kill(Number.parseInt(lock, 10), "SIGKILL");
    },
    async back() {
      platform.client = await connected(url);
      await closePlatforms();
    },
  } as Killable;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tc-killable-"));
    await chmod(directory, 0o755);
    supervisor = new Supervisor(() => {});
    const entrance = runTs("bin/postgres.ts", directory, String(await freePort()));
    const child = supervisor.start({ name: "postgres", ...entrance, env: { TC_PROCESS: "postgres" } });
    [{ url }] = (await once(child, "message")) as [{ url: string }];
    await createPlatform(url);
    process.env.PLATFORM_DATABASE_URL = url;
    process.env.PLATFORM_ERASER_DATABASE_URL = url;
    resetEnv();
    platform.client = await connected(url);
  }, 120_000);
  afterEach(closePlatforms);
  afterAll(async () => {
    await platform.client.end().catch(() => {});
    await supervisor.stop([["postgres"]]);
    await rm(directory, { recursive: true, force: true });
  });
  return platform;
}

async function connected(url: string): Promise<pg.Client> {
  for (const end = Date.now() + 60_000; ; await sleep(100)) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => {});
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
