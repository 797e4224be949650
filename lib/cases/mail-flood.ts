import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { caseMessages, cases, inboundMails } from "../db/schema";
import type { Tx } from "../db/transaction";
import { type CaseRow, lockCase } from "./change-case";

const { perAddress, all } = config.mail.inbound.acknowledgements;

export type Confirming = "yes" | "address-used-up" | "all-used-up";

/** Whether another confirmation may go to this sender within the hour (S17). The caller holds the sender's lock. */
export async function confirming(tx: Tx, senderHash: string): Promise<Confirming> {
  const [sent] = await tx.db
    .select({
      theirs: sql<number>`count(*) filter (where ${inboundMails.senderHash} = ${senderHash})::int`,
      all: sql<number>`count(*)::int`,
    })
    .from(inboundMails)
    .where(gt(inboundMails.acknowledgedAt, tx.now.subtract({ hours: 1 })));
  if ((sent?.theirs ?? 0) >= perAddress) return "address-used-up";
  return (sent?.all ?? 0) >= all ? "all-used-up" : "yes";
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
        eq(inboundMails.senderHash, senderHash),
        eq(cases.channel, "mail"),
        eq(cases.kind, "inquiry"),
        isNull(cases.closedAt),
      ),
    )
    .orderBy(desc(cases.receivedAt), desc(cases.id))
    .limit(1);
  return newest ? lockCase(tx, newest.id) : null;
}
