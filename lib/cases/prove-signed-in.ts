import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Tx } from "../db/transaction";
import { recordEvent } from "./record-event";
import { resumePaused } from "./run-clocks";

/**
 * Its person goes on, signed in, with a request that came without an account: that is the proof that a link to their address was
 * sent for. The link ends, nobody is reminded of it, and paused clocks go on. Does nothing where it is proved. The case is locked.
 */
export async function proveSignedIn(tx: Tx, caseId: string, personId: string): Promise<void> {
  const [proof] = await tx.db.execute<{ first: boolean }>(
    sql`select tc_prove_signed_in(${caseId}, ${tx.now.toString()}::timestamptz) as first`,
  );
  if (!proof?.first) return;
  await recordEvent(tx, { caseId, type: "identity.proved", detail: { by: "account" } });
  const resumed = await resumePaused(tx, caseId);
  if (resumed > 0) await recordEvent(tx, { caseId, type: "clock.resumed", detail: { by: "proof" } });
  await recordAudit(tx, {
    action: "identity.proved",
    object: { type: "case", id: caseId },
    payload: { by: "account", person: personId, clocks: resumed },
  });
}
