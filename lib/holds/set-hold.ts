import type { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { fail, ok, type Result } from "../errors";
import { changeHold, type HoldReasons, holdTarget, withHold } from "./with-hold";

/** The second officer's yes to a hold (S15; the database refuses requester = setter). One that lapsed can still be set. */
export function setHold(ctx: Ctx, raw: z.input<typeof holdTarget>): Promise<Result<null, HoldReasons | "same-person">> {
  return withHold<typeof holdTarget, "same-person" | "already-done">(
    ctx,
    holdTarget,
    raw,
    async (tx, hold, officer) => {
      if (hold.requestedBy === officer.staffId) return fail("same-person");
      if (hold.setAt || hold.withdrawnAt) return fail("already-done");
      await changeHold(tx, hold.id, { setBy: officer.staffId, setAt: tx.now });
      await recordAudit(tx, { action: "hold.set", object: { type: "hold", id: hold.id } });
      return ok(null);
    },
  );
}
