import { z } from "zod";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";
import { rowsOf } from "./known-call";

/** Whether anybody ever offered a transfer under this id: asked before the body of a call is read at all. */
export async function isKnownTransfer(ctx: Ctx, transferId: string): Promise<boolean> {
  if (!z.uuid().safeParse(transferId).success) return false;
  return withRead(ctx, async (tx) => (await rowsOf(tx, transferId)).length > 0);
}
