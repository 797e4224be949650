import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeDisclosure, type DisclosureReasons, disclosureTarget, withDisclosure } from "./with-disclosure";

/** Takes a recorded disclosure back, or refuses it, before it was released: a correction is recorded anew. */
export function withdrawDisclosure(
  ctx: Ctx,
  raw: z.input<typeof disclosureTarget>,
): Promise<Result<null, DisclosureReasons>> {
  return withDisclosure<typeof disclosureTarget, "already-done">(
    ctx,
    disclosureTarget,
    raw,
    async (tx, row, officer) => {
      if (row.releasedAt || row.withdrawnAt) return fail("already-done");
      await changeDisclosure(tx, row.id, { withdrawnBy: officer.staffId, withdrawnAt: tx.now });
      await recordAudit(tx, { action: "disclosure.withdrawn", object: { type: "disclosure", id: row.id } });
      return ok(null);
    },
  );
}
