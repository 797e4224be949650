import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportedFields } from "@/lib/data-map/exported";
import { dataMap } from "@/lib/data-map/load";
import { openReach, type ReachSubject } from "@/lib/data-map/reach";
import { columnsOf, csvCells, jsonLines } from "@/lib/exports/select";

export const hasPsql = (): boolean => {
  try {
    execFileSync("psql", ["--version"]);
    return true;
  } catch {
    return false;
  }
};

/**
 * The same rows by the tools at hand: one psql session that COPYs every collection twice, as JSON
 * Lines and as CSV with the same SELECTs, through one `gzip -1` and one `openssl enc -aes-256-ctr`
 * into one file. It keeps no hash, no progress, no index, and does not sync: a bare pipe.
 */
export async function prepareBaseline(url: string, subject: ReachSubject, directory: string) {
  const [system] = dataMap().systems;
  if (!system) throw new Error("the map is empty");
  const reach = await openReach(system, subject, "company");
  // What the reach found lies in its session's temporary tables: the pipe's session gets the same.
  const { rows: tables } = await reach.client.query<{ name: string; columns: string }>(
    `select c.relname as name, string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' order by attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and attnum > 0
      where relnamespace = pg_my_temp_schema() and relkind = 'r' group by c.oid, c.relname`,
  );
  const script = [
    "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set client_encoding = 'UTF8';",
    "set max_parallel_workers_per_gather = 0;",
  ];
  for (const { name, columns } of tables) {
    const { rows } = await reach.client.query<{ row: string }>(
      `select row_to_json(t)::text as row from pg_temp."${name}" t`,
    );
    script.push(`create temporary table "${name}" (${columns});`);
    const values = JSON.stringify(rows.map(({ row }) => JSON.parse(row))).replaceAll("'", "''");
    script.push(`insert into "${name}" select * from json_populate_recordset(null::"${name}", '${values}');`);
  }
  for (const collection of reach.collections) {
    if (exportedFields(collection, "company").length === 0) continue;
    const select = reach.query(collection);
    const columns = await columnsOf(reach.client, select);
    script.push(
      `copy (${jsonLines(select, columns)}) to stdout with (format csv, quote e'\\x01', delimiter e'\\x02');`,
    );
    script.push(`copy (${csvCells(select, columns)}) to stdout with (format csv, header);`);
  }
  await reach.close();
  const file = join(directory, "baseline.sql");
  writeFileSync(file, script.join("\n"));
  const out = join(directory, "baseline.enc");
  const command = `psql "$BENCH_URL" -qAtX -v ON_ERROR_STOP=1 -f '${file}' | gzip -1 | openssl enc -aes-256-ctr -K ${randomBytes(32).toString("hex")} -iv ${randomBytes(16).toString("hex")} > '${out}'`;
  return {
    /** @returns seconds, and the bytes of the file */
    async run(): Promise<{ seconds: number; bytes: number }> {
      const from = performance.now();
      await new Promise<void>((done, fault) => {
        const shell = spawn("bash", ["-o", "pipefail", "-c", command], {
          env: { ...process.env, BENCH_URL: url },
          stdio: ["ignore", "ignore", "inherit"],
        });
        shell.once("exit", (code) => (code === 0 ? done() : fault(new Error(`the pipe ended with ${code}`))));
      });
      return { seconds: (performance.now() - from) / 1000, bytes: statSync(out).size };
    },
  };
}
