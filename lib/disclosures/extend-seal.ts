import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeDisclosure, type DisclosureReasons, disclosureTarget, withDisclosure } from "./with-disclosure";

export const extendInput = disclosureTarget.extend({
  /** UTC. */
  until: z.iso.date("Write a date."),
});

/** An authority renewed its order: the seal ends later. It cannot be put back on once it was off, and never ends earlier. */
export function extendSeal(ctx: Ctx, raw: z.input<typeof extendInput>): Promise<Result<null, DisclosureReasons>> {
  return withDisclosure<typeof extendInput, "already-done" | "invalid-input">(
    ctx,
    extendInput,
    raw,
    async (tx, row, officer, { until }) => {
      if (!row.sealedUntil || row.openedAt || row.withdrawnAt) return fail("already-done");
      const extendedUntil = Temporal.PlainDate.from(until).toZonedDateTime("UTC").toInstant();
      const ends = row.extendedUntil ?? row.sealedUntil;
      // Its day has come, and the job that opens it comes round within minutes.
      if (row.releasedAt && Temporal.Instant.compare(ends, tx.now) <= 0) return fail("already-done");
      if (Temporal.Instant.compare(extendedUntil, ends) <= 0) return fail("invalid-input");
      await changeDisclosure(tx, row.id, { extendedUntil, extendedBy: officer.staffId });
      await recordAudit(tx, {
        action: "disclosure.seal-extended",
        object: { type: "disclosure", id: row.id },
        payload: { until },
      });
      return ok(null);
    },
  );
}
