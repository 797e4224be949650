import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withOfficer } from "../auth/with-officer";
import type { Ctx } from "../context";
import { sealWithMaster } from "../crypto/seal";
import { recordAccesses } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { accessPlace } from "./note-access";

export const concealAccessInput = z.object({
  accessId: z.uuid(),
  reason: z.string().trim().min(10, "Say why in a sentence.").max(2000, "At most 2,000 characters."),
});

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "already-done" | "same-person";

/**
 * Hides from a person that their record was looked at, such as where an inquiry must not be given away. An officer's power (S14), and
 * never over one's own looking (S15); the reason stays on record, sealed.
 */
export async function concealAccess(ctx: Ctx, raw: z.input<typeof concealAccessInput>): Promise<Result<null, Reasons>> {
  const parsed = concealAccessInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { accessId, reason } = parsed.data;
  return withOfficer<null, Reasons>(ctx, async (tx, officer) => {
    const [row] = await tx.db.select().from(recordAccesses).where(eq(recordAccesses.id, accessId)).for("update");
    if (!row) return fail("not-found");
    if (row.concealedAt) return fail("already-done");
    if (row.staffId === officer.staffId) return fail("same-person");
    await tx.db
      .update(recordAccesses)
      .set({
        ...{ concealedBy: officer.staffId, concealedAt: tx.now },
        concealReason: sealWithMaster(accessPlace(accessId, "conceal_reason"), reason),
      })
      .where(eq(recordAccesses.id, accessId));
    await recordAudit(tx, {
      action: "access.concealed",
      object: { type: "access", id: accessId },
      payload: { case: row.caseId },
    });
    return ok(null);
  });
}
