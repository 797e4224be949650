import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { sealWords } from "./sealed-words";
import { changeHold, type HoldReasons, holdReason, holdTarget, withHold } from "./with-hold";

const input = holdTarget.extend({ reason: holdReason });

/** Asks for a hold's release, with the reason. It stands until a second officer releases it (S15). */
export function requestRelease(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, HoldReasons>> {
  return withHold<typeof input, "already-done">(ctx, input, raw, async (tx, hold, officer, { reason }) => {
    if (!hold.setAt || hold.releasedAt || hold.releaseRequestedAt) return fail("already-done");
    await changeHold(tx, hold.id, {
      releaseRequestedBy: officer.staffId,
      releaseRequestedAt: tx.now,
      releaseReason: sealWords(hold.id, "releaseReason", reason),
    });
    await recordAudit(tx, { action: "hold.release-requested", object: { type: "hold", id: hold.id } });
    return ok(null);
  });
}
