import pg from "pg";

/** What data-map/operno.yml says of closing a company, as somebody who knows the schema would write it down once. */
export async function byHand(url: string, companyId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("begin");
  await client.query("create temporary table c on commit drop as select $1::uuid as id", [companyId]);
  await client.query(`
    create temporary table u on commit drop as select id, lower(email) as email from users where company_id = (select id from c);
    create temporary table d on commit drop as select id, hardware_id from devices where user_id in (select id from u);
    analyze u; analyze d;
    delete from usage_events where company_id = (select id from c);
    delete from access_logs where company_id = (select id from c);
    delete from error_reports where hardware_id in (select hardware_id from d) or lower(reporter_email) in (select email from u);
    delete from platform_messages where company_id = (select id from c);
    delete from support_messages where conversation_id in (select id from support_conversations where company_id = (select id from c));
    delete from support_conversations where company_id = (select id from c);
    delete from notifications where user_id in (select id from u);
    delete from user_sessions where user_id in (select id from u);
    delete from user_addresses where user_id in (select id from u);
    delete from devices where user_id in (select id from u);
    delete from users where id in (select id from u)
      and not exists (select 1 from schedule_entries s where s.user_id = users.id)
      and not exists (select 1 from work_orders w where users.id in (w.created_by, w.assigned_to))
      and not exists (select 1 from work_order_notes n where n.author_id = users.id or users.id = any(n.mentioned))
      and not exists (select 1 from attachments a where a.uploaded_by = users.id);
    update users set email = 'erased-' || id, full_name = null, phone = null, job_title = null, language = 'en', time_zone = 'UTC',
      skills = '{}', hourly_rate = null, avatar = null, settings = '{}', password_hash = '', totp_secret = null,
      email_verified_at = null, created_at = date_trunc('month', created_at), last_seen_at = null, closed_at = coalesce(closed_at, now())
      where company_id = (select id from c);
    update companies set name = 'erased-' || id, legal_form = null, vat_number = null, phone = null, address = '{}',
      employees = null, trial_ends_on = null, created_at = date_trunc('month', created_at), closed_at = coalesce(closed_at, now())
      where id = (select id from c);
    commit`);
  await client.end();
}
