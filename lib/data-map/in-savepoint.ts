import type pg from "pg";

/**
 * Asks the database what it may refuse: the transaction goes on, and keeps nothing of it. The savepoint is released too, since from within one
 * no snapshot can be handed to another session (refuse-losses.ts).
 */
export async function inSavepoint<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query("savepoint tc_asked");
  try {
    return await work();
  } finally {
    await client.query("rollback to savepoint tc_asked; release savepoint tc_asked");
  }
}
