import { sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { type Tx, withRead } from "../db/transaction";

/** One thing that happened between a person and this trust center. Facts are ids, names of kinds, numbers and times. */
export type TimelineItem = {
  at: string;
  /** Stable, and unique among the person's items. */
  key: string;
  /** `notice.*`, `policy.*`, `case.*`, `package.*`, `processing.*`, `access.*`, `disclosure.*`, `transfer.*`, `session.*`; components/evidence has the words. */
  kind: string;
  facts: Record<string, string | number | boolean | null>;
};

export type TimelinePage = {
  items: TimelineItem[] /** Where the next page begins; null at the end. */;
  next: string | null;
};

/**
 * What happened with a person's notices, requests, packages and sign-ins, newest first.
 * @param input.before the `next` of the page before; anything else begins at the newest
 */
export async function timelinePage(
  ctx: Ctx,
  input: { before?: string | undefined; limit: number },
): Promise<TimelinePage> {
  const { actor } = ctx;
  if (actor.kind !== "holder") return { items: [], next: null };
  return withRead(ctx, async (tx) => {
    const found = await timelineItems(tx, actor.personId, { before: cursorOf(input.before), limit: input.limit + 1 });
    const items = found.slice(0, input.limit);
    const last = items.at(-1);
    return { items, next: found.length > input.limit && last ? `${last.at}~${last.key}` : null };
  });
}

type Cursor = { at: string; key: string };

function cursorOf(text: string | undefined): Cursor | null {
  const [at = "", key = ""] = text?.split("~") ?? [];
  try {
    return { at: Temporal.Instant.from(at).toString(), key };
  } catch {
    return null;
  }
}

/** Items of one person in the actor's transaction, newest first. Row security shows a holder their own alone. */
export async function timelineItems(
  tx: Tx,
  personId: string,
  { before, limit }: { before: Cursor | null; limit: number },
): Promise<TimelineItem[]> {
  const rows = await tx.db.execute<{ at: string; key: string; kind: string; facts: TimelineItem["facts"] }>(sql`
    with mine as (
      select r.*, n.version_id, n.kind as about, v.number, v.announced_at, v.withdrawn_at,
             (select max(p.number) from policy_versions p
              where p.number < v.number and p.announced_at is not null and p.withdrawn_at is null) as previous
      from notice_recipients r
      join notices n on n.id = r.notice_id
      join policy_versions v on v.id = n.version_id
      where r.person_id = ${personId}
         or r.platform_user_id = (select platform_user_id from people where id = ${personId})
    ), own as (select platform_user_id as account from people where id = ${personId}), items (at, key, kind, facts) as (
      select announced_at, 'announced/' || id, 'notice.announced', jsonb_build_object('number', number, 'previous', previous)
        from mine where announced_at is not null and about = 'announcement'
      union all
      select sent_at, 'sent/' || id, 'notice.sent', jsonb_build_object('number', number, 'about', about, 'sha256', content_sha256)
        from mine where sent_at is not null
      union all
      select e.occurred_at, 'report/' || e.id, 'notice.' || replace(e.type, 'email.', ''), jsonb_build_object('number', m.number, 'about', m.about)
        from mine m join notice_events e on e.recipient_id = m.id where e.type <> 'email.sent'
      union all
      select failed_at, 'failed/' || id, 'notice.unsendable', jsonb_build_object('number', number, 'about', about, 'why', failure)
        from mine where state = 'failed' and failure in ('address', 'refused')
      union all
      select w.told_at, 'told/' || w.id, 'notice.told-' || w.way, jsonb_build_object('number', m.number, 'about', m.about)
        from mine m join notice_second_ways w on w.recipient_id = m.id where w.told_at is not null
      union all
      select withdrawn_at, 'withdrawn/' || id, 'notice.withdrawn', jsonb_build_object('number', number)
        from mine where withdrawn_at is not null and about = 'announcement'
      union all
      select a.at, 'used/' || a.id, 'policy.acknowledged', jsonb_build_object('number', v.number, 'text', a.sha256, 'via', a.via)
        from acknowledgements a join policy_versions v on v.id = a.version_id
        where a.person_id = ${personId} or a.subject = (select platform_user_id from people where id = ${personId})
      union all
      select e.at, 'case/' || e.id, case when e.type like 'case.%' then e.type else 'case.' || e.type end,
             e.detail || jsonb_build_object('reference', c.reference, 'case', c.kind)
        from case_events e join cases c on c.id = e.case_id
        -- What a person said about the use of their data has a history of its own, with or without a case.
        where c.subject_id = ${personId} and e.visible_to_subject and e.type not like 'processing.%'
      union all
      select h.at, 'processing/' || h.id, 'processing.' || h.what,
             jsonb_build_object('kind', r.kind, 'purpose', r.purpose, 'system', r.system, 'source', r.source,
                                'ground', r.exception_ground, 'decision', r.decision, 'how', r.ended_how,
                                'reference', (select c.reference from cases c where c.id = r.case_id))
        from processing_changes h join processing_records r on r.id = h.record_id
       where r.subject = (select account from own)
          or (r.person_id = ${personId} and (r.subject is null or (select account from own) is null))
      union all
      select last_at, 'refused/' || purpose || '/' || day || '/' || person_id, 'processing.refused',
             jsonb_build_object('purpose', purpose, 'count', count, 'day', day)
        from processing_refusals f
       where f.subject = (select account from own)
          or (f.person_id = ${personId} and (f.subject = '' or (select account from own) is null))
      union all
      select coalesce(d.completed_at, d.started_at), 'download/' || d.id,
             case when d.completed_at is null then 'package.download-begun' else 'package.downloaded' end,
             jsonb_build_object('package', p.id, 'part', d.position)
        from package_downloads d join packages p on p.id = d.package_id where p.person_id = ${personId}
      union all
      select removed_at, 'removed/' || id, 'package.removed', jsonb_build_object('package', id)
        from packages where person_id = ${personId} and removed_at is not null
      union all
      select greatest(t.published_at, m.announced_at), 'transfer/' || t.id, 'transfer.published',
             jsonb_build_object('number', m.number, 'day', (t.happens_at at time zone 'UTC')::date::text)
        from mine m join business_transfers t on t.version_id = m.version_id where m.about = 'announcement'
      union all
      select a.at, 'access/' || a.id, 'access.' || a.what, jsonb_build_object('role', a.role, 'purpose', a.purpose, 'reference', c.reference)
        from record_accesses a left join cases c on c.id = a.case_id
        where a.person_id = ${personId} and a.concealed_at is null
      union all
      select p.told_at, 'disclosed/' || p.id, 'disclosure.told', jsonb_build_object('disclosure', d.id, 'authority', d.authority_kind, 'outcome', d.outcome)
        from disclosure_people p join disclosures d on d.id = p.disclosure_id
        where p.told_at is not null and p.platform_user_id = (select platform_user_id from people where id = ${personId})
      union all
      select created_at, 'session/' || id, 'session.begun', jsonb_build_object('device', device)
        from sessions where user_id = ${personId}
      union all
      select revoked_at, 'ended/' || id, 'session.ended', jsonb_build_object('device', device)
        from sessions where user_id = ${personId} and revoked_at is not null
    )
    select at::text, key, kind, facts from items
    where at <= ${tx.now.toString()}::timestamptz
      ${before ? sql`and (at, key) < (${before.at}::timestamptz, ${before.key})` : sql``}
    order by at desc, key desc limit ${limit}`);
  return rows.map((row) => ({ ...row, at: Temporal.Instant.from(row.at).toString() }));
}
