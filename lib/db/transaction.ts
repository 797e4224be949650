import { type SQL, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { type Database, openDatabase, processRole } from "./client";

export type DrizzleTransaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** One transaction of one actor: the only way to personal rows. */
export type Tx = {
  db: DrizzleTransaction;
  /** Start of the transaction in the database's time (R14), or the test's clock. */
  now: Temporal.Instant;
  ctx: Ctx;
};

type Options = { readOnly?: boolean; isolation?: "read committed" | "repeatable read" | "serializable" };

/**
 * Runs `work` in one transaction in which row security knows the actor: `tc.actor` (kind),
 * `tc.person`, `tc.staff`, `tc.role`. The settings end with the transaction, so that a pooled
 * connection leaks no identity (S20). No network call belongs inside.
 */
export async function withTransaction<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>, options: Options = {}): Promise<T> {
  const { db } = openDatabase(processRole());
  const { actor } = ctx;
  const person = actor.kind === "holder" || actor.kind === "staff" ? actor.personId : "";
  const staff = actor.kind === "staff" ? actor.staffId : "";
  const role = actor.kind === "staff" ? actor.role : "";
  const readOnly = options.readOnly ? "on" : "off";
  return db.transaction(
    async (tx) => {
      const [row] = await tx.execute<{ now: string }>(sql`
        select set_config('tc.actor', ${actor.kind}, true), set_config('tc.person', ${person}, true),
               set_config('tc.staff', ${staff}, true), set_config('tc.role', ${role}, true),
               set_config('transaction_read_only', ${readOnly}, true), now()::text as now`);
      const now = ctx.clock ? ctx.clock() : Temporal.Instant.from(String(row?.now));
      return work({ db: tx, now, ctx });
    },
    // Read committed is every connection's own (client.ts): saying it again would be another way to the database and back.
    options.isolation && options.isolation !== "read committed" ? { isolationLevel: options.isolation } : undefined,
  );
}

/** A read-only transaction of the actor. */
export function withRead<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withTransaction(ctx, work, { readOnly: true });
}

/**
 * Calls a function of the database that names its actor itself (`SET tc.actor`) and needs nothing before or after: a transaction of
 * its own in one way there and back, where `withTransaction` takes four and more. For what is asked hundreds of times a second.
 */
export async function askDatabase<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
  return [...(await openDatabase(processRole()).db.execute(query))] as Row[];
}
