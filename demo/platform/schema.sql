-- Operno's work-order platform, as far as it holds data. Invented for the demo: the trust center
-- never writes here and knows this database only through data-map/operno.yml.

create type user_role as enum ('owner', 'office', 'technician');

create table companies (
  id uuid primary key,
  name text not null,
  legal_form varchar(20),
  vat_number text,
  phone text,
  address jsonb not null default '{}',
  employees integer,
  plan text not null default 'team',
  trial_ends_on date,
  shift_length interval not null default '8 hours',
  created_at timestamptz not null,
  closed_at timestamptz
);

create table users (
  id uuid primary key,
  company_id uuid not null references companies (id),
  email text not null unique,
  email_verified_at timestamptz,
  full_name text,
  phone text,
  role user_role not null,
  job_title text,
  language text not null default 'en',
  time_zone text not null default 'UTC',
  skills text[] not null default '{}',
  hourly_rate numeric(8, 2),
  avatar bytea,
  settings jsonb not null default '{}',
  password_hash text not null,
  totp_secret bytea,
  created_at timestamptz not null,
  last_seen_at timestamptz,
  closed_at timestamptz
);
create index users_email_lower on users (lower(email));
create index users_company on users (company_id);

create table user_addresses (
  id bigint primary key,
  user_id uuid not null references users (id),
  email text not null,
  verified_at timestamptz
);
create index user_addresses_user on user_addresses (user_id);
create index user_addresses_email on user_addresses (lower(email));

create table user_sessions (
  token_hash bytea primary key,
  user_id uuid not null references users (id),
  ip inet,
  user_agent text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index user_sessions_user on user_sessions (user_id);

create table clients (
  id bigint primary key,
  company_id uuid not null references companies (id),
  name text not null,
  contact_name text,
  email text,
  phone text,
  billing_address jsonb,
  notes text,
  created_at timestamptz not null
);
create index clients_company on clients (company_id);

-- No company column: a site is its client's.
create table sites (
  id bigint primary key,
  client_id bigint not null references clients (id),
  label text not null,
  street text,
  city text,
  postal_code text,
  country char(2),
  latitude double precision,
  longitude double precision,
  access_code text,
  equipment jsonb not null default '[]'
);
create index sites_client on sites (client_id);

create table work_orders (
  id bigint primary key,
  company_id uuid not null references companies (id),
  client_id bigint not null references clients (id),
  site_id bigint references sites (id),
  number text not null,
  title text not null,
  description text,
  status text not null,
  priority smallint not null default 3,
  created_by uuid references users (id),
  assigned_to uuid references users (id),
  estimated interval,
  price numeric(12, 2),
  tags text[] not null default '{}',
  checklist jsonb,
  signature bytea,
  due_on date,
  created_at timestamptz not null,
  completed_at timestamptz,
  unique (company_id, number)
);
create index work_orders_created_by on work_orders (created_by);
create index work_orders_assigned_to on work_orders (assigned_to);
create index work_orders_client on work_orders (client_id);

create table schedule_entries (
  id bigint primary key,
  work_order_id bigint not null references work_orders (id),
  user_id uuid not null references users (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  travel interval,
  confirmed boolean not null default false
);
create index schedule_entries_work_order on schedule_entries (work_order_id);
create index schedule_entries_user on schedule_entries (user_id);

create table work_order_notes (
  id bigint primary key,
  work_order_id bigint not null references work_orders (id),
  author_id uuid references users (id),
  mentioned uuid[] not null default '{}',
  body text not null,
  created_at timestamptz not null
);
create index work_order_notes_work_order on work_order_notes (work_order_id);
create index work_order_notes_author on work_order_notes (author_id);
create index work_order_notes_mentioned on work_order_notes using gin (mentioned);

create table attachments (
  id uuid primary key,
  work_order_id bigint not null references work_orders (id),
  uploaded_by uuid references users (id),
  file_name text not null,
  media_type text,
  size_bytes bigint not null,
  sha256 bytea not null,
  content bytea,
  uploaded_at timestamptz not null
);
create index attachments_work_order on attachments (work_order_id);
create index attachments_uploaded_by on attachments (uploaded_by);

create table platform_messages (
  id bigint primary key,
  company_id uuid not null references companies (id),
  sender_id uuid not null references users (id),
  recipient_id uuid not null references users (id),
  body text not null,
  sent_at timestamptz not null,
  read_at timestamptz
);
create index platform_messages_company on platform_messages (company_id);
create index platform_messages_sender on platform_messages (sender_id);
create index platform_messages_recipient on platform_messages (recipient_id);

-- Operno's own messages to one person, shown when they next open the platform. The trust center may add rows.
create table notifications (
  id uuid primary key,
  user_id uuid not null references users (id),
  title text not null,
  body text not null,
  link text,
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_user on notifications (user_id);

create table support_conversations (
  id uuid primary key,
  company_id uuid not null references companies (id),
  opened_by uuid not null references users (id),
  subject text not null,
  channel text not null,
  status text not null,
  satisfaction smallint,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create index support_conversations_company on support_conversations (company_id);
create index support_conversations_opened_by on support_conversations (opened_by);

create table support_messages (
  id bigint primary key,
  conversation_id uuid not null references support_conversations (id),
  from_customer boolean not null,
  agent_email text,
  body text not null,
  sent_at timestamptz not null
);
create index support_messages_conversation on support_messages (conversation_id);

create table invoices (
  id uuid primary key,
  company_id uuid not null references companies (id),
  number text not null unique,
  billing_email text,
  issued_on date not null,
  due_on date not null,
  currency char(3) not null,
  amount numeric(12, 2) not null,
  lines jsonb not null,
  paid_at timestamptz
);
create index invoices_company on invoices (company_id);
create index invoices_billing_email on invoices (lower(billing_email));

create table payment_references (
  id bigint primary key,
  invoice_id uuid not null references invoices (id),
  provider text not null,
  provider_customer text,
  provider_token text,
  brand text,
  last4 char(4),
  expires_on date
);
create index payment_references_invoice on payment_references (invoice_id);

create table devices (
  id uuid primary key,
  user_id uuid not null references users (id),
  hardware_id text not null,
  operating_system text,
  browser text,
  app_version text,
  last_ip inet,
  push_token text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index devices_user on devices (user_id);

-- Before anybody signs in an event knows only its device.
create table usage_events (
  id bigint not null,
  occurred_at timestamptz not null,
  company_id uuid,
  user_id uuid,
  device_id uuid,
  feature text not null,
  action text not null,
  duration interval,
  properties jsonb,
  primary key (id, occurred_at)
) partition by range (occurred_at);
create index usage_events_company on usage_events (company_id);
create index usage_events_user on usage_events (user_id);
create index usage_events_device on usage_events (device_id);

do $$
begin
  for month in 0..23 loop
    execute format('create table %I partition of usage_events for values from (%L) to (%L)',
      'usage_events_' || to_char(date '2025-01-01' + make_interval(months => month), 'YYYY_MM'),
      date '2025-01-01' + make_interval(months => month), date '2025-01-01' + make_interval(months => month + 1));
  end loop;
end $$;

create table access_logs (
  id bigint primary key,
  company_id uuid,
  user_id uuid,
  device_id uuid,
  ip inet,
  method text not null,
  path text not null,
  status smallint not null,
  milliseconds real,
  user_agent text,
  logged_at timestamptz not null
);
create index access_logs_company on access_logs (company_id);
create index access_logs_user on access_logs (user_id);
create index access_logs_device on access_logs (device_id);

-- Sent by the app with whatever address the person typed; no user id.
create table error_reports (
  id uuid primary key,
  reporter_email text,
  hardware_id text,
  message text not null,
  stack text,
  context jsonb,
  reported_at timestamptz not null
);
create index error_reports_email on error_reports (lower(reporter_email));
create index error_reports_hardware on error_reports (hardware_id);

create table schema_versions (
  version integer primary key,
  applied_at timestamptz not null
);
