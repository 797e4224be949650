import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { dataMap } from "../data-map/load";
import { packageRedactions, packages } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { awaitsRewriting } from "../exports/looks";
import { packageState } from "../exports/package-state";
import { redactable, redactionGroundKeys } from "../exports/redact-system";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { lockCase } from "./change-case";
import { caseWorker } from "./permit";
import { recordEvent } from "./record-event";

export const redactPackageInput = z.object({
  packageId: z.uuid(),
  /** `<system>/<collection>/<field>`, or `*` for the whole collection. */
  parts: z.array(z.string().max(300)).min(1).max(200),
  rows: z.enum(["all", "others"]),
  ground: z.enum(redactionGroundKeys),
});
export type RedactPackageInput = z.input<typeof redactPackageInput>;

/**
 * Leaves fields or collections out of a package that is kept back, because they are about others (L4): it is written anew
 * without them, omitted.json says what and why, and whoever looked at it before has to look again.
 */
export async function redactPackage(ctx: Ctx, input: RedactPackageInput): Promise<Result<{ parts: number }>> {
  const worker = caseWorker(ctx);
  if (!worker) return fail("not-allowed");
  const parsed = redactPackageInput.safeParse(input);
  if (!parsed.success) return fail("invalid-input");
  const { packageId, parts, rows, ground } = parsed.data;

  return withPower(ctx, async (tx) => {
    const [pack] = await tx.db.select().from(packages).where(eq(packages.id, packageId));
    if (!pack) return fail("not-found");
    const row = await lockCase(tx, pack.caseId);
    if (!row || row.closedAt) return fail("already-done");
    if (packageState(pack, tx.now) !== "checking" || (await awaitsRewriting(tx, row.id))) return fail("not-ready");
    const chosen = parts.map((part) => inMap(part, pack.scope));
    if (chosen.some((one) => one === null)) return fail("invalid-input");
    const made = await tx.db
      .insert(packageRedactions)
      .values(
        chosen
          .filter((one) => one !== null)
          .map((one) => ({
            ...{ id: newId(), packageId, ...one, ground, staffId: worker.staffId, at: tx.now },
            rows: one.field === null ? ("all" as const) : rows,
          })),
      )
      .onConflictDoNothing();
    if (made.count === 0) return fail("already-done");
    const detail = { packageId, parts: made.count, ground };
    await recordEvent(tx, { caseId: row.id, type: "package.redacted", detail, internal: true });
    await recordAudit(tx, {
      action: "package.redacted",
      object: { type: "package", id: packageId },
      payload: { caseId: row.id, parts, rows, ground },
    });
    await enqueue(tx, "package.write", { packageId });
    return ok({ parts: made.count });
  });
}

/** What a part of the form names, as the data map has it; null when it is not there or cannot be left out. */
function inMap(part: string, scope: "person" | "company") {
  const [system, collection, field, ...rest] = part.split("/");
  if (!system || !collection || !field || rest.length > 0) return null;
  const found = dataMap()
    .systems.find(({ name }) => name === system)
    ?.collections.find(({ name }) => name === collection);
  if (!found?.exported) return null;
  if (field === "*") return { system, collection, field: null };
  return redactable(found, scope).some(({ name }) => name === field) ? { system, collection, field } : null;
}
