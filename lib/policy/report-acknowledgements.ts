import { sql } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { policyVersions, webhookReceipts } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { timestamptz } from "../db/types";
import { env } from "../env";
import { signedWebhookId } from "../http/signed-webhook";
import { newId } from "../ids";
import { takesEffectAt } from "../notices/effect-gate";

/** The largest report that is read: a thousand acknowledgements with room to spare. */
export const maxReportBytes = 256 * 1024;

const one = z.object({
  /** The platform's id of the person, as the data map's `trust.person.id` gives it. */
  platform_user_id: z.string().min(1).max(200),
  version: z.number().int().positive().max(2_000_000_000),
  /** Of the version's text, lower-case hex: what was in force for the platform is what is in force here. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The first authenticated use after the version took effect, ISO 8601 with its zone. */
  at: z.string().max(40),
});
type Reported = z.infer<typeof one>;
const report = z.union([
  one.transform((single) => [single]),
  z.object({ acknowledgements: z.array(one).min(1).max(1000) }).transform((list) => list.acknowledgements),
]);

export type Refusal = {
  index: number;
  code: "unknown-version" | "other-text" | "before-effect" | "in-the-future" | "no-time";
};
export type ReportAnswer =
  | { kind: "taken"; recorded: number; known: number; refused: Refusal[] }
  /** The same report as before: nothing was changed. */
  | { kind: "replayed" }
  | { kind: "forged" }
  | { kind: "malformed"; where: string };

/** Clocks may differ by so many minutes, as for the signature's own time. */
const skewMinutes = 5;

/**
 * Takes the platform's report of who used it for the first time after a version took effect (`change.acceptance`): one or
 * up to a thousand, signed after Standard Webhooks (W1, S27). The signature over the raw body comes first, with its time
 * within five minutes; the id is kept 90 days, so a replay changes nothing; reports may come in any order, the earliest
 * use counts. An acknowledgement that cannot be one is named by its place, the others of the report stand.
 */
export async function reportAcknowledgements(
  ctx: Ctx,
  body: string,
  header: (name: string) => string | null,
): Promise<ReportAnswer> {
  const id = signedWebhookId(env().PLATFORM_WEBHOOK_SECRET, body, header);
  if (id === null) return { kind: "forged" };
  const parsed = report.safeParse(parseJson(body));
  if (!parsed.success) return { kind: "malformed", where: whereOf(parsed.error) };
  return withTransaction(ctx, async (tx) => {
    const fresh = await tx.db
      .insert(webhookReceipts)
      // Apart from the mail service's ids: neither sender can use up the other's.
      .values({ id: `platform/${id}`, source: "platform", type: "acknowledgements", matched: true, receivedAt: tx.now })
      .onConflictDoNothing();
    if (fresh.count === 0) return { kind: "replayed" };
    const { good, refused } = await sift(tx, parsed.data);
    const recorded = await store(tx, good, id);
    const counts = { recorded, known: good.length - recorded, refused: refused.length };
    await recordAudit(tx, { action: "acknowledgements.reported", object: { type: "webhook", id }, payload: counts });
    return { kind: "taken", ...counts, refused };
  });
}

type Good = { versionId: string; sha256: string; subject: string; at: Temporal.Instant };

async function sift(tx: Tx, list: Reported[]): Promise<{ good: Good[]; refused: Refusal[] }> {
  const numbers = [...new Set(list.map(({ version }) => version))];
  const versions = await tx.db
    .select({
      id: policyVersions.id,
      number: policyVersions.number,
      sha256: policyVersions.sha256,
      takes: takesEffectAt,
    })
    .from(policyVersions)
    .where(sql`${policyVersions.announcedAt} is not null and ${policyVersions.withdrawnAt} is null
      and ${policyVersions.number} in ${numbers}`);
  const byNumber = new Map(versions.map((row) => [row.number, row]));
  const latest = tx.now.add({ minutes: skewMinutes });
  const earlier = (a: Temporal.Instant, b: Temporal.Instant) => Temporal.Instant.compare(a, b) < 0;
  const good: Good[] = [];
  const refused: Refusal[] = [];
  for (const [index, { platform_user_id: subject, version: number, sha256, at: text }] of list.entries()) {
    const version = byNumber.get(number);
    const at = parseInstant(text);
    const no = (code: Refusal["code"]) => refused.push({ index, code });
    if (!at) no("no-time");
    else if (!version) no("unknown-version");
    else if (version.sha256 !== sha256) no("other-text");
    else if (earlier(latest, at)) no("in-the-future");
    else if (!version.takes || earlier(at, version.takes)) no("before-effect");
    else good.push({ versionId: version.id, sha256, subject, at: earlier(tx.now, at) ? tx.now : at });
  }
  return { good, refused };
}

/** @returns how many were not on record before; of one that was, the earlier use counts */
async function store(tx: Tx, good: Good[], reportId: string): Promise<number> {
  if (good.length === 0) return 0;
  // One row a person and version, the earliest, since a statement may touch each once only.
  const first = new Map<string, Good>();
  for (const item of good) {
    const key = `${item.versionId} ${item.subject}`;
    const before = first.get(key);
    if (!before || Temporal.Instant.compare(item.at, before.at) < 0) first.set(key, item);
  }
  const rows = [...first.values()].map((item) => ({ ...item, id: newId(), at: item.at.toString() }));
  const made = await tx.db.execute<{ fresh: boolean }>(sql`
    insert into acknowledgements as a (id, version_id, sha256, subject, person_id, at, via, report_id, recorded_at)
    select u.id, u."versionId", u.sha256, u.subject,
           (select p.id from people p where p.platform_user_id = u.subject order by p.id limit 1),
           u.at, 'platform', ${reportId}, ${timestamptz(tx.now)}
    from json_to_recordset(${JSON.stringify(rows)}::text::json)
      as u(id uuid, "versionId" uuid, sha256 text, subject text, at timestamptz)
    on conflict (version_id, subject) do update set at = excluded.at, via = 'platform', report_id = excluded.report_id
      where excluded.at < a.at
    returning (xmax = 0) as fresh`);
  return made.filter(({ fresh }) => fresh).length;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function parseInstant(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}

/** The first field that is not right, never its value (S31). */
function whereOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const inner =
    issue?.code === "invalid_union" ? issue.errors.flat().toSorted((a, b) => b.path.length - a.path.length)[0] : issue;
  return inner?.path.join(".") || "the body";
}
