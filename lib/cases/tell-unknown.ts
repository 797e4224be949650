import type { Tx } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import type { CaseRow } from "./change-case";
import { policyDue } from "./clocks";
import { statusPathFor } from "./status-path";

/** To an address that nobody here has and no company names: that nothing is found, and how to go on (S16). */
export async function tellUnknown(tx: Tx, row: CaseRow, to: string, agent: boolean): Promise<void> {
  await queueMail(tx, {
    ...{ template: "request-unknown", to, kind: "security" },
    props: {
      ...{ reference: row.reference, kind: row.kind, agent, replyBy: inWords(policyDue(row.receivedAt), "UTC") },
      statusPath: agent ? null : await statusPathFor(tx, row),
    },
    idempotencyKey: `request-unknown-${row.id}`,
  });
}
