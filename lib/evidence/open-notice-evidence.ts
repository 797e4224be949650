import { z } from "zod";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import { withRead } from "../db/transaction";
import { env } from "../env";
import { fail, ok, type Result } from "../errors";
import { evidenceFormat, howToCheck, makeSealer } from "./entries";
import { type Facts, noticeFacts } from "./notice-facts";
import { type RecipientFacts, recipientFacts } from "./recipient-facts";
import { evidenceKey } from "./signing-keys";

const input = z.object({ noticeId: z.uuid(), addresses: z.boolean().default(false) });

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found";

export type EvidenceFile = { fileName: string; lines: AsyncIterable<string> };

/**
 * The evidence of one notice for an auditor: a signed file that explains itself (entries.ts), a line for each
 * recipient, read in pages while it is sent, so that memory stays flat. People stand as pseudonyms; an officer may ask
 * for the addresses, without which a mail's hash cannot be computed anew. Taking it is on record before the first byte.
 */
export async function openNoticeEvidence(ctx: Ctx, raw: z.input<typeof input>): Promise<Result<EvidenceFile, Reasons>> {
  const { actor } = ctx;
  const parsed = input.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { noticeId, addresses } = parsed.data;
  const roles: readonly string[] = addresses ? ["officer"] : ["officer", "auditor"];
  if (actor.kind !== "staff" || !roles.includes(actor.role)) return fail("not-allowed");
  const begun = await withPower(ctx, async (tx) => {
    const facts = await noticeFacts(tx, noticeId);
    const [first] = facts;
    if (!first) return fail("not-found");
    await recordAudit(tx, {
      action: "notice.evidence-taken",
      object: { type: "notice", id: noticeId },
      payload: { addresses },
    });
    const { version } = first[1] as { version: { number: number } };
    return ok({ facts, madeAt: tx.now, number: version.number });
  });
  if (!begun.ok) return begun;
  const { facts, madeAt, number } = begun.value;
  const day = madeAt.toString().slice(0, 10);
  return ok({
    fileName: `evidence-version-${number}-${day}${addresses ? "-with-addresses" : ""}.jsonl`,
    lines: noticeLines(ctx, noticeId, { facts, madeAt, addresses }),
  });
}

async function* noticeLines(
  ctx: Ctx,
  noticeId: string,
  { facts, madeAt, addresses }: { facts: Facts[]; madeAt: Temporal.Instant; addresses: boolean },
): AsyncGenerator<string> {
  const key = await evidenceKey();
  const line = makeSealer(key);
  yield line("header", headerFacts(key.publicKey, madeAt, { about: "notice", notice: noticeId, addresses }));
  for (const [type, fact] of facts) yield line(type, fact);
  const states: Record<string, number> = {};
  let [recipients, entries] = [0, facts.length + 1];
  let after: string | null = null;
  const next = (): Promise<RecipientFacts[]> =>
    withRead(ctx, (tx) => recipientFacts(tx, { noticeId, after, addresses }));
  for (let page = await next(); page.length > 0; page = await next()) {
    yield page.map((one) => line("recipient", one)).join("");
    for (const { state } of page) states[state] = (states[state] ?? 0) + 1;
    recipients += page.length;
    entries += page.length;
    after = page.at(-1)?.id ?? null;
  }
  yield line("end", { entries: entries + 1, recipients, states });
}

/** What every evidence file begins with. */
export const headerFacts = (key: object, madeAt: Temporal.Instant, about: Record<string, unknown>) => ({
  format: evidenceFormat,
  ...about,
  madeAt,
  madeBy: env().APP_URL,
  key,
  keysAt: `${env().APP_URL}/.well-known/evidence-keys.json`,
  howToCheck,
});
