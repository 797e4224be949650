import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeHold, type HoldReasons, holdTarget, withHold } from "./with-hold";

/** Refuses the release that was asked for, or takes the asking back: the hold stands. */
export function keepHold(ctx: Ctx, raw: z.input<typeof holdTarget>): Promise<Result<null, HoldReasons>> {
  return withHold<typeof holdTarget, "already-done">(ctx, holdTarget, raw, async (tx, hold) => {
    if (!hold.releaseRequestedAt || hold.releasedAt) return fail("already-done");
    await changeHold(tx, hold.id, { releaseRequestedBy: null, releaseRequestedAt: null, releaseReason: null });
    await recordAudit(tx, { action: "hold.release-refused", object: { type: "hold", id: hold.id } });
    return ok(null);
  });
}
