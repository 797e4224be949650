import { and, eq, inArray } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { mailPreferences } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { optionalKinds } from "./optional-kinds";

const input = z.object({ wanted: z.array(z.enum(optionalKinds)).max(10) });

/** Sets which of the optional mails a person gets: those named, and no other. */
export async function setPreferences(
  ctx: Ctx,
  raw: z.input<typeof input>,
): Promise<Result<null, "sign-in-required" | "invalid-input">> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return fail("sign-in-required");
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const wanted = optionalKinds.filter((kind) => parsed.data.wanted.includes(kind));
  const unwanted = optionalKinds.filter((kind) => !wanted.includes(kind));
  return withTransaction(ctx, async (tx) => {
    const own = eq(mailPreferences.personId, actor.personId);
    if (wanted.length > 0) await tx.db.delete(mailPreferences).where(and(own, inArray(mailPreferences.kind, wanted)));
    if (unwanted.length > 0) {
      const rows = unwanted.map((kind) => ({ personId: actor.personId, kind, optedOutAt: tx.now }));
      await tx.db.insert(mailPreferences).values(rows).onConflictDoNothing();
    }
    await recordAudit(tx, {
      action: "mail-preferences.set",
      object: { type: "person", id: actor.personId },
      payload: { wanted },
    });
    return ok(null);
  });
}
