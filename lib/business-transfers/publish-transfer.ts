import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { highlights, policyVersions } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { changeTransfer, type TransferReasons, transferTarget, withTransfer } from "./with-transfer";

export const publishTransferInput = transferTarget.extend({
  /** The policy version whose notice tells of it. */
  number: z.coerce.number().int().positive(),
});

/**
 * Publishes an approved transfer with the announced policy version that names the new recipient: everybody is told by that version's
 * notice, with its frozen list, deliveries and evidence, at least the notice period before the version and so the transfer take
 * effect. The database refuses a version that is not announced, names no new recipient, or takes effect after the day.
 */
export function publishTransfer(
  ctx: Ctx,
  raw: z.input<typeof publishTransferInput>,
): Promise<Result<null, TransferReasons | "not-approved" | "not-announced" | "too-early">> {
  return withTransfer<typeof publishTransferInput, "already-done" | "not-approved" | "not-announced" | "too-early">(
    ctx,
    publishTransferInput,
    raw,
    async (tx, row, _officer, { number }) => {
      if (row.publishedAt || row.withdrawnAt) return fail("already-done");
      if (!row.approvedAt) return fail("not-approved");
      const version = await tellingVersion(tx, number);
      if (!version?.effectiveAt || !version.announcedAt) return fail("not-announced");
      if (Temporal.Instant.compare(version.effectiveAt, row.happensAt) > 0) return fail("too-early");
      const told = version.announcedAt.add({ hours: 24 * config.clocks.noticeDays });
      if (Temporal.Instant.compare(told, row.happensAt) > 0) return fail("too-early");
      await changeTransfer(tx, row.id, { versionId: version.id, publishedAt: tx.now });
      await recordAudit(tx, {
        action: "business-transfer.published",
        object: { type: "business_transfer", id: row.id },
        payload: { version: number, sha256: row.sha256 },
      });
      return ok(null);
    },
  );
}

/** The announced version of this number, if it names a new recipient. */
async function tellingVersion(tx: Tx, number: number) {
  const [version] = await tx.db
    .select({
      id: policyVersions.id,
      announcedAt: policyVersions.announcedAt,
      effectiveAt: policyVersions.effectiveAt,
    })
    .from(policyVersions)
    .innerJoin(highlights, and(eq(highlights.versionId, policyVersions.id), eq(highlights.kind, "new-recipient")))
    .where(
      and(eq(policyVersions.number, number), isNotNull(policyVersions.announcedAt), isNull(policyVersions.withdrawnAt)),
    )
    .limit(1);
  return version;
}
