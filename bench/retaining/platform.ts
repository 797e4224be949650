import { access, chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { createSchema } from "@/demo/platform/create";
import { startEmbedded } from "@/lib/db/embedded";
import { prepareTrustCenter } from "../platform/trust-center";

export const userId = "00000000-0000-4000-9000-000000000001";
const companyId = "00000000-0000-4000-8000-000000000001";
/** Rows lie evenly over these two years; judged at this moment, the first quarter of them is over its two years. */
export const judgedAt = Temporal.Instant.from("2027-07-01T00:00:00Z");
export const cutoff = "2025-07-01T00:00:00Z";

/** As many usage events (in monthly partitions) as server log lines (in one table), generated once and kept; and a trust center. */
export async function startPlatform(rows: number) {
  const directory = resolve(process.env.BENCH_DIR ?? ".data/bench", `retention-${rows}`);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const server = await startEmbedded(directory, ["-c", "shared_buffers=512MB", "-c", "max_wal_size=8GB"]);
  const admin = new pg.Client({ connectionString: server.url("postgres") });
  await admin.connect();
  const made = join(directory, "generated");
  const known = await access(made).then(
    () => true,
    () => false,
  );
  if (!known) {
    await admin.query("drop database if exists platform with (force)");
    await admin.query("create database platform");
    await generate(server.url("platform"), rows);
    await writeFile(made, new Date().toISOString());
  }
  await admin.query("drop database if exists trust_center with (force)");
  await admin.query("create database trust_center");
  await prepareTrustCenter(server, directory);
  return { server, admin };
}

/** As many events and lines, with the indexes of the demo. */
export async function generate(url: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set synchronous_commit = off; set maintenance_work_mem = '256MB'");
  await createSchema(client);
  const at = `timestamptz '2025-01-01 00:00+00' + make_interval(secs => 63072000.0 * n / ${rows})`;
  await client.query(`
    drop index usage_events_company, usage_events_user, usage_events_device, access_logs_company, access_logs_user, access_logs_device;
    insert into companies (id, name, created_at) values ('${companyId}', 'Bench', '2020-01-01');
    insert into users (id, company_id, email, role, password_hash, created_at)
      values ('${userId}', '${companyId}', 'bench@bench.example', 'owner', 'x', '2020-01-01');
    insert into usage_events (id, occurred_at, company_id, user_id, feature, action, duration, properties)
      select n, ${at}, '${companyId}', '${userId}', 'schedule', 'open', make_interval(secs => n % 900),
        jsonb_build_object('from', 'screen-' || n % 90, 'count', n % 1000) from generate_series(0, ${rows - 1}) n;
    insert into access_logs (id, company_id, user_id, ip, method, path, status, milliseconds, user_agent, logged_at)
      select n, '${companyId}', '${userId}', ('198.51.100.' || n % 255)::inet, 'GET', '/api/v2/work-orders/' || n % 900000, 200,
        n % 900, 'Operno for Android 4.2.' || n % 9, ${at} from generate_series(0, ${rows - 1}) n`);
  for (const table of ["usage_events", "access_logs"])
    for (const column of ["company_id", "user_id", "device_id"])
      await client.query(`create index on ${table} (${column})`);
  await client.query("vacuum analyze");
  await client.end();
}
