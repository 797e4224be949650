import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { disclosurePeople } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { peopleHash } from "./people-hash";
import { changeDisclosure, type DisclosureReasons, disclosureTarget, withDisclosure } from "./with-disclosure";

export const releaseInput = disclosureTarget.extend({
  /** The hash of what the officer read. */
  boundTo: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * The second officer's yes (S15): bound to the hash of exactly what they read, which the database computes and compares again; it
 * refuses who recorded it. From then on it is answered, and unless it is sealed those it is about are told.
 */
export function releaseDisclosure(
  ctx: Ctx,
  raw: z.input<typeof releaseInput>,
): Promise<Result<null, DisclosureReasons | "same-person" | "conflict">> {
  return withDisclosure<typeof releaseInput, "same-person" | "already-done" | "conflict">(
    ctx,
    releaseInput,
    raw,
    async (tx, row, officer, { boundTo }) => {
      if (row.releasedAt || row.withdrawnAt) return fail("already-done");
      if (row.requestedBy === officer.staffId) return fail("same-person");
      if (row.sha256 !== boundTo || row.peopleSha256 !== (await peopleNow(tx, row.id))) return fail("conflict");
      await changeDisclosure(tx, row.id, {
        ...{ releasedBy: officer.staffId, releasedAt: tx.now, releasedSha256: boundTo },
      });
      await recordAudit(tx, {
        action: "disclosure.released",
        object: { type: "disclosure", id: row.id },
        payload: { sha256: boundTo, outcome: row.outcome, sealed: row.sealedUntil !== null },
      });
      await enqueue(tx, "disclosure.open", {});
      return ok(null);
    },
  );
}

/** Somebody who was forgotten meanwhile is no longer among them: then it is recorded anew. */
async function peopleNow(tx: Tx, disclosureId: string): Promise<string> {
  const rows = await tx.db
    .select({ userId: disclosurePeople.platformUserId })
    .from(disclosurePeople)
    .where(eq(disclosurePeople.disclosureId, disclosureId));
  return peopleHash(rows.map(({ userId }) => userId));
}
