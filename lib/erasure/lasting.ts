import pg from "pg";

/** Asks a transaction for its id. */
export const transactionSql = "select pg_current_xact_id()::text as id";

/** The id of the transaction, by which one can ask later whether it lasted. */
export async function currentTransaction(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ id: string }>(transactionSql);
  return rows[0]?.id ?? "";
}

/** Whether a transaction of an earlier attempt lasted. @throws while it still runs */
export async function hasLasted(url: string, transaction: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: "trust center (erasure)" });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ status: string | null }>("select pg_xact_status($1::text::xid8) as status", [
      transaction,
    ]);
    if (rows[0]?.status === "in progress") throw new Error("an earlier attempt at this erasure still runs");
    return rows[0]?.status === "committed";
  } finally {
    await client.end().catch(() => {});
  }
}
