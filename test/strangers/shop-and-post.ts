import pg from "pg";
import { afterEach, beforeEach } from "vitest";
import { parseMap } from "@/lib/data-map/parse";
import { closePlatforms } from "@/lib/data-map/platform";
import { createDatabase, dropDatabase } from "../database";

// Two shops with customers, and a second system that knows these by the id they were given, or by an address beside the shop's id.

const person = "{ collection: staff, id: id, email: email, company: shop, owner: { field: boss, is: ['true'] } }";
const rule = "category: collect.communication, role: owner, scope: company, retention: account, erasure: delete";
const home = `
dataset:
  - fides_key: shop
    data_categories: [user]
    trust: { connection: SHOP_DATABASE_URL, eraser: { connection: SHOP_DATABASE_URL }, person: ${person}, company: { collection: shops, id: id }, clients: { collection: customers, id: no, name: name, email: mail }, ignore_schemas: [{ name: post, reason: The other map's }] }
    collections:
      - { name: shops, trust: { category: collect.account, role: shared, scope: company, retention: account, erasure: delete }, fields: [{ name: id, fides_meta: { primary_key: true }, trust: { type: integer } }] }
      - name: staff
        trust: { category: collect.account, role: owner, scope: both, retention: account, erasure: delete, company: shop }
        fields: [{ name: id, fides_meta: { primary_key: true }, trust: { type: integer } }, { name: shop, trust: { type: integer } }, { name: email, fides_meta: { identity: email }, trust: { type: text, follow: true } }, { name: boss, trust: { type: boolean } }]
      - name: customers
        trust: { category: collect.account, role: owner, scope: company, company: shop, retention: account, erasure: delete, client: { role: owner, erasure: delete } }
        fields: [{ name: no, fides_meta: { primary_key: true }, trust: { type: integer } }, { name: shop, trust: { type: integer } }, { name: name, trust: { type: text } }, { name: mail, trust: { type: text } }]`;
const post = (company: string) => `
dataset:
  - fides_key: post
    data_categories: [user]
    fides_meta: { namespace: { schema: post } }
    trust: { connection: POST_DATABASE_URL, eraser: { connection: POST_DATABASE_URL }, ignore_schemas: [{ name: public, reason: The other map's }] }
    collections:
      - name: letters
        trust: { ${rule}, client: { role: owner, erasure: delete${company} } }
        fields: [{ name: id, fides_meta: { primary_key: true }, trust: { type: integer } }, { name: shop, trust: { type: text } }, { name: mail, fides_meta: { identity: email }, trust: { type: text } }, { name: words, trust: { type: text } }]
      - name: pages
        trust: { ${rule}, client: { role: owner, erasure: { action: anonymise, ground: Kept without them } } }
        fields: [{ name: letter, fides_meta: { references: [{ dataset: post, field: letters.id, direction: from }] }, trust: { type: integer } }, { name: text, trust: { type: text, client: clear } }]
      - name: calls
        trust: { ${rule}, client: { role: owner, erasure: delete${company} } }
        fields: [{ name: id, fides_meta: { primary_key: true }, trust: { type: integer } }, { name: shop, trust: { type: text } }, { name: caller, fides_meta: { identity: email }, trust: { type: text } }, { name: called, fides_meta: { identity: email }, trust: { type: text } }]
      - name: cards
        trust: { ${rule}, client: { role: owner, erasure: delete } }
        fields: [{ name: customer, fides_meta: { identity: client_id }, trust: { type: text } }, { name: partner, fides_meta: { identity: client_id }, trust: { type: text } }, { name: points, trust: { type: integer } }]
      - name: subscribers
        trust: { ${rule} }
        fields: [{ name: mail, fides_meta: { identity: email }, trust: { type: text } }]`;

const schemas = {
  public: `
    create table public.shops (id int primary key); create table public.staff (id int primary key, shop int, email text, boss boolean);
    create table public.customers (no int primary key, shop int, name text, mail text);
    insert into public.shops values (1), (2);
    insert into public.customers values (7, 1, 'Zebra', 'z@x.example'), (8, 2, 'Same address', 'Z@x.example'), (9, 1, 'Another', 'another@x.example'), (10, 2, 'Theirs', 'theirs@x.example')`,
  post: `
    create table post.letters (id int primary key, shop text, mail text, words text); create table post.pages (letter int, text text);
    create table post.cards (customer text, partner text, points int); create table post.calls (id int primary key, shop text, caller text, called text);
    create table post.subscribers (mail text);
    insert into post.calls values (1, '1', 'z@x.example', 'Another@x.example'), (2, '1', 'theirs@x.example', 'z@x.example'), (3, '1', 'z@x.example', null), (4, '2', 'z@x.example', 'theirs@x.example');
    insert into post.letters values (1, '1', 'Z@X.example', 'zebra'), (2, '2', 'z@x.example', 'of the other shop'), (3, null, 'z@x.example', 'of nobody knows whom');
    insert into post.pages values (1, 'zebra'), (2, 'theirs'); insert into post.cards values ('7', null, 1), ('8', '7', 2), ('77', null, 3), ('7', '78', 4);
    insert into post.subscribers values ('z@x.example')`,
};
type Schema = keyof typeof schemas;

/** The maps of both, and of the second one's letters whose customer a row is about. */
export const shopAndPost = (company = ", company: shop") => ({
  systems: [...parseMap("shop.yml", home), ...parseMap("post.yml", post(company))],
});

/** Gives each test of this file both, in one database. `restore` has them, or one of them, as they were. */
export function shopAndPostPerTest() {
  let name = "";
  let client: pg.Client;
  const restore = async (which = Object.keys(schemas) as Schema[]) => {
    for (const one of which)
      await client.query(`drop schema if exists ${one} cascade; create schema ${one}; ${schemas[one]}`);
  };
  const rows = async (table: string) =>
    (await client.query<{ row: string }>(`select t::text as row from ${table} t order by 1`)).rows.map(
      ({ row }) => row,
    );
  const query = (sql: string) => client.query(sql);
  beforeEach(async () => {
    const made = await createDatabase();
    name = made.name;
    process.env.SHOP_DATABASE_URL = made.url;
    process.env.POST_DATABASE_URL = made.url;
    client = new pg.Client({ connectionString: made.url });
    await client.connect();
    await restore();
  });
  afterEach(async () => {
    await client.end();
    await closePlatforms();
    await dropDatabase(name);
  });
  return { restore, rows, query };
}
