import pg from "pg";
import { createSchema } from "./create";

/** The large company's owner; sign in as this person to export it. */
export const largeOwner = {
  email: "grace.stone@monolith.example",
  userId: "00000000-0000-4000-9000-000000000001",
  companyId: "00000000-0000-4000-8000-000000000001",
} as const;

/** What share of the rows each table gets; the rest is people, clients and the like. */
const shares = {
  usage_events: 0.42,
  access_logs: 0.24,
  work_order_notes: 0.12,
  work_orders: 0.1,
  schedule_entries: 0.1,
  platform_messages: 0.02,
} as const;

/**
 * Makes one company of about `rows` rows (5,000,000 for the benchmarks) in an empty database, all in
 * SQL. Text is composed of words and numbers, so that gzip has real work; the same every time.
 * @returns how many rows each table holds
 */
export async function generateLarge(url: string, rows: number): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off; set maintenance_work_mem = '256MB'");
    await createSchema(client);
    // Foreign keys and indexes come back after the rows: several times faster.
    const later = await takeAway(client);
    await client.query(people);
    await client.query(phrases);
    const counts: Record<string, number> = {};
    const orders = Math.max(10, Math.round(rows * shares.work_orders));
    for (const [table, share] of Object.entries(shares)) {
      const count = table === "work_orders" ? orders : Math.round(rows * share);
      const sql = statements[table as keyof typeof shares];
      await client.query(sql.replaceAll(":rows", String(count)).replaceAll(":orders", String(orders)));
      counts[table] = count;
    }
    for (const sql of later) await client.query(sql);
    await client.query("vacuum analyze");
    return counts;
  } finally {
    await client.end();
  }
}

/** Drops foreign keys and the plain indexes; returns the statements that bring them back. */
async function takeAway(client: pg.Client): Promise<string[]> {
  const { rows: keys } = await client.query<{ drop: string; make: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
           format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`);
  const { rows: indexes } = await client.query<{ drop: string; make: string }>(`
    select format('drop index %s', i.indexrelid::regclass) as drop, pg_get_indexdef(i.indexrelid) as make
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace and not c.relispartition and not i.indisunique`);
  for (const { drop } of [...keys, ...indexes]) await client.query(drop);
  return [...indexes, ...keys].map(({ make }) => make);
}

const company = `'${largeOwner.companyId}'::uuid`;
/** Person number n of 200; 1 is the owner. */
const user = (n: string) => `('00000000-0000-4000-9000-' || lpad(to_hex(1 + (${n}) % 200), 12, '0'))::uuid`;
const device = (n: string) => `('00000000-0000-4000-a000-' || lpad(to_hex(1 + (${n}) % 300), 12, '0'))::uuid`;
/** Phrases are made once and joined by a hash of n: text that differs from row to row, at the speed of a join. */
const phrases = `
  create temporary table phrases as select id, (
    select string_agg((array['lift','cabin','rope','motor','door','button','shaft','noise','oil','inspection','caretaker',
      'tenant','spare','part','ordered','replaced','tested','measured','quiet','again','tomorrow','urgent','floor','third',
      'relay','circuit','photo','signed','invoice','waiting','grün','réparé','ułożone','№','«door»'])[1 + abs(hashint8(id * 31 + w)) % 35], ' ')
    from generate_series(1, 5 + id % 7) w) as text
  from generate_series(0, 4999) id; analyze phrases`;
const withPhrases = (count: number) =>
  ["a", "b", "c"]
    .slice(0, count)
    .map((name, at) => `join phrases ${name} on ${name}.id = abs(hashint8(n + ${at * 7919})) % 5000`)
    .join(" ");
const moment = (n: string, seconds: number) =>
  `timestamptz '2025-01-02 06:00+00' + make_interval(secs => (abs(hashint8(${n})) % ${seconds})::int + (${n} % 1000) / 1000.0)`;
const year = 40_000_000;

const people = `
  insert into companies (id, name, legal_form, vat_number, address, employees, plan, created_at)
  values (${company}, 'Monolith Facilities', 'SE', 'DE100000001', '{"city": "Hamburg"}', 200, 'business', '2018-03-01');
  insert into users (id, company_id, email, email_verified_at, full_name, phone, role, job_title, language, time_zone, skills, hourly_rate, password_hash, created_at)
  select ${user("n - 1")}, ${company}, case n when 1 then '${largeOwner.email}' else 'person' || n || '@monolith.example' end, timestamptz '2018-03-02',
    case n when 1 then 'Grace Stone' else 'Person ' || n end, '+49 40 ' || 1000000 + n, (case n when 1 then 'owner' else 'technician' end)::user_role,
    'Engineer', 'en', 'Europe/Berlin', array['lifts', 'level ' || n % 5], 20 + n % 60, '$argon2id$invented$' || n, '2018-03-02'
  from generate_series(1, 200) n;
  insert into devices (id, user_id, hardware_id, operating_system, browser, app_version, last_ip, first_seen_at, last_seen_at)
  select ${device("n - 1")}, ${user("n - 1")}, 'hw-' || md5(n::text), 'Android 16', 'Operno for Android 4.2', '4.2.0',
    ('192.0.2.' || n % 255)::inet, '2024-01-01', '2026-11-01'
  from generate_series(1, 300) n;
  insert into clients (id, company_id, name, contact_name, email, phone, billing_address, created_at)
  select n, ${company}, 'Client ' || n, 'Contact ' || n, 'contact' || n || '@clients.example', '+49 30 ' || n,
    jsonb_build_object('street', 'Quay Road ' || n, 'city', 'Hamburg'), '2019-01-01'
  from generate_series(1, 2000) n;
  insert into sites (id, client_id, label, street, city, postal_code, country, latitude, longitude)
  select n, 1 + n % 2000, 'Staircase ' || n, 'Quay Road ' || n, 'Hamburg', '20459', 'DE', 53.5 + n / 100000.0, 9.9 + n / 100000.0
  from generate_series(1, 4000) n;`;

const statements: Record<keyof typeof shares, string> = {
  usage_events: `
    insert into usage_events (id, occurred_at, company_id, user_id, device_id, feature, action, duration, properties)
    select n, ${moment("n", year)}, ${company}, ${user("n")}, ${device("n")},
      (array['schedule','work-order','clients','photos','chat','invoices','map'])[1 + n % 7], (array['open','edit','search'])[1 + n % 3],
      make_interval(secs => (abs(hashint8(n)) % 4000) / 10.0),
      jsonb_build_object('from', 'screen-' || abs(hashint8(n + 1)) % 90, 'count', abs(hashint8(n + 2)) % 1000, 'key', md5(n::text))
    from generate_series(1, :rows) n`,
  access_logs: `
    insert into access_logs (id, company_id, user_id, device_id, ip, method, path, status, milliseconds, user_agent, logged_at)
    select n, ${company}, ${user("n")}, ${device("n")}, ('198.51.100.' || n % 255)::inet, (array['GET','GET','POST','PATCH'])[1 + n % 4],
      '/api/v2/work-orders/' || abs(hashint8(n)) % 900000 || '?page=' || n % 40, (array[200,200,204,304,404,500])[1 + n % 6],
      (abs(hashint8(n)) % 90000) / 100.0, 'Operno for Android 4.2.' || n % 9, ${moment("n", year)}
    from generate_series(1, :rows) n`,
  work_orders: `
    insert into work_orders (id, company_id, client_id, site_id, number, title, description, status, priority, created_by, assigned_to,
      estimated, price, tags, checklist, due_on, created_at)
    select n, ${company}, 1 + n % 2000, 1 + n % 4000, 'WO-' || lpad(n::text, 8, '0'), a.text, b.text || '. ' || c.text || ' ' || n,
      (array['open','planned','done','invoiced'])[1 + n % 4], 1 + n % 5, ${user("n + 3")}, ${user("n")},
      make_interval(mins => 15 + (n % 40)::int * 5), (abs(hashint8(n)) % 900000) / 100.0, array['tag-' || n % 50, 'warranty'],
      jsonb_build_array(jsonb_build_object('step', 'photo', 'done', n % 2 = 0)), date '2025-01-01' + (n % 600)::int, ${moment("n", year)}
    from generate_series(1, :rows) n ${withPhrases(3)}`,
  work_order_notes: `
    insert into work_order_notes (id, work_order_id, author_id, mentioned, body, created_at)
    select n, 1 + n % :orders, ${user("n")}, case when n % 9 = 0 then array[${user("n + 1")}] else '{}' end, a.text || ', ' || b.text || '; ' || c.text || ' ' || n, ${moment("n", year)}
    from generate_series(1, :rows) n ${withPhrases(3)}`,
  schedule_entries: `
    insert into schedule_entries (id, work_order_id, user_id, starts_at, ends_at, travel, confirmed)
    select n, 1 + n % :orders, ${user("n")}, ${moment("n", year)}, ${moment("n", year)} + interval '2 hours', make_interval(mins => (n % 90)::int), n % 3 > 0
    from generate_series(1, :rows) n`,
  platform_messages: `
    insert into platform_messages (id, company_id, sender_id, recipient_id, body, sent_at, read_at)
    select n, ${company}, ${user("n")}, ${user("n + 7")}, a.text || '? ' || n, ${moment("n", year)}, null
    from generate_series(1, :rows) n ${withPhrases(1)}`,
};
