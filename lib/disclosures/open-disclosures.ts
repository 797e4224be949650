import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { disclosurePeople, disclosures, people } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { queueMail } from "../mail/queue-mail";
import { openDisclosedAddress } from "./sealed-words";
import type { DisclosureRow } from "./with-disclosure";

/** Null while nothing seals it. */
const sealEnds = sql`greatest(${disclosures.sealedUntil}, ${disclosures.extendedUntil})`;

const isDue = (now: Temporal.Instant) =>
  and(
    isNotNull(disclosures.releasedAt),
    isNull(disclosures.openedAt),
    sql`coalesce(${sealEnds} <= ${timestamptz(now)}, true)`,
  );

/**
 * Job: opens what was released and is not sealed, or no longer. Everybody it is about is told by mail and sees it from then on; it
 * counts in the public figures. One transaction each, looked at again under its lock, and a mail's key is the person's place in it:
 * run twice, nobody hears of it twice (R2).
 */
export async function openDisclosures(ctx: Ctx): Promise<void> {
  const due = await withRead(ctx, (tx) =>
    tx.db.select({ id: disclosures.id }).from(disclosures).where(isDue(tx.now)).limit(500),
  );
  for (const { id } of due)
    await withTransaction(ctx, async (tx) => {
      const [row] = await tx.db
        .select()
        .from(disclosures)
        .where(and(eq(disclosures.id, id), isDue(tx.now)))
        .for("update");
      if (row) await openOne(tx, row);
    });
}

async function openOne(tx: Tx, row: DisclosureRow): Promise<void> {
  const links = await tx.db
    .select({ link: disclosurePeople, email: people.email, personId: people.id })
    .from(disclosurePeople)
    // Whoever signed in here is told where they are now.
    .leftJoin(people, eq(people.platformUserId, disclosurePeople.platformUserId))
    .where(and(eq(disclosurePeople.disclosureId, row.id), isNull(disclosurePeople.toldAt)));
  for (const { link, email, personId } of links) {
    const to = email ?? (link.address ? openDisclosedAddress(link.id, link.address) : null);
    if (to)
      await queueMail(tx, {
        ...{ template: "disclosure", to, personId, kind: "security" },
        props: {
          ...{ authority: row.authorityKind, ground: row.ground, outcome: row.outcome, given: row.given },
          ...{ receivedOn: row.receivedAt.toString().slice(0, 10), wasSealed: row.sealedUntil !== null },
        },
        idempotencyKey: `disclosure-${link.id}`,
      });
    await tx.db.update(disclosurePeople).set({ toldAt: tx.now, address: null }).where(eq(disclosurePeople.id, link.id));
  }
  await tx.db.update(disclosures).set({ openedAt: tx.now }).where(eq(disclosures.id, row.id));
  await recordAudit(tx, {
    action: "disclosure.opened",
    object: { type: "disclosure", id: row.id },
    payload: { told: links.length },
  });
}
