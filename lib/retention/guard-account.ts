import type pg from "pg";
import type { homeSystem } from "../data-map/load";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { isLocked } from "../erasure/stopped-by";
import { type ClosedAccount, lockClosed } from "./closed-accounts";

/** That nobody opens an account at home while other systems are seen to. */
export type Guard = {
  closed: boolean;
  /** Where it could not be locked, such as in a view, whoever makes something last looks once more. */
  locked: boolean;
  /** To the transaction that ends the account: for a moment both lock it, so that there is no gap. */
  handOver(taker: pg.ClientBase): Promise<void>;
  letGo(): Promise<void>;
};

/** Where home is the only system, its own transaction is guard enough. */
export const noGuard: Guard = { closed: true, locked: true, handOver: async () => {}, letGo: async () => {} };

/** Locks an account by a transaction of `client` that does nothing else, until it is handed over or let go. */
export async function guardAccount(
  client: pg.ClientBase,
  home: ReturnType<typeof homeSystem>,
  account: ClosedAccount,
): Promise<Guard> {
  let open = true;
  const letGo = async () => {
    if (!open) return;
    open = false;
    await client.query("rollback");
  };
  await client.query("begin; set local idle_in_transaction_session_timeout = '1h'");
  try {
    const found = await lockClosed(client, home, account, "share");
    const handOver = async (taker: pg.ClientBase) => {
      if (!open) return;
      await lockClosed(taker, home, account, "share");
      await letGo();
    };
    return { ...found, handOver, letGo };
  } catch (error) {
    await letGo().catch(() => {});
    if (!isLocked(error)) throw error;
    throw new ErasurePutOff(`${home.name}: somebody else is at the account; it is tried again`);
  }
}
