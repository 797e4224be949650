import { and, desc, eq, gt, isNotNull, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { caseMessages, cases, inboundMails } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type CaseRow, lockCase } from "./change-case";

const { perAddress, all } = config.mail.inbound.acknowledgements;

/**
 * Whether this sender's mails became as many cases within the hour as one sender's may, confirmed or not (S17). The caller holds the
 * sender's lock.
 */
export async function openedEnough(tx: Tx, senderHash: string): Promise<boolean> {
  const hour = gt(inboundMails.openedAt, tx.now.subtract({ hours: 1 }));
  return (await tx.db.$count(inboundMails, and(eq(inboundMails.senderHash, senderHash), hour))) >= perAddress;
}

/** Whether another confirmation may go out within the hour, to whomever. */
export async function mayConfirm(tx: Tx): Promise<boolean> {
  return (await tx.db.$count(inboundMails, gt(inboundMails.acknowledgedAt, tx.now.subtract({ hours: 1 })))) < all;
}

/** The newest open question that this sender opened by mail, locked; null when there is none. */
export async function openMailCase(tx: Tx, senderHash: string): Promise<CaseRow | null> {
  const [newest] = await tx.db
    .select({ id: cases.id })
    .from(inboundMails)
    .innerJoin(caseMessages, eq(caseMessages.id, inboundMails.messageId))
    .innerJoin(cases, eq(cases.id, caseMessages.caseId))
    .where(
      and(
        ...[eq(inboundMails.senderHash, senderHash), isNotNull(inboundMails.openedAt)],
        ...[eq(cases.kind, "inquiry"), isNull(cases.closedAt)],
      ),
    )
    .orderBy(desc(inboundMails.openedAt), desc(cases.id))
    .limit(1);
  return newest ? lockCase(tx, newest.id) : null;
}
