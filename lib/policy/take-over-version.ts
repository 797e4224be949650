import { and, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { policyVersions } from "../db/schema";
import { withRead } from "../db/transaction";
import { fail, type Result } from "../errors";
import { importVersion } from "./import-version";

type Published = { number: number; markdown: string; announcedAt: Temporal.Instant; effectiveAt: Temporal.Instant };

/**
 * Takes over what the operator published before this trust center was there, so that it starts with the policy that holds and not
 * with none. Two people publish here (S15), and this is no way around them: what is still to take effect is theirs, and everything
 * once they have announced a first version.
 * @throws PolicySourceError as {@link importVersion} does
 */
export async function takeOverVersion(
  ctx: Ctx,
  version: Published,
): Promise<Result<{ versionId: string }, "not-allowed" | "conflict" | "not-yet" | "overtaken">> {
  if (ctx.actor.kind !== "system") return fail("not-allowed");
  const { isAhead, ours } = await withRead(ctx, async (tx) => ({
    isAhead: [version.announcedAt, version.effectiveAt].some((at) => Temporal.Instant.compare(at, tx.now) > 0),
    ours: await tx.db
      .select({ id: policyVersions.id })
      .from(policyVersions)
      .where(and(isNotNull(policyVersions.announcedAt), isNotNull(policyVersions.authorId)))
      .limit(1),
  }));
  if (isAhead) return fail("not-yet");
  return ours.length > 0 ? fail("overtaken") : importVersion(ctx, version);
}
