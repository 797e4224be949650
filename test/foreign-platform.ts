/**
 * A database that is nothing like Operno's: no foreign keys, composite keys, a self reference, a many-to-many table, a cycle,
 * names with spaces, quotes and dots, and types that differ on both ends.
 */
export const foreignSchema = `
  create schema "Club Data";
  set search_path = "Club Data";
  create table "Member List" (uid text, tenant integer, "No." integer, "E-Mail" varchar(200), "Full ""Legal"" Name" text,
    "Referred By" text, "Club" integer, boss boolean, "Team" integer);
  create table "Clubs" (id integer, "Name" text);
  create table "Teams" (id integer, captain char(10), "Name" text);
  create table "Orders" ("Tenant" integer, "Order No" bigint, member_tenant smallint, "member no." bigint, total numeric);
  create table "Order Lines" (tenant integer, order_no integer, what text);
  create table "Tags" (id integer, label text);
  create table "Order's Tags" ("Tenant" integer, "Order No" integer, tag integer);
  create table "Watchers" (thread integer, members text[], note text);
  create table "Nicknames" (member text, nick text);
  create table "Badges" (club text, badge text);
  insert into "Nicknames" values ('m1', 'Em'), ('m3', 'Three'), ('m4', 'Four');
  insert into "Badges" values ('1', 'ours'), ('2', 'theirs');
  create table "Phone Book" (email text, phone text);
  create table "Calls" (phone text, at timestamptz);
  insert into "Clubs" values (1, 'One'), (2, 'Two');
  insert into "Teams" values (7, 'm1', 'Mine'), (8, 'm3', 'Theirs');
  insert into "Member List" values
    ('m1', 1, 10, 'Me@Club.example', 'Me "the one"', null, 1, true, 7),
    ('m2', 1, 11, 'two@club.example', 'Two', 'm1', 1, false, 7),
    ('m3', 2, 10, 'three@club.example', 'Three', 'm2', 2, true, 8),
    ('m4', 2, 12, 'me@club.EXAMPLE.evil', 'Four', 'm4', 2, false, null);
  -- The same numbers in another tenant are somebody else's.
  insert into "Orders" values (1, 100, 1, 10, 5), (1, 101, 1, 11, 6), (2, 100, 2, 10, 7), (1, 102, null, 10, 8);
  insert into "Order Lines" values (1, 100, 'mine'), (1, 101, 'of m2'), (2, 100, 'of m3');
  insert into "Tags" values (1, 'used by me'), (2, 'used by others');
  insert into "Order's Tags" values (1, 100, 1), (1, 101, 2), (2, 100, 2);
  insert into "Watchers" values (1, '{m1,m3}', 'with me'), (2, '{m3}', 'without'), (3, null, 'nobody');
  insert into "Phone Book" values ('ME@CLUB.EXAMPLE', '+49 1'), ('three@club.example', '+49 3'), ('me@club.example', '');
  create view "Order Keys" as select "Tenant", "Order No" from "Orders";
  create view "Nobody's View" as select * from "Badges";
  create table public.subscribers (address text, topics text[]);
  create table public.opens (address text, device text, subscriber text);
  insert into public.subscribers values ('ME@club.example', '{news}'), ('three@club.example', '{news}');
  insert into public.opens values ('x', '+49 1', 'ME@club.example'), ('y', '+49 3', 'three@club.example');
  insert into "Calls" values ('+49 1', '2026-01-01'), ('+49 3', '2026-01-02'), ('', '2026-01-03');
`;

/** Its map, with a second system that knows no people. */
export const foreignMap = `
dataset:
  - fides_key: club
    data_categories: [user]
    fides_meta: { namespace: { schema: Club Data } }
    trust:
      connection: CLUB_DATABASE_URL
      eraser: { connection: CLUB_DATABASE_URL }
      person: { collection: Member List, id: uid, email: E-Mail, name: 'Full "Legal" Name', company: Club, owner: { field: boss, is: ['true'] } }
      company: { collection: Clubs, id: id, name: Name }
    collections:
      - name: Member List
        trust: { category: collect.account, role: owner, scope: both, retention: account, erasure: delete, company: Club }
        fields:
          - { name: uid, trust: { type: text } }
          - { name: tenant, trust: { type: integer } }
          - { name: No., trust: { type: integer } }
          - { name: E-Mail, fides_meta: { identity: email }, trust: { type: varchar(200), follow: true } }
          - { name: 'Full "Legal" Name', trust: { type: text } }
          - name: Referred By
            fides_meta: { references: [{ dataset: club, field: Member List.uid, direction: from, trust: { role: mentions } }] }
            trust: { type: text, export: { when: own, reason: Says who sent somebody else., ground: GDPR Art. 15(4) } }
          - { name: Club, trust: { type: integer } }
          - { name: boss, trust: { type: boolean } }
          - name: Team
            fides_meta: { references: [{ dataset: club, field: Teams.id, direction: to, trust: { role: shared } }] }
            trust: { type: integer }
      - name: Clubs
        trust: { category: collect.account, role: shared, scope: company, retention: account, erasure: delete }
        fields: [{ name: id, trust: { type: integer } }, { name: Name, trust: { type: text } }]
      - name: Teams
        trust: { category: collect.account, role: shared, scope: both, retention: account, erasure: delete }
        fields:
          - { name: id, trust: { type: integer } }
          # No direction: both ways, and with Member List.Team a cycle.
          - { name: captain, fides_meta: { references: [{ dataset: club, field: Member List.uid }] }, trust: { type: char(10) } }
          - { name: Name, trust: { type: text } }
      - name: Orders
        trust: { category: collect.payment, role: owner, scope: both, retention: account, erasure: delete }
        fields:
          - { name: Tenant, trust: { type: integer } }
          - { name: Order No, trust: { type: bigint } }
          - name: member_tenant
            fides_meta: { references: [{ dataset: club, field: Member List.tenant, direction: from, trust: { key: member } }] }
            trust: { type: smallint }
          - name: member no.
            fides_meta: { references: [{ dataset: club, field: Member List.No., direction: from, trust: { key: member } }] }
            trust: { type: bigint }
          - { name: total, trust: { type: numeric } }
      - name: Order Lines
        trust: { category: collect.payment, role: owner, scope: both, retention: account, erasure: delete }
        fields:
          - { name: tenant, fides_meta: { references: [{ dataset: club, field: Orders.Tenant, direction: from, trust: { key: o } }] }, trust: { type: integer } }
          - { name: order_no, fides_meta: { references: [{ dataset: club, field: Orders.Order No, direction: from, trust: { key: o } }] }, trust: { type: integer } }
          - { name: what, trust: { type: text } }
      - name: Order Keys
        trust: { category: collect.payment, role: owner, scope: both, retention: account, erasure: delete }
        fields:
          - { name: Tenant, fides_meta: { references: [{ dataset: club, field: Orders.Tenant, direction: from, trust: { key: o } }] }, trust: { type: integer } }
          - { name: Order No, fides_meta: { references: [{ dataset: club, field: Orders.Order No, direction: from, trust: { key: o } }] }, trust: { type: bigint } }
      - name: Order's Tags
        trust: { category: collect.payment, role: owner, scope: both, retention: account, erasure: delete }
        fields:
          - { name: Tenant, fides_meta: { references: [{ dataset: club, field: Orders.Tenant, direction: from, trust: { key: o } }] }, trust: { type: integer } }
          - { name: Order No, fides_meta: { references: [{ dataset: club, field: Orders.Order No, direction: from, trust: { key: o } }] }, trust: { type: integer } }
          - { name: tag, fides_meta: { references: [{ dataset: club, field: Tags.id, direction: to }] }, trust: { type: integer } }
      - name: Tags
        trust: { category: collect.payment, role: shared, scope: both, retention: account, erasure: delete }
        fields: [{ name: id, trust: { type: integer } }, { name: label, trust: { type: text } }]
      - name: Watchers
        trust: { category: collect.usage, role: mentions, scope: both, retention: usage, erasure: delete }
        fields:
          - { name: thread, trust: { type: integer } }
          - name: members
            fides_meta: { references: [{ dataset: club, field: Member List.uid, direction: from }] }
            trust: { type: 'text[]' }
          - { name: note, trust: { type: text } }
      - name: Nicknames
        trust: { category: collect.account, role: owner, scope: company, retention: account, erasure: delete }
        fields:
          # The values of an array lead on one by one.
          - { name: member, fides_meta: { references: [{ dataset: club, field: Watchers.members, direction: from }] }, trust: { type: text } }
          - { name: nick, trust: { type: text } }
      - name: Badges
        trust: { category: collect.account, role: owner, scope: company, retention: account, erasure: delete }
        fields:
          # Text here, an integer there.
          - { name: club, fides_meta: { references: [{ dataset: club, field: Clubs.id, direction: from }] }, trust: { type: text } }
          - { name: badge, trust: { type: text } }
      - name: Phone Book
        trust: { category: collect.account, role: owner, scope: person, retention: account, erasure: delete }
        fields:
          - { name: email, fides_meta: { identity: email }, trust: { type: text } }
          - { name: phone, fides_meta: { identity: phone_number }, trust: { type: text, follow: true, enter: false } }
      - name: Calls
        trust: { category: collect.logs, role: owner, scope: person, retention: usage, erasure: delete, export: { when: never, reason: Telephone secrecy., ground: TDDDG § 3 } }
        fields:
          - { name: phone, fides_meta: { identity: phone_number }, trust: { type: text } }
          - { name: at, trust: { type: timestamptz } }
  # Another system, which knows no people: entered by the identities found in the first.
  - fides_key: newsletter
    data_categories: [user]
    trust: { connection: NEWSLETTER_DATABASE_URL, eraser: { connection: NEWSLETTER_DATABASE_URL }, ignore_schemas: [{ name: Club Data, reason: The other map's }] }
    collections:
      - name: subscribers
        trust: { category: collect.communication, role: owner, scope: both, retention: communication, erasure: delete }
        fields: [{ name: address, fides_meta: { identity: email, data_type: string } }, { name: topics, fides_meta: { data_type: 'string[]' } }]
      - name: opens
        trust: { category: collect.usage, role: owner, scope: both, retention: usage, erasure: delete }
        fields:
          - { name: address, fides_meta: { data_type: string } }
          - { name: device, fides_meta: { data_type: string } }
          - { name: subscriber, fides_meta: { data_type: string, references: [{ dataset: newsletter, field: subscribers.address, direction: from }] } }
`;
