import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createPlatform } from "@/demo/platform/create";
import { closePlatforms } from "@/lib/data-map/platform";
import { resetEnv } from "@/lib/env";
import { createDatabase, dropDatabase } from "./database";

/** Gives each test of this file a copy of the demo's platform, to which the data map's addresses point. */
export function demoPlatformPerTest(): { name: string; client: pg.Client } {
  const copy = {} as { name: string; client: pg.Client };
  let template = "";
  beforeAll(async () => {
    const made = await createDatabase();
    template = made.name;
    await createPlatform(made.url);
  }, 60_000);
  afterAll(() => dropDatabase(template));
  beforeEach(async () => {
    const { name, url } = await createDatabase(template);
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
