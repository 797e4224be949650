import { sql } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { systemCtx } from "../context";
import { withRead } from "../db/transaction";
import { accessStanding } from "./access-standing";
import { answeredStandings, joined, type Measured } from "./answered-standings";
import { checkPromises } from "./check-promises";
import { collectedStandings } from "./collected-standings";
import { controls } from "./controls";
import { type PeriodStanding, periodStandings } from "./kept-periods";
import { policyDocument } from "./parse";
import { type PromiseId, promiseIds } from "./promises";
import { inForceIn, type PolicyVersion } from "./queries";
import { valuesOf } from "./values";

/** "kept" and "broken" always come with evidence and its time; everything else is not measured yet (rule 1). */
export type Standing =
  | { id: PromiseId; control: string; state: "kept" | "broken"; evidence: string; at: string }
  | { id: PromiseId; control: string; state: "not-measured"; evidence: null; at: null };

export type Standings = { at: string; byId: Record<PromiseId, Standing> };

type Counts = {
  replies: number;
  replies_in_time: number;
  replies_at: string | null;
  /** Mails to the mailbox that waited longer than an answer may take, and that nothing was made of yet. */
  unread: number;
  unread_at: string | null;
  copies: number;
  copies_minutes: number | null;
  copies_at: string | null;
  moves: number;
  moves_at: string | null;
  notice_number: number | null;
  notice_at: string | null;
  notice_days: number | null;
  notice_sent: number;
  notice_owed: number;
  highlights: number;
  highlights_number: number | null;
  highlights_at: string | null;
  uses: number;
  uses_number: number | null;
  uses_at: string | null;
};

/** How long one measurement is shown before the next; the page says when it was made. */
const freshSeconds = 15;
let last: { at: number; result: Promise<Standings> } | undefined;

/**
 * How every promise stands now, counted from the database over the last 90 days. Only totals leave this
 * function, no person's row does, which is why it may read as the system on a public page.
 */
export function standings(): Promise<Standings> {
  if (last && performance.now() - last.at < freshSeconds * 1000) return last.result;
  const result = measureAll();
  last = { at: performance.now(), result };
  result.catch(() => {
    last = undefined;
  });
  return result;
}

/** The measurement itself, without the short memory of {@link standings}. */
export function measureAll(clock?: () => Temporal.Instant): Promise<Standings> {
  return withRead(systemCtx("public:standing", clock), async (tx) => {
    const since = tx.now.subtract({ hours: 90 * 24 }).toString();
    const now = tx.now.toString();
    const inForce = await inForceIn(tx);
    const [counts] = await tx.db.execute<Counts>(sql`
      select r.*, m.*, p.*, n.*, h.*, u.* from
        (select count(*)::int as replies,
                count(*) filter (where stopped_at <= due_at)::int as replies_in_time,
                max(least(coalesce(stopped_at, due_at), ${now}::timestamptz))::text as replies_at
           from case_clocks k join cases c on c.id = k.case_id
          where k.rule = 'policy-72h' and c.kind = 'inquiry' and k.started_at >= ${since}
            and c.decision is distinct from 'cancelled'
            and (k.stopped_at is not null or k.due_at < ${now})) r,
        (select count(*)::int as unread, (max(received_at) + make_interval(hours => ${config.clocks.replyHours}))::text as unread_at
           from inbound_mails where processed_at is null
            and received_at between ${since} and ${tx.now.subtract({ hours: config.clocks.replyHours }).toString()}) m,
        (select count(*) filter (where c.kind = 'access')::int as copies,
                (percentile_cont(0.5) within group (order by extract(epoch from ready_at - greatest(requested_at, not_before))) / 60)::float8 as copies_minutes,
                max(ready_at) filter (where c.kind = 'access')::text as copies_at,
                count(*) filter (where c.kind = 'portability')::int as moves,
                max(ready_at) filter (where c.kind = 'portability')::text as moves_at
           from packages p join cases c on c.id = p.case_id where ready_at >= ${since}) p,
        (select max(v.number) as notice_number, max(n.completed_at)::text as notice_at,
                floor(extract(epoch from max(v.effective_at) - max(n.completed_at)) / 86400)::int as notice_days,
                count(r.id) filter (where r.sent_at is not null)::int as notice_sent, count(r.id)::int as notice_owed
           from notices n join policy_versions v on v.id = n.version_id left join notice_recipients r on r.notice_id = n.id
          where n.completed_at is not null and n.kind = 'announcement' and v.number = (
            select max(v2.number) from notices n2 join policy_versions v2 on v2.id = n2.version_id where n2.completed_at is not null and n2.kind = 'announcement')) n,
        (select count(h.id)::int as highlights, max(v.number) as highlights_number, max(v.announced_at)::text as highlights_at
           from policy_versions v join policy_highlights h on h.version_id = v.id
          where v.number = (select max(number) from policy_versions where announced_at is not null and withdrawn_at is null and kind = 'change')) h,
        (select count(*)::int as uses, max(v.number) as uses_number, max(a.at)::text as uses_at
           from acknowledgements a join policy_versions v on v.id = a.version_id where v.id = ${inForce?.id ?? null}) u`);
    const access = await accessStanding(tx);
    const measured: Partial<Record<PromiseId, Measured>> = {
      ...fromText(inForce, tx.now),
      ...fromSweeps(await periodStandings(tx)),
      ...(await collectedStandings(tx)),
      ...(await answeredStandings(tx)),
      ...(access ? { "security.access": access } : {}),
    };
    for (const [id, one] of Object.entries(counts ? fromCounts(counts) : {}))
      measured[id as PromiseId] = joined(one, measured[id as PromiseId]);
    const byId = Object.fromEntries(promiseIds.map((id) => [id, stand(id, measured[id])]));
    return { at: now, byId: byId as Record<PromiseId, Standing> };
  });
}

function stand(id: PromiseId, measured: Measured | undefined): Standing {
  if (!measured) return { id, control: controls[id], state: "not-measured", evidence: null, at: null };
  const { broken, evidence, at } = measured;
  return { id, control: controls[id], state: broken ? "broken" : "kept", evidence, at: at.toString() };
}

/** What the stored text itself shows. */
function fromText(version: PolicyVersion | null, now: Temporal.Instant): Partial<Record<PromiseId, Measured>> {
  if (!version?.announcedAt) return {};
  const problems = checkPromises(policyDocument(version), valuesOf(version.number));
  const providers = problems.filter(({ message }) => message.includes("(share.providers)"));
  const kinds = valuesOf(version.number).providers.length;
  return {
    "change.posting": {
      evidence: `Version ${version.number} is posted, unchanged since, with the hash ${version.sha256.slice(0, 12)}.`,
      at: version.announcedAt,
    },
    "share.providers": {
      broken: providers.length > 0,
      evidence:
        providers.length > 0
          ? "The text and the configured providers do not agree."
          : `The ${kinds} kinds of providers in the configuration are the ones the text names.`,
      at: now,
    },
  };
}

function fromCounts(counts: Counts): Partial<Record<PromiseId, Measured>> {
  const at = (text: string | null) => Temporal.Instant.from(text ?? "");
  const found: Partial<Record<PromiseId, Measured>> = {};
  if (counts.replies > 0 && counts.replies_at)
    found["contact.reply"] = {
      broken: counts.replies_in_time < counts.replies,
      evidence: `${counts.replies_in_time} of ${plural(counts.replies, "inquiry", "inquiries")} answered within ${config.clocks.replyHours} hours in the last 90 days.`,
      at: at(counts.replies_at),
    };
  if (counts.unread > 0 && counts.unread_at)
    found["contact.reply"] = joined(found["contact.reply"], {
      broken: true,
      evidence: `${plural(counts.unread, "mail", "mails")} to the mailbox lay unread for longer.`,
      at: at(counts.unread_at),
    });
  if (counts.copies > 0 && counts.copies_at)
    found["right.access"] = {
      evidence: `${plural(counts.copies, "copy", "copies")} handed over in the last 90 days, ${counts.copies === 1 ? "" : "half of them "}within ${duration(counts.copies_minutes)}.`,
      at: at(counts.copies_at),
    };
  if (counts.moves > 0 && counts.moves_at)
    found["right.portability"] = {
      evidence: `${plural(counts.moves, "portable file", "portable files")} made in the last 90 days.`,
      at: at(counts.moves_at),
    };
  if (counts.notice_at && counts.notice_days !== null)
    found["change.notice"] = {
      broken: counts.notice_days < config.clocks.noticeDays || counts.notice_sent < counts.notice_owed,
      evidence: `Version ${counts.notice_number}: ${counts.notice_sent} of ${counts.notice_owed} people told, the last one ${counts.notice_days} days before it takes effect.`,
      at: at(counts.notice_at),
    };
  if (counts.highlights > 0 && counts.highlights_at)
    found["change.highlights"] = {
      evidence: `Version ${counts.highlights_number} was announced with ${plural(counts.highlights, "highlight", "highlights")}.`,
      at: at(counts.highlights_at),
    };
  if (counts.uses > 0 && counts.uses_at)
    found["change.acceptance"] = {
      evidence: `${plural(counts.uses, "person", "people")} noted with the first use after version ${counts.uses_number} took effect.`,
      at: at(counts.uses_at),
    };
  return found;
}

/** What the last sweep did for each period that the policy names. */
function fromSweeps(periods: ReadonlyMap<string, PeriodStanding>): Partial<Record<PromiseId, Measured>> {
  const found: Partial<Record<PromiseId, Measured>> = {};
  for (const id of promiseIds) {
    const period = id.startsWith("retain.") ? periods.get(id.slice("retain.".length)) : undefined;
    if (!period) continue;
    const { gone, emptied, held, waiting, late, at } = period;
    const stays =
      held + waiting > 0 ? ` ${plural(held + waiting, "record stays", "records stay")} on a legal ground.` : "";
    const ended = `${plural(gone, "record", "records")}${emptied > 0 ? `, and emptied ${emptied.toLocaleString("en-GB")},` : ""}`;
    const done = `The last sweep deleted ${ended} whose time was over; nothing else was due.${stays}`;
    found[id] = { broken: late !== null, evidence: late ?? done, at };
  }
  return found;
}

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
/** Rounded up, so that it never says less than it took. */
const duration = (minutes: number | null): string => {
  if (minutes === null || minutes < 1) return "a minute";
  return minutes <= 120 ? plural(Math.ceil(minutes), "minute", "minutes") : `${Math.ceil(minutes / 60)} hours`;
};
