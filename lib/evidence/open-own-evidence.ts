import { sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { Ctx } from "../context";
import type { Tx } from "../db/transaction";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { makeSealer } from "./entries";
import { type Facts, noticeFacts } from "./notice-facts";
import { type EvidenceFile, headerFacts } from "./open-notice-evidence";
import { recipientFacts } from "./recipient-facts";
import { evidenceKey } from "./signing-keys";
import { type TimelineItem, timelineItems } from "./timeline";

/** Events read at once. */
const pageSize = 500;

/**
 * A person's own evidence in the same signed form: each policy notice with the very mail and its reports, then
 * everything on their timeline, newest first. A proof no older than five minutes, like every file with their data (S14).
 */
export async function openOwnEvidence(
  ctx: Ctx,
): Promise<Result<EvidenceFile, "sign-in-required" | "step-up-required">> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return fail("sign-in-required");
  const begun = await withPower(ctx, async (tx) => {
    await recordAudit(tx, { action: "person.evidence-taken", object: { type: "person", id: actor.personId } });
    return ok({ madeAt: tx.now, ...(await noticesOf(tx, actor.personId)) });
  });
  if (!begun.ok) return begun;
  const { madeAt } = begun.value;
  const fileName = `evidence-${madeAt.toString().slice(0, 10)}.jsonl`;
  return ok({ fileName, lines: ownLines(ctx, actor.personId, begun.value) });
}

type Begun = { madeAt: Temporal.Instant; facts: Facts[]; recipients: number };

/** Each notice the person was owed, with their own line; few, since a policy changes seldom. */
async function noticesOf(tx: Tx, personId: string): Promise<Omit<Begun, "madeAt">> {
  const rows = await tx.db.execute<{ id: string; notice: string; language: string; zone: string }>(sql`
    select id, notice_id as notice, language, time_zone as zone from notice_recipients
    where person_id = ${personId} or platform_user_id = (select platform_user_id from people where id = ${personId})
    order by id`);
  const facts: Facts[] = [];
  for (const { id, notice, language, zone } of rows) {
    facts.push(...(await noticeFacts(tx, notice, { recipient: { language, timeZone: zone } })));
    const [own] = await recipientFacts(tx, { noticeId: notice, only: id, addresses: true });
    if (own) facts.push(["recipient", own]);
  }
  return { facts, recipients: facts.filter(([type]) => type === "recipient").length };
}

async function* ownLines(ctx: Ctx, personId: string, { madeAt, facts, recipients }: Begun): AsyncGenerator<string> {
  const key = await evidenceKey();
  const line = makeSealer(key);
  yield line("header", headerFacts(key.publicKey, madeAt, { about: "person", person: personId }));
  for (const [type, fact] of facts) yield line(type, fact);
  let entries = facts.length + 1;
  let before: TimelineItem | null = null;
  const next = (): Promise<TimelineItem[]> =>
    withRead(ctx, (tx) => timelineItems(tx, personId, { before, limit: pageSize }));
  for (let page = await next(); page.length > 0; page = await next()) {
    yield page.map(({ at, key: id, kind, facts: what }) => line("event", { at, id, kind, facts: what })).join("");
    entries += page.length;
    before = page.at(-1) ?? null;
  }
  yield line("end", { entries: entries + 1, recipients });
}
