import type pg from "pg";
import { connect } from "../data-map/connect";

const settings = `set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set statement_timeout = '10min'; set lock_timeout = '2s'; set jit = off; set work_mem = '64MB'`;

/** The session of a login that erases, as sweeps use it. @param options of the session, such as `-c role=...` */
export const connectSweeper = (url: string, options?: string): Promise<pg.Client> =>
  connect(url, "retention", settings, options ? { options } : {});
