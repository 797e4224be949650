import { chmod, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import pg from "pg";
import { contactHash } from "@/lib/cases/contact";
import type { Ctx } from "@/lib/context";
import { type Embedded, startEmbedded } from "@/lib/db/embedded";
import { prepareTrustCenter } from "../platform/trust-center";

export const staffCount = 20;
const uuid = (kind: number, n: number | string) =>
  `('0189000${kind}-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`;
const staffId = (n: number) => `01890002-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;

/** One of the colleagues to whom open cases are given: those with an even number, since every other case is closed. */
export const reader = (): Ctx => ({
  actor: {
    ...{ kind: "staff", staffId: staffId(8), personId: staffId(8).replace("01890002", "01890001"), role: "agent" },
    ...{ sessionId: staffId(8), steppedUpAt: null },
  },
  requestId: staffId(8),
});
export const knownAddress = (n: number) => `person-${n}@bench.example`;

/**
 * A trust center with so many cases, made by set-based SQL: half of them open, their clocks spread over 30 days to both sides
 * of now, one in twenty without any; a third given to one of 20 colleagues; some waiting, put aside, tagged or in grace.
 */
export async function startDesk(rows: number): Promise<{ server: Embedded; admin: pg.Client; client: pg.Client }> {
  const directory = resolve(process.env.BENCH_DIR ?? ".data/bench", "desk");
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const flags = ["shared_buffers=512MB", "max_wal_size=8GB", "fsync=off"].flatMap((flag) => ["-c", flag]);
  const server = await startEmbedded(directory, flags);
  const admin = new pg.Client({ connectionString: server.url("postgres") });
  await admin.connect();
  await admin.query("drop database if exists trust_center with (force)");
  await admin.query("create database trust_center");
  await prepareTrustCenter(server, directory);
  const client = new pg.Client({ connectionString: server.url("trust_center") });
  await client.connect();
  // What triggers would work out, the statements below say themselves.
  await client.query("set session_replication_role = replica; set synchronous_commit = off");
  const people = Math.max(staffCount, Math.floor(rows / 5));
  await client.query(`
    insert into people (id, email, name) select ${uuid(1, "n")}, 'person-' || n || '@bench.example', 'Person ' || n
      from generate_series(0, ${people - 1}) n;
    insert into staff (id, person_id, role, display_name) select ${uuid(2, "n")}, ${uuid(1, "n")}, 'agent', 'Colleague ' || n
      from generate_series(0, ${staffCount - 1}) n`);
  await client.query(`
    insert into cases (id, reference, kind, channel, subject_id, requester_id, received_at, assigned_to, closed_at, decided_at,
                       decision, awaiting_subject_at, snoozed_until, next_due_at)
    select ${uuid(3, "n")}, 'PR-' || substr(code, 1, 4) || '-' || substr(code, 5, 4), kind, channel, person, person,
           now() - make_interval(mins => (${rows} - n)::int), case when n % 3 = 0 then ${uuid(2, `n / 3 % ${staffCount}`)} end,
           closed, closed, case when closed is not null then 'completed' end,
           case when closed is null and n % 40 = 6 then now() end,
           case when closed is null and n % 100 = 8 then now() + make_interval(mins => (n % 10000 + 1)::int) end,
           case when closed is null and n % 20 <> 4 then now() + make_interval(secs => (n * 7919 % 5184000 - 2592000)::int) end
    from (select n, lpad(upper(to_hex(n * 2654435761 % 4294967296)), 8, '0') as code, ${uuid(1, `n * 31 % ${people}`)} as person,
                 (array['access','portability','correction','deletion','objection','restriction','inquiry'])[n * 13 % 7 + 1] as kind,
                 (array['dashboard','public-form','mail','staff'])[n * 17 % 4 + 1] as channel,
                 case when n % 2 = 1 then now() - make_interval(secs => (n * 104729 % 60000000)::int) end as closed
            from generate_series(0::bigint, ${rows - 1}) n) made on conflict do nothing`);
  await client.query(`
    insert into case_clocks (id, case_id, rule, started_at, due_at)
      select gen_random_uuid(), id, rule, received_at, next_due_at + more from cases,
             (values ('policy-72h', interval '0'), ('gdpr-1m', interval '27 days')) clock (rule, more)
      where closed_at is null and next_due_at is not null;
    insert into deletions (case_id, person_id, preview, grace_ends_at, cancel_token_hash, expired_at)
      select id, subject_id, '[]', now() + interval '3 days', id::text, case when reference < 'PR-8' then now() end
      from cases where kind = 'deletion' and closed_at is null;
    insert into case_tags (case_id, tag) select id, 'common' from cases where reference < 'PR-1';
    insert into case_tags (case_id, tag) select id, 'rare' from cases where reference < 'PR-001'`);
  await client.query("update cases set contact_hash = $1 where id in (select id from cases order by id limit 20)", [
    contactHash("sender@bench.example"),
  ]);
  await client.query("vacuum analyze");
  return { server, admin, client };
}
