import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { changeHold, type HoldReasons, holdTarget, withHold } from "./with-hold";

/**
 * The second officer's yes to a release (S15; the database refuses requester = releaser). Erasures and sweeps that it held up go
 * on; by what else the person was known is forgotten.
 */
export function releaseHold(
  ctx: Ctx,
  raw: z.input<typeof holdTarget>,
): Promise<Result<null, HoldReasons | "same-person">> {
  return withHold<typeof holdTarget, "same-person" | "already-done">(
    ctx,
    holdTarget,
    raw,
    async (tx, hold, officer) => {
      if (!hold.releaseRequestedAt || hold.releasedAt) return fail("already-done");
      if (hold.releaseRequestedBy === officer.staffId) return fail("same-person");
      await changeHold(tx, hold.id, { releasedBy: officer.staffId, releasedAt: tx.now, identities: null });
      await recordAudit(tx, { action: "hold.released", object: { type: "hold", id: hold.id } });
      await enqueue(tx, "deletion.resume", {});
      return ok(null);
    },
  );
}
