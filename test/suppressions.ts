import { rm } from "node:fs/promises";
import type postgres from "postgres";
import { listFile } from "@/lib/suppression/list";

/** As a restore leaves the database: it knows only of the erasures that are named. */
export async function forgetErasures(sql: postgres.Sql, but: readonly string[] = []): Promise<void> {
  await sql`alter table suppressions disable trigger user`;
  await sql`delete from suppressions where id::text <> all (${[...but]})`;
  await sql`alter table suppressions enable trigger user`;
}

/** A list without a line, and a database that knows of none. */
export async function emptyList(sql: postgres.Sql): Promise<void> {
  await rm(listFile(), { force: true });
  await forgetErasures(sql);
}
