import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { sealWords } from "./sealed-words";
import { changeHold, type HoldReasons, holdReason, holdTarget, withHold } from "./with-hold";

const input = holdTarget.extend({ reason: holdReason });

/** No longer shows a hold to the person it is about, such as where an order forbids it; the reason stays on record. */
export function concealHold(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<null, HoldReasons>> {
  return withHold<typeof input, "already-done">(ctx, input, raw, async (tx, hold, officer, { reason }) => {
    if (hold.concealedAt || hold.releasedAt || hold.withdrawnAt) return fail("already-done");
    await changeHold(tx, hold.id, {
      concealedBy: officer.staffId,
      concealedAt: tx.now,
      concealReason: sealWords(hold.id, "concealReason", reason),
    });
    await recordAudit(tx, { action: "hold.concealed", object: { type: "hold", id: hold.id } });
    return ok(null);
  });
}
