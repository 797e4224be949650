import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { packageLooks, packages } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { awaitsRewriting, looksAt, looksNeeded } from "../exports/looks";
import { packageState } from "../exports/package-state";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { lockCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";

export const lookAtPackageInput = z.object({
  packageId: z.uuid(),
  /** Of the manifest that was looked at: another one has to be looked at anew. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * One of staff says that they looked at a package that is kept back and that it may be handed out. After the second one, who
 * has to be somebody else (S15), a job hands it out; the database refuses it before.
 */
export async function lookAtPackage(
  ctx: Ctx,
  input: z.input<typeof lookAtPackageInput>,
): Promise<Result<{ released: boolean }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = lookAtPackageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { packageId, sha256 } = parsed.data;

  return withPower(ctx, async (tx) => {
    const [pack] = await tx.db.select().from(packages).where(eq(packages.id, packageId));
    if (!pack) return fail("not-found");
    // Colleagues who look or leave something out at the same time queue up here.
    const row = await lockCase(tx, pack.caseId);
    if (!row || row.closedAt || packageState(pack, tx.now) !== "checking") return fail("already-done");
    if (await awaitsRewriting(tx, row.id)) return fail("not-ready");
    if (pack.sha256 !== sha256) return fail("conflict");
    const before = await looksAt(tx, pack);
    if (before.some(({ staffId }) => staffId === worker.staffId)) return fail("same-person");
    await tx.db.insert(packageLooks).values({ id: newId(), packageId, staffId: worker.staffId, sha256, at: tx.now });
    const released = before.length + 1 >= looksNeeded;
    await recordEvent(tx, {
      caseId: row.id,
      type: "package.looked-at",
      detail: { packageId, released },
      internal: true,
    });
    await recordAudit(tx, {
      action: "package.looked-at",
      object: { type: "package", id: packageId },
      payload: { caseId: row.id, sha256, look: before.length + 1, released },
    });
    if (released) await enqueue(tx, "package.release", { packageId });
    return ok({ released });
  });
}
