import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { systemCtx } from "../context";
import { suppressions } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { readTail, SuppressionError, type Tail } from "./list";

/**
 * How the list and the database stand to each other. `behind`: the list holds erasures that the database does not know, so the
 * database was brought back to an earlier state. `lost`: the database knows lines that the list does not hold any more.
 * `altered`: the list was changed by somebody else.
 */
export type ListState = "in-step" | "behind" | "lost" | "altered";

export const stateWords: Record<Exclude<ListState, "in-step">, string> = {
  behind: "the database was restored and does not know of erasures that were carried out; run npm run erasure:replay",
  lost: "the list of erasures lost lines that the database knows; run npm run erasure:replay",
  altered: "the list of erasures was altered; put the file back from its copy (docs/restoring.md)",
};

/** Reads the end of the list and one row; cheap enough for every health check. */
export async function listState(ctx: Ctx = systemCtx("suppression:state")): Promise<ListState> {
  try {
    return await withRead(ctx, async (tx) => stateOf(tx, await readTail()));
  } catch (error) {
    if (error instanceof SuppressionError) return "altered";
    throw error;
  }
}

/** Whoever writes to the list, in whichever process, does it alone, until its transaction ends. */
export const lockList = (tx: Tx) => tx.db.execute(sql`select pg_advisory_xact_lock(5246029254386353133)`);

export async function stateOf(tx: Tx, { last }: Tail): Promise<ListState> {
  const [row] = await tx.db
    .select({
      highest: sql<number>`coalesce(max(${suppressions.n}), 0)::int`,
      known: sql<boolean>`coalesce(bool_or(${suppressions.id} = ${last?.id ?? null}::uuid), false)`,
      mac: sql<string | null>`max(${suppressions.mac}) filter (where ${suppressions.id} = ${last?.id ?? null}::uuid)`,
    })
    .from(suppressions);
  const { highest = 0, known = false, mac = null } = row ?? {};
  if ((last?.n ?? 0) < highest) return "lost";
  if (!last) return "in-step";
  if (!known) return "behind";
  return mac === null || mac === last.mac ? "in-step" : "altered";
}
