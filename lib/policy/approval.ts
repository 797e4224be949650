import canonicalize from "canonicalize";
import { and, asc, desc, eq, isNull } from "drizzle-orm";
import { sha256Hex } from "../crypto/hash";
import { highlights, policyApprovals } from "../db/schema";
import type { Tx } from "../db/transaction";
import type { Highlight, PolicyVersion } from "./queries";

/** To whom a version is announced: a change to every account holder of the platform, a technical upgrade to nobody. */
export type Audience = "all-holders" | "nobody";
export const audienceOf = (kind: PolicyVersion["kind"]): Audience => (kind === "technical" ? "nobody" : "all-holders");

/** What a person wrote of a highlight. */
export type HighlightContent = Pick<
  Highlight,
  "kind" | "clauseId" | "sentence" | "oldText" | "newText" | "severity" | "categories"
>;
export type BoundTo = Pick<PolicyVersion, "markdown" | "kind" | "effectiveAt"> & { highlights: HighlightContent[] };

export const contentOf = ({ kind, clauseId, sentence, oldText, newText, severity, categories }: HighlightContent) => ({
  kind,
  clauseId,
  sentence,
  oldText,
  newText,
  severity,
  categories,
});
const instantForm = (at: Temporal.Instant | null) => at?.toString({ smallestUnit: "microsecond" }) ?? null;
const hashOf = (form: object): string => sha256Hex(String(canonicalize(form)));

/**
 * What an approval binds to (S15): SHA-256, lower-case hex, over the RFC 8785 form of the exact text, its kind,
 * its highlights in order, the audience and the time it takes effect. Any edit gives another hash. The database
 * computes the same (`tc_policy_bound_hash`) and refuses to announce anything else than what was approved.
 */
export function boundHash({ markdown, kind, effectiveAt, highlights: marks }: BoundTo): string {
  return hashOf({
    text: sha256Hex(markdown),
    kind,
    highlights: marks.map(contentOf),
    audience: audienceOf(kind),
    effectiveAt: instantForm(effectiveAt),
  });
}

/** What an edit of text and day names as its base: a save from another state of them is a conflict. */
export const textBase = ({ markdown, effectiveAt }: Pick<PolicyVersion, "markdown" | "effectiveAt">): string =>
  hashOf({ text: sha256Hex(markdown), effectiveAt: instantForm(effectiveAt) });

/** The same for the highlights, which are saved apart from the text. */
export const highlightsBase = (marks: readonly HighlightContent[]): string => hashOf(marks.map(contentOf));

/** The highlights of a version in their order, inside a transaction. */
export const highlightsIn = (tx: Tx, versionId: string): Promise<Highlight[]> =>
  tx.db.select().from(highlights).where(eq(highlights.versionId, versionId)).orderBy(asc(highlights.position));

/** The hash of a version as it is stored now. */
export const currentHash = async (tx: Tx, version: PolicyVersion): Promise<string> =>
  boundHash({ ...version, highlights: await highlightsIn(tx, version.id) });

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
