import { collection, from, mapOf, type Stranger } from "./shape";

/** A web shop: times as seconds since 1970, addresses that differ in case, keys of two columns, a materialised view, orders that stay. */
export const shop: Stranger = {
  name: "a shop",
  person: "1",
  sweptAt: "2026-06-01T12:00:00Z",
  schema: `
    create extension citext;
    create table customer (id serial primary key, email citext not null unique check (email ~ '^[^@]+@[^@]+$'), phone text not null check (phone ~ '^[+]?[0-9]*$'),
      customer_no smallint not null unique, created int not null, closed_ms bigint, birthday date, tier text not null check (tier in ('none', 'gold')));
    create table address (customer_id int not null references customer on delete cascade, nr int, street text, primary key (customer_id, nr));
    create table "order" (tenant int, no bigint, customer_id int references customer on delete restrict, ship_customer int, ship_nr int,
      placed_on text, note text, mail text not null, total numeric(8,2) not null, primary key (tenant, no),
      foreign key (ship_customer, ship_nr) references address match full on delete set null);
    create table order_line (tenant int, order_no bigint, line int, sku text, engraving text, primary key (tenant, order_no, line),
      foreign key (tenant, order_no) references "order" on update cascade on delete cascade);
    create table coupon (code text primary key, redeemed_by int[], label text);
    create table visit (at_ms bigint, customer int, url text) partition by range (at_ms);
    create table visit_old partition of visit for values from (minvalue) to (1700000000000);
    create table visit_new partition of visit for values from (1700000000000) to (maxvalue) partition by hash (customer);
    create table visit_new_0 partition of visit_new for values with (modulus 2, remainder 0);
    create table visit_new_1 partition of visit_new for values with (modulus 2, remainder 1);
    create table invitation (by_customer int references customer on delete cascade, friend varchar(60) not null check (friend ~ '^[^@]+@[^@]+$'), words text);
    create table mailing (address text, opened text);
    insert into customer values (1, 'Zebra+shop@mail.example', '+4912345', 7, 1600000000, null, '1980-02-29', 'gold'), (2, 'lasting@mail.example', '+49', 8, 1700000000, null, null, 'none'),
      (3, 'nozebr@mail.example', '+4930lasting'::varchar(5), 9, 1700000001, null, null, 'none');
    insert into address values (1, 1, 'Zebra Street'), (1, 2, 'Zebra Lane'), (2, 1, 'lasting Street'), (3, 1, 'lasting Road');
    insert into "order" values (1, 100, 1, 1, 1, '2025-01-01', 'zebra note', 'zebra+shop@mail.example', 12.34),
      (1, 101, 2, 1, 2, '2025-01-02 10:00', 'sent to a friend', 'l@mail.example', 99.99), (2, 100, 3, null, null, '2025-01-03', 'lasting', 'x@y.example', 1);
    insert into order_line values (1, 100, 1, 'ring', 'Zebra forever'), (1, 101, 1, 'ring', 'lasting'), (2, 100, 1, 'ring', 'lasting');
    insert into coupon values ('A', '{1,2}', 'but for one'), ('B', '{1}', 'shared too'), ('C', null, 'lasting');
    insert into visit values (1500000000000, 2, 'aged one'), (1717243199000, 2, 'aged two'), (1717243201000, 2, 'lasting'), (1750000000000, 1, 'zebra page'), (1500000000000, 1, 'zebra aged');
    insert into invitation values (2, 'Zebra+Shop@mail.example', 'join me'), (2, 'other@mail.example', 'lasting'), (1, 'nobody@mail.example', 'zebra asks');
    insert into mailing values (' ', 'lasting'), ('ZEBRA+SHOP@MAIL.EXAMPLE', 'zebra'), ('other@mail.example', 'lasting');
    create materialized view best_customers as select c.id, c.email, sum(o.total) as total from customer c join "order" o on o.customer_id = c.id group by 1, 2;
    create view customer_names as select id, email from customer;
  `,
  map: mapOf({ person: { collection: "customer", id: "id", email: "email", closed: "closed_ms" } }, [
    collection(
      "customer",
      { since: "created" },
      {
        id: ["integer", { pk: true }],
        email: ["citext", { identity: "email", follow: true, erasure: { token: "{}@erased.invalid" } }],
        phone: ["text", { erasure: { fixed: "0" } }],
        customer_no: "smallint",
        created: ["integer", { time: "seconds" }],
        closed_ms: ["bigint", { time: "milliseconds" }],
        birthday: "date",
        tier: ["text", { erasure: { fixed: "none" } }],
      },
    ),
    collection(
      "address",
      {},
      {
        customer_id: ["integer", { pk: true, refs: [from("customer.id")] }],
        nr: ["integer", { pk: true }],
        street: "text",
      },
    ),
    collection(
      "order",
      {
        category: "collect.payment",
        retention: "account",
        since: "placed_on",
        erasure: { action: "anonymise", ground: "Tax law" },
      },
      {
        tenant: ["integer", { pk: true }],
        no: ["bigint", { pk: true }],
        customer_id: ["integer", { refs: [from("customer.id")] }],
        ship_customer: ["integer", { refs: [from("address.customer_id", { key: "ship", role: "mentions" })] }],
        ship_nr: ["integer", { refs: [from("address.nr", { key: "ship", role: "mentions" })] }],
        placed_on: ["text", { time: "text" }],
        note: ["text", { erasure: "clear" }],
        mail: ["text", { erasure: { token: "erased-{}" } }],
        total: ["numeric(8,2)", { erasure: { round: 0 } }],
      },
    ),
    collection(
      "order_line",
      { erasure: { action: "keep", ground: "Tax law", until: "account" } },
      {
        tenant: ["integer", { pk: true, refs: [from("order.tenant", { key: "o" })] }],
        order_no: ["bigint", { pk: true, refs: [from("order.no", { key: "o" })] }],
        line: ["integer", { pk: true }],
        sku: "text",
        engraving: ["text", { erasure: "clear" }],
      },
    ),
    collection(
      "coupon",
      { role: "shared" },
      { code: ["text", { pk: true }], redeemed_by: ["integer[]", { refs: [from("customer.id")] }], label: "text" },
    ),
    collection(
      "visit",
      { retention: "usage", since: "at_ms" },
      {
        at_ms: ["bigint", { time: "milliseconds" }],
        customer: ["integer", { refs: [from("customer.id")] }],
        url: "text",
      },
    ),
    collection(
      "invitation",
      { role: "mentions" },
      {
        by_customer: ["integer", { refs: [from("customer.id", { role: "owner" })] }],
        friend: ["varchar(60)", { identity: "email", erasure: { token: "{}@erased.invalid" } }],
        words: "text",
      },
    ),
    collection("mailing", {}, { address: ["text", { identity: "email" }], opened: "text" }),
    collection(
      "best_customers",
      {},
      { id: ["integer", { refs: [from("customer.id")] }], email: "citext", total: "numeric" },
    ),
  ]),
};
