import type { Tx } from "../db/transaction";
import { askForProof } from "./ask-identity";
import type { CaseRow } from "./change-case";
import { tellAsker } from "./hand-to-companies";
import type { LookedUp } from "./look-up-address";
import { tellUnknown } from "./tell-unknown";

/**
 * What the owner of an address hears of a request that stays here: on file they are asked for proof; otherwise which companies
 * answer, though none could be told just now, or that nothing is found. By mail to that address alone (S16).
 */
export async function askOrTell(
  tx: Tx,
  row: CaseRow,
  { onFile, companies }: LookedUp,
  { to, agent }: { to: string; agent: boolean },
): Promise<void> {
  if (onFile) await askForProof(tx, row, onFile, agent);
  else if (companies.length > 0)
    await tellAsker(tx, { caseId: row.id, reference: row.reference, companies, email: to, agent });
  else await tellUnknown(tx, row, to, agent);
}
