import { chmod, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import pg from "pg";
import postgres from "postgres";
import { createSchema } from "@/demo/platform/create";
import { startEmbedded } from "@/lib/db/embedded";
import { prepareTrustCenter } from "../platform/trust-center";

/** An empty trust center and a platform with `people` account holders, in one Postgres; made anew each time. */
export async function startPlatform(people: number) {
  const directory = resolve(process.env.BENCH_DIR ?? ".data/bench", "notices");
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const server = await startEmbedded(directory, ["-c", "shared_buffers=256MB", "-c", "max_wal_size=4GB"]);
  const sql = postgres(server.url("postgres"), { max: 1, onnotice: () => {} });
  for (const name of ["platform", "trust_center"]) {
    await sql.unsafe(`drop database if exists ${name} with (force)`);
    await sql.unsafe(`create database ${name}`);
  }
  await sql.end();
  const platform = new pg.Client({ connectionString: server.url("platform") });
  await platform.connect();
  await createSchema(platform);
  await platform.query(holders(people));
  await platform.query("vacuum analyze");
  await platform.end();
  await prepareTrustCenter(server, directory);
  return server;
}

/** Random ids, as platforms give them; a few zones and languages; one address in a thousand that no mail can reach. */
const holders = (people: number) => `
  insert into companies (id, name, created_at)
  select gen_random_uuid(), 'Company ' || n, now() from generate_series(1, ${Math.ceil(people / 20)}) n;
  insert into users (id, company_id, email, role, language, time_zone, password_hash, created_at)
  select gen_random_uuid(), (select id from companies limit 1),
    'holder.' || n || case when n % 1000 = 0 then ' broken' else '' end || '@company' || n / 20 || '.example', 'technician',
    (array['en', 'de', 'fr'])[1 + n % 3],
    (array['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'])[1 + n % 5], 'none', now()
  from generate_series(1, ${people}) n`;
