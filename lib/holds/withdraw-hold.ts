import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { enqueue } from "../jobs/queue";
import { changeHold, type HoldReasons, holdTarget, withHold } from "./with-hold";

/** Takes a hold back, or refuses it, before it was set. What it was about is forgotten. */
export function withdrawHold(ctx: Ctx, raw: z.input<typeof holdTarget>): Promise<Result<null, HoldReasons>> {
  return withHold<typeof holdTarget, "already-done">(ctx, holdTarget, raw, async (tx, hold, officer) => {
    if (hold.setAt || hold.withdrawnAt) return fail("already-done");
    await changeHold(tx, hold.id, { withdrawnBy: officer.staffId, withdrawnAt: tx.now, identities: null });
    await recordAudit(tx, { action: "hold.withdrawn", object: { type: "hold", id: hold.id } });
    await enqueue(tx, "deletion.resume", {});
    return ok(null);
  });
}
