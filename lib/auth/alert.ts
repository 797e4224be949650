import { randomToken, sha256Hex } from "../crypto/hash";
import { securityAlerts } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";

/** How long the "this was not me" of a mail works. */
export const alertDays = 30;

export type AlertKind = (typeof securityAlerts.$inferSelect)["kind"];

/** Makes the token of a mail's "this was not me"; only its hash is kept (S29). */
export async function newAlert(
  tx: Tx,
  input: { personId: string; sessionId: string; kind: AlertKind },
): Promise<{ id: string; token: string }> {
  const id = newId();
  const token = randomToken();
  await tx.db.insert(securityAlerts).values({
    id,
    ...input,
    tokenHash: sha256Hex(token),
    createdAt: tx.now,
    expiresAt: tx.now.add({ hours: 24 * alertDays }),
  });
  return { id, token };
}
