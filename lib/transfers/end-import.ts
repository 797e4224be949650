import { and, eq, isNull, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { collectionLabel } from "../data-map/collection-label";
import { homeSystem } from "../data-map/load";
import { type IncomingContents, incomingTransfers, people } from "../db/schema";
import type { Tx } from "../db/transaction";
import { queueMail } from "../mail/queue-mail";
import { importWords } from "./import-words";
import { leftOut } from "./left-out";
import type { OwnersToTell } from "./owners-to-tell";
import type { IncomingRow } from "./states";

type How = { rows: number; contents: IncomingContents; told?: OwnersToTell | null } | { failure: string };

const labelOf = (collection: string): string => collectionLabel(homeSystem().name, collection);

/**
 * Ends a package that its person took over: its rows are in the platform, or they are not and will not be. The person is told what
 * was not taken over and why, and the owners of the company in which it lies now that it came; the sender learns it with its next question. Safe to run twice.
 * @returns false when it had ended before
 */
export async function endImport(tx: Tx, row: IncomingRow, how: How): Promise<boolean> {
  const done = await tx.db
    .update(incomingTransfers)
    .set(
      "failure" in how
        ? {
            importFailure: how.failure,
            importFailedAt: tx.now,
            // A try of which nobody knows whether it lasted stays on record, for whoever looks into it.
            ...(how.failure === "unknown" ? {} : { importTransaction: sql`null`, rowsImported: sql`null` }),
          }
        : { importedAt: tx.now, rowsImported: how.rows, contents: how.contents },
    )
    .where(
      and(
        eq(incomingTransfers.id, row.id),
        isNull(incomingTransfers.importedAt),
        isNull(incomingTransfers.importFailedAt),
        isNull(incomingTransfers.declinedAt),
      ),
    );
  if (done.count === 0) return false;
  await recordAudit(tx, {
    action: "failure" in how ? "incoming.not-imported" : "incoming.imported",
    object: { type: "incoming-transfer", id: row.id },
    payload: { attempts: row.fence, ...("failure" in how ? { failure: how.failure } : { rows: how.rows }) },
  });
  const [person] = row.acceptedBy
    ? await tx.db.select({ id: people.id, email: people.email }).from(people).where(eq(people.id, row.acceptedBy))
    : [];
  if (!person) return true;
  const rows = new Intl.NumberFormat("en").format("failure" in how ? 0 : how.rows);
  await queueMail(tx, {
    template: "transfer-imported",
    to: person.email,
    personId: person.id,
    kind: "security",
    idempotencyKey: `transfer-imported-${row.id}`,
    props: {
      ...{ incomingId: row.id, scope: row.scope, origin: row.senderOrigin },
      rows,
      why: "failure" in how ? importWords(how.failure, labelOf) : null,
      left: "failure" in how ? [] : leftOut(how.contents),
    },
  });
  if ("failure" in how || how.rows === 0 || !how.told) return true;
  const { who, company, owners } = how.told;
  for (const owner of owners)
    await queueMail(tx, {
      ...{ template: "transfer-member", to: owner.email, kind: "security" },
      idempotencyKey: `transfer-member-${row.id}-${owner.userId}`,
      props: { who, company, origin: row.senderOrigin, rows },
    });
  return true;
}
