import type { TemplateProps } from "../../emails/registry";
import { randomToken, sha256Hex } from "../crypto/hash";
import { securityAlerts } from "../db/schema";
import type { Tx } from "../db/transaction";
import { newId } from "../ids";
import { queueMail } from "../mail/queue-mail";

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

type Alert = { to: string; personId: string; sessionId: string; kind: AlertKind } & Pick<
  TemplateProps<"security-alert">,
  "device" | "zone" | "waitHours"
>;

/** Tells a person by mail of what was just done in one of their sessions, with a way to disown it (S14, S29). */
export async function tellOfAlert(tx: Tx, about: Alert): Promise<void> {
  const { to, personId, sessionId, kind, device, zone, waitHours } = about;
  const alert = await newAlert(tx, { personId, sessionId, kind });
  await queueMail(tx, {
    template: "security-alert",
    to,
    personId,
    props: { kind, device, at: tx.now.toString(), zone, waitHours, disown: alert.token },
    idempotencyKey: `alert:${alert.id}`,
  });
}
