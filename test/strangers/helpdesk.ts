import { collection, from, mapOf, type Stranger, to } from "./shape";

/** A helpdesk: quoted mixed-case names that are key words, text keys, enums, attachments of anything by type and id. */
export const helpdesk: Stranger = {
  name: "a helpdesk",
  person: "usr_1",
  closing: { person: "usr_1", company: "org_1" },
  schema: `
    create schema "Desk"; create type "Desk"."Role" as enum ('END_USER', 'AGENT', 'OWNER');
    create domain "Desk".address as text check (value ~ '@');
    create table "Desk"."Organization" (id text primary key, name text not null unique, "closedAt" timestamp(3));
    create table "Desk"."User" (id text primary key, "orgId" text references "Desk"."Organization" on delete restrict,
      email "Desk".address not null unique, "Name" text not null, role "Desk"."Role" not null default 'END_USER',
      "order" int not null unique, "closedAt" timestamp(3), prefs jsonb not null default '{}', emails text[] not null default '{}',
      search tsvector generated always as (to_tsvector('simple', "Name")) stored);
    create table "Desk"."Ticket" (id text primary key, "requesterId" text not null references "Desk"."User", "assigneeId" text references "Desk"."User" on delete set null,
      subject text, "createdAt" timestamp(3) not null default now());
    create table "Desk"."Comment" (id text primary key, "ticketId" text not null references "Desk"."Ticket" on delete cascade, "authorId" text references "Desk"."User",
      body text, "select" text);
    create table "Desk"."Attachment" (id bigint generated always as identity primary key, "ownerType" text not null, "ownerId" text not null, bytes bytea);
    create table "Desk"."_WatcherToTicket" ("A" text not null, "B" text not null, unique ("A", "B"));
    create table "Desk"."group" (id text primary key, label text, "leadId" text);
    create table "Desk"."TicketHistory" (at timestamptz default clock_timestamp(), "ticketId" text, old jsonb);
    create function "Desk".keep_history() returns trigger language plpgsql as $$
      begin insert into "Desk"."TicketHistory" ("ticketId", old) values (old.id, to_jsonb(old)); return coalesce(new, old); end $$;
    create trigger history before update or delete on "Desk"."Ticket" for each row execute function "Desk".keep_history();
    insert into "Desk"."Organization" values ('org_1', 'One'), ('org_2', 'lasting Two');
    insert into "Desk"."User" values ('usr_1', 'org_1', 'Zebra@one.example', 'Zebra Mine', 'OWNER', 1, null, '{"alt": "zebra+alt@one.example"}', '{zebra+alt@one.example}'),
      ('usr_2', 'org_1', 'two@one.example', 'Two', 'AGENT', 2, null, '{}', '{}'), ('usr_3', 'org_2', 'three@two.example', 'lasting Three', 'END_USER', 3, null, '{}', '{}'),
      ('1', 'org_2', 'numbered@two.example', 'lasting Number', 'END_USER', 4, null, '{}', '{}');
    insert into "Desk"."Ticket" values ('t1', 'usr_1', 'usr_2', 'zebra printer'), ('t2', 'usr_3', 'usr_1', 'help'), ('1', 'usr_3', null, 'lasting one');
    insert into "Desk"."Comment" values ('c1', 't1', 'usr_1', 'zebra says'), ('c2', 't2', 'usr_1', 'my words'), ('c3', 't2', 'usr_3', 'lasting words');
    insert into "Desk"."Attachment" ("ownerType", "ownerId", bytes) values ('User', 'usr_1', 'zebra'), ('Ticket', 't1', 'zebra'),
      ('Ticket', 'usr_1', 'lasting, a ticket of that name'), ('User', '1', 'lasting'), ('Ticket', '1', 'lasting');
    insert into "Desk"."_WatcherToTicket" values ('usr_1', 't2'), ('usr_3', 't1'), ('usr_3', 't2');
    insert into "Desk"."group" values ('g1', 'but for its lead', 'usr_1');
  `,
  map: mapOf(
    {
      person: {
        ...{ collection: "User", id: "id", email: "email", name: "Name", company: "orgId", closed: "closedAt" },
        owner: { field: "role", is: ["OWNER"] },
      },
      company: { collection: "Organization", id: "id", name: "name", closed: "closedAt" },
    },
    [
      collection(
        "Organization",
        { role: "shared", scope: "both" },
        { id: ["text", { pk: true }], name: "text", closedAt: "timestamp(3)" },
      ),
      collection(
        "User",
        { scope: "both", company: "orgId" },
        {
          id: ["text", { pk: true }],
          orgId: ["text", { refs: [to("Organization.id", { scope: "person", role: "shared" })] }],
          email: ['"Desk".address', { identity: "email", follow: true, erasure: { token: "{}@erased.invalid" } }],
          Name: "text",
          role: '"Desk"."Role"',
          order: "integer",
          closedAt: "timestamp(3)",
          prefs: "jsonb",
          emails: ["text[]", { identity: "email", follow: true }],
          search: "tsvector",
        },
      ),
      collection(
        "Ticket",
        { scope: "both", retention: "communication", since: "createdAt" },
        {
          id: ["text", { pk: true }],
          requesterId: ["text", { refs: [from("User.id")] }],
          assigneeId: ["text", { refs: [from("User.id", { role: "mentions" })] }],
          subject: "text",
          createdAt: "timestamp(3)",
        },
      ),
      collection(
        "Comment",
        { scope: "both", erasure: { action: "delete", ground: "Written by them" } },
        {
          id: ["text", { pk: true }],
          ticketId: ["text", { refs: [from("Ticket.id")] }],
          authorId: ["text", { refs: [from("User.id", { scope: "person" })] }],
          body: "text",
          select: "text",
        },
      ),
      collection(
        "Attachment",
        { scope: "both" },
        {
          id: ["bigint", { pk: true }],
          ownerType: "text",
          ownerId: [
            "text",
            {
              refs: [
                from("User.id", { if: { field: "ownerType", is: ["User"] } }),
                from("Ticket.id", { if: { field: "ownerType", is: ["Ticket"] } }),
              ],
            },
          ],
          bytes: "bytea",
        },
      ),
      collection(
        "_WatcherToTicket",
        { scope: "both" },
        { A: ["text", { refs: [from("User.id")] }], B: ["text", { refs: [from("Ticket.id")] }] },
      ),
      collection(
        "group",
        { role: "mentions" },
        { id: ["text", { pk: true }], label: "text", leadId: ["text", { refs: [from("User.id")] }] },
      ),
      collection(
        "TicketHistory",
        { scope: "both", retention: "communication", since: "at", written_by_triggers: true },
        { at: "timestamptz", ticketId: ["text", { refs: [from("Ticket.id")] }], old: "jsonb" },
      ),
    ],
    "Desk",
  ),
};
