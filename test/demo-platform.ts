import pg from "pg";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, inject } from "vitest";
import { createPlatform, createSchema } from "@/demo/platform/create";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { createDatabase, dropDatabase } from "./database";

/** Made once in a run, when a test first wants one: the demo's platform with its people, and the same without a row. */
const kinds = {
  demo: createPlatform,
  empty: async (url: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await createSchema(client);
    await client.end();
  },
};
type Kind = keyof typeof kinds;
const templates: Partial<Record<Kind, Promise<string>>> = {};

/** A copy of the demo's platform; the caller drops it with `dropDatabase`. */
export async function platformDatabase(kind: Kind = "demo"): Promise<{ name: string; url: string }> {
  templates[kind] ??= makeTemplate(kind);
  return createDatabase(await templates[kind]);
}

/** Two processes run tests: one makes it while the other waits. */
async function makeTemplate(kind: Kind): Promise<string> {
  const template = `tc_platform_${kind}`;
  const lock = postgres(inject("clusterUrl"), { max: 1, onnotice: () => {} });
  try {
    await lock`select pg_advisory_lock(hashtext(${template}))`;
    if ((await lock`select 1 from pg_database where datname = ${template}`).length === 0) {
      const { name, url } = await createDatabase();
      await kinds[kind](url);
      await lock.unsafe(`alter database ${name} rename to ${template}`);
    }
    return template;
  } finally {
    await lock.end();
  }
}

/** Gives this file a platform without a row, where nobody has an account, to which the data map's addresses point. */
export function emptyPlatformForFile(): void {
  let name = "";
  beforeAll(async () => {
    const made = await platformDatabase("empty");
    name = made.name;
    process.env.PLATFORM_DATABASE_URL = made.url;
    process.env.PLATFORM_ERASER_DATABASE_URL = made.url;
    resetEnv();
  });
  afterAll(() => dropDatabase(name));
}

/** Gives each test of this file a copy of the demo's platform, to which the data map's addresses point. */
export function demoPlatformPerTest(): { name: string; client: pg.Client } {
  const copy = {} as { name: string; client: pg.Client };
  beforeEach(async () => {
    const { name, url } = await platformDatabase();
    process.env.PLATFORM_DATABASE_URL = url;
    process.env.PLATFORM_ERASER_DATABASE_URL = url;
    resetEnv();
    copy.name = name;
    copy.client = new pg.Client({ connectionString: url });
    await copy.client.connect();
  });
  afterEach(async () => {
    await copy.client.end();
    await closePlatforms();
    await dropDatabase(copy.name);
  });
  return copy;
}
