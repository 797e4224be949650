import type pg from "pg";
import type { Ctx } from "../context";
import { connect } from "../data-map/connect";
import { ErasureRefused } from "../erasure/catalog";

const settings = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = '10min'; set lock_timeout = '2s'; set jit = off; set work_mem = '64MB'`;

/** The session of a login that erases, as sweeps use it. @param options of the session, such as `-c role=...` */
export const connectSweeper = (url: string, options?: string): Promise<pg.Client> =>
  connect(url, "retention", settings, options ? { options } : {});

/** Two databases whose clocks are further apart are not both right. */
const aheadHours = 36;

/**
 * What a clock that runs ahead makes due does not come back: a sweep by it would delete years of rows in one night.
 * @throws ErasureRefused when the instant by which a sweep judges lies far ahead of the time in the database that it sweeps
 */
export async function refuseAhead(
  client: pg.ClientBase,
  ctx: Ctx,
  at: Temporal.Instant,
  system: string,
): Promise<void> {
  if (ctx.clock) return;
  const { rows } = await client.query<{ now: string }>("select clock_timestamp()::text as now");
  const hours = Temporal.Instant.from(rows[0]?.now ?? "")
    .until(at)
    .total("hours");
  if (hours > aheadHours)
    throw new ErasureRefused(
      `${system}: the trust center's clock is ${Math.round(hours)} hours ahead of the one there; nothing is swept until both are right`,
    );
}
