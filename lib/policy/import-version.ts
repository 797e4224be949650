import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { policyVersions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { checkPromises } from "./check-promises";
import type { PolicyProblem } from "./document";
import { storeHighlights } from "./edit-highlights";
import { highlightsInput } from "./highlight-input";
import { parsePolicy } from "./parse";
import { type PolicyValues, valuesOf } from "./values";

const schema = z.object({
  number: z.int().min(1).max(100_000),
  markdown: z.string(),
  announcedAt: z.instanceof(Temporal.Instant),
  effectiveAt: z.instanceof(Temporal.Instant),
  highlights: highlightsInput.default([]),
});

/** Thrown by {@link importVersion}: the source file is the operator's own, and has to be mended. */
export class PolicySourceError extends Error {
  override name = "PolicySourceError";
  readonly problems: PolicyProblem[];
  constructor(number: number, problems: PolicyProblem[]) {
    super(`Policy version ${number}:\n${problems.map((p) => `  line ${p.line}: ${p.message}`).join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Takes over a version that was published before this trust center existed, or that the demo brings
 * along: nobody here wrote it, so nobody approves it. Only the command line and the demo may.
 * Run again with the same text it changes nothing; with another text it fails with `conflict`.
 * @throws PolicySourceError when the source does not parse or disagrees with the configuration
 */
export async function importVersion(
  ctx: Ctx,
  input: z.input<typeof schema>,
  values: PolicyValues = valuesOf(input.number),
): Promise<Result<{ versionId: string }, "not-allowed" | "conflict">> {
  if (ctx.actor.kind !== "system") return fail("not-allowed");
  const { number, markdown, announcedAt, effectiveAt, highlights: marks } = schema.parse(input);
  const parsed = parsePolicy(markdown);
  if (!parsed.ok) throw new PolicySourceError(number, parsed.problems);
  const { policy } = parsed;
  const problems = checkPromises(policy, values);
  const day = announcedAt.toZonedDateTimeISO("UTC").toPlainDate().toString();
  if (policy.updated && policy.updated !== day)
    problems.push({ line: 1, message: `"updated" says ${policy.updated}, but the text was announced on ${day}.` });
  if (problems.length > 0) throw new PolicySourceError(number, problems);
  const sha256 = sha256Hex(markdown);
  return withTransaction(ctx, async (tx) => {
    const [known] = await tx.db.select().from(policyVersions).where(eq(policyVersions.number, number));
    if (known) return known.sha256 === sha256 ? ok({ versionId: known.id }) : fail("conflict");
    const versionId = newId();
    await tx.db.insert(policyVersions).values({
      id: versionId,
      number,
      language: policy.language,
      title: policy.title,
      markdown,
      sha256,
      createdAt: tx.now,
      submittedAt: announcedAt,
      announcedAt,
      effectiveAt,
    });
    await storeHighlights(tx, versionId, marks);
    await recordAudit(tx, {
      action: "policy-version.imported",
      object: { type: "policy_version", id: versionId },
      payload: { number, sha256, highlights: marks.length },
    });
    return ok({ versionId });
  });
}
