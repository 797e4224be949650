import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { holderOf } from "../cases/permit";
import type { Ctx } from "../context";
import { processingRecords } from "../db/schema";
import { purposes } from "../db/schema/processing";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { systemName } from "./extent";
import { mayProcess } from "./may-process";
import { oneAtATime } from "./one-at-a-time";
import type { Purpose } from "./purposes";
import { aboutPerson, standingOf } from "./standing";

export const allowUseInput = z.object({ purpose: z.enum(purposes), system: systemName });

/** Lets one use go on although a restriction stands (GDPR 18(2), consent); the person ends it again with `takeBack`. */
export async function allowUse(ctx: Ctx, raw: z.input<typeof allowUseInput>): Promise<Result<{ recordId: string }>> {
  const holder = holderOf(ctx);
  if (!holder) return fail("sign-in-required");
  const parsed = allowUseInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { purpose, system } = parsed.data;
  return withTransaction(ctx, async (tx) => {
    await oneAtATime(tx, holder.personId);
    const now = mayProcess(await standingOf(tx, holder.personId), purpose, system, tx.now);
    if (now.reason !== "restriction") return fail("already-done");
    // What they had allowed before they limited it again counts no more, and this takes its place.
    await tx.db
      .update(processingRecords)
      .set({ endedAt: tx.now, endedHow: "taken-back" })
      .where(and(aboutPerson(holder.personId), sameConsent(purpose, system)));
    const id = newId();
    const made = await tx.db
      .insert(processingRecords)
      .values({
        ...{ id, kind: "exception", personId: holder.personId, purpose, system, exceptionGround: "consent" },
        ...{ source: "person", askedAt: tx.now, inEffectFrom: tx.now },
      })
      .onConflictDoNothing();
    if (made.count === 0) return fail("already-done");
    await recordAudit(tx, {
      action: "processing.allowed",
      object: { type: "processing", id },
      payload: { purpose, system },
    });
    return ok({ recordId: id });
  });
}

const sameConsent = (purpose: Purpose, system: string | null) =>
  and(
    eq(processingRecords.exceptionGround, "consent"),
    eq(processingRecords.purpose, purpose),
    system ? eq(processingRecords.system, system) : isNull(processingRecords.system),
    isNull(processingRecords.endedAt),
  );
