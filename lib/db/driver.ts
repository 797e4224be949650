import pg from "pg";
import type postgres from "postgres";
import { log } from "../log";

type Rows = Record<string, unknown>[] & { count: number };
type Query = { text: string; values?: unknown[]; rowMode?: "array" };
type Run = (query: Query) => Promise<pg.QueryResult>;

/** Times, dates and intervals stay as Postgres writes them: the schema makes `Temporal` values of them. */
const asWritten = new Set([1082, 1083, 1114, 1115, 1182, 1183, 1184, 1185, 1186, 1187, 1231]);
const types = {
  getTypeParser: (id: number, format?: "text" | "binary") =>
    asWritten.has(id) && format !== "binary" ? (text: string) => text : pg.types.getTypeParser(id, format),
};

/**
 * node-postgres with the face that drizzle's sessions for postgres.js look at: `unsafe`, `begin`, `savepoint`.
 * Rows come as an array and `count` says how many a statement touched, as everything above expects.
 *
 * postgres.js itself does not outlive the server's death (docs/decisions/database-driver.md).
 */
export function drizzleClient(pool: pg.Pool): postgres.Sql {
  // Without a listener the loss of a connection would end the process; whoever uses it gets the error anyway.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", (error) => log.warn({ err: error }, "an idle database connection was lost"));
  return {
    ...statements((query) => pool.query({ ...query, types })),
    begin: (work: Work) => begin(pool, work),
    options: { parsers: {}, serializers: {} },
  } as unknown as postgres.Sql;
}

function statements(run: Run) {
  return {
    unsafe(text: string, values: unknown[] = []) {
      const query: Query = { text, values };
      // Sent a moment later, since `.values()` may still ask for arrays instead of objects.
      const answer = Promise.resolve()
        .then(() => run(query))
        .then(({ rows, rowCount }) => Object.assign(rows, { count: rowCount ?? 0 }) as Rows);
      const asArrays = () => {
        query.rowMode = "array";
        return answer;
      };
      return Object.assign(answer, { values: asArrays });
    },
  };
}

type Scope = ReturnType<typeof statements> & { savepoint: <T>(work: Work<T>) => Promise<T> };
type Work<T = unknown> = (scope: Scope) => Promise<T>;

/**
 * One transaction on a connection of its own. A connection that was lost, or whose state nobody knows, is thrown
 * away; no statement reaches one after its transaction is over.
 */
async function begin<T>(pool: pg.Pool, work: Work<T>): Promise<T> {
  const client = await pool.connect();
  let last: Promise<unknown> = Promise.resolve();
  let over = false;
  let broken: Error | undefined;
  // One after the other: node-postgres will not queue statements for much longer.
  const run: Run = (query) => {
    const answer = last.then(() => {
      if (over) throw new Error("this transaction is over");
      return client.query({ ...query, types });
    });
    last = answer.catch(() => {});
    return answer;
  };
  try {
    await run({ text: "begin" });
    const result = await inScope(run, work);
    await run({ text: "commit" });
    return result;
  } catch (error) {
    await run({ text: "rollback" }).catch((fault: Error) => {
      broken = fault;
    });
    throw error;
  } finally {
    over = true;
    client.release(broken);
  }
}

/**
 * A statement that failed fails its whole scope, also when `work` looked away: Postgres would answer the commit
 * with a rollback, and that is no error to it.
 */
async function inScope<T>(run: Run, work: Work<T>, depth = 0): Promise<T> {
  let failed: { error: unknown } | undefined;
  let savepoints = 0;
  const own: Run = (query) =>
    run(query).catch((error: unknown) => {
      failed ??= { error };
      throw error;
    });
  const savepoint = async <U>(inner: Work<U>): Promise<U> => {
    const name = `s${depth}_${savepoints++}`;
    await own({ text: `savepoint ${name}` });
    try {
      return await inScope(run, inner, depth + 1);
    } catch (error) {
      await own({ text: `rollback to savepoint ${name}` });
      throw error;
    }
  };
  const result = await work({ ...statements(own), savepoint });
  if (failed) throw failed.error;
  return result;
}
