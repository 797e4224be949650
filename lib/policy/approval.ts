import canonicalize from "canonicalize";
import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { sha256Hex } from "../crypto/hash";
import { highlights, policyApprovals } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Highlight, PolicyVersion } from "./queries";

/** To whom a version is announced: so far always every account holder of the platform. */
export type Audience = "all-holders";
export const audience: Audience = "all-holders";

export type BoundTo = {
  markdown: string;
  highlights: Pick<Highlight, "kind" | "clauseId" | "sentence" | "oldText" | "newText">[];
  audience: Audience;
  effectiveAt: Temporal.Instant | null;
};

/**
 * What an approval binds to (S15): SHA-256, lower-case hex, over the RFC 8785 form of the exact text,
 * its highlights in order, the audience and the time it takes effect. Any edit gives another hash.
 */
export function boundHash(input: BoundTo): string {
  const form = {
    text: sha256Hex(input.markdown),
    highlights: input.highlights.map(({ kind, clauseId, sentence, oldText, newText }) => ({
      kind,
      clauseId,
      sentence,
      oldText,
      newText,
    })),
    audience: input.audience,
    effectiveAt: input.effectiveAt?.toString({ smallestUnit: "microsecond" }) ?? null,
  };
  return sha256Hex(String(canonicalize(form)));
}

/** The hash of a version as it is stored now. */
export async function currentHash(tx: Tx, version: PolicyVersion): Promise<string> {
  const rows = await tx.db
    .select()
    .from(highlights)
    .where(eq(highlights.versionId, version.id))
    .orderBy(asc(highlights.position));
  return boundHash({ markdown: version.markdown, highlights: rows, audience, effectiveAt: version.effectiveAt });
}

export type Approval = typeof policyApprovals.$inferSelect;

/**
 * The approval that covers this version exactly as it is stored now: not voided, by somebody other than
 * its author, bound to the hash of today's text, highlights, audience and time. Null when there is none.
 * Announcing a version asks this in its own transaction.
 */
export async function currentApproval(tx: Tx, version: PolicyVersion): Promise<Approval | null> {
  const rows = await tx.db
    .select()
    .from(policyApprovals)
    .where(and(eq(policyApprovals.versionId, version.id), isNull(policyApprovals.voidedAt)))
    .orderBy(desc(policyApprovals.approvedAt));
  const hash = await currentHash(tx, version);
  return rows.find((row) => row.boundTo === hash && row.approverId !== version.authorId) ?? null;
}
