import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { type Ctx, systemCtx } from "../context";
import { dataMap } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import { onFaultPoint } from "../faults";
import { eraseClient } from "./erase-client";
import { orderClientErasure } from "./order-client-erasure";
import { myClients } from "./queries";

// What the platform and another system write about a client while they are erased, and a run that dies meanwhile.

const database = testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;

const { systems } = dataMap();
const those = systems.length;
afterEach(() => {
  onFaultPoint();
  systems.splice(those);
});

const rule = "category: collect.communication, role: owner, scope: company, retention: account, erasure: delete";
const logins = "connection: PLATFORM_DATABASE_URL, eraser: { connection: PLATFORM_ERASER_DATABASE_URL }";
const shop = parseMap(
  "shop.yml",
  `
dataset:
  - fides_key: shop
    data_categories: [user]
    fides_meta: { namespace: { schema: shop } }
    trust: { ${logins}, ignore_schemas: [{ name: public, reason: The platform's }] }
    collections: [{ name: held, trust: { ${rule}, client: { role: owner, erasure: delete } }, fields: [{ name: customer, fides_meta: { identity: client_id }, trust: { type: text } }] }]`,
);

const id = "990000000003";
let next = 990000000100;
const site = () => query("insert into sites (id, client_id, label) values ($1, $2, 'A site')", [++next, id]);

/** A company's client, with two sites. */
beforeEach(async () => {
  await database.sql`delete from client_erasures`;
  const [user] = await query(
    "select id, company_id from users where role = 'owner' and closed_at is null order by company_id, id limit 1",
  );
  owner = {
    ctx: holderCtx(
      await makePerson({ platformUserId: user.id, platformCompanyId: user.company_id, platformOwner: true }),
    ),
    companyId: String(user.company_id),
  };
  await query("insert into clients (id, company_id, name, created_at) values ($1, $2, 'Kim Example', now())", [
    id,
    owner.companyId,
  ]);
  await site();
  await site();
});
let owner: { ctx: Ctx; companyId: string };

async function order(): Promise<{ erasureId: string }> {
  expect(await orderClientErasure(owner.ctx, { clientId: id, confirmation: "Kim Example" })).toMatchObject({
    ok: true,
  });
  const [row] = await database.sql`select id from client_erasures where client_id = ${id}`;
  return { erasureId: String(row?.id) };
}

/** Writes as the first pass is about to last, and dies as the `nth` is, or once all lasted. */
async function dies(write: () => Promise<unknown>, point: string, nth: number): Promise<void> {
  let [prepared, times] = [0, 0];
  onFaultPoint(async (name) => {
    if (name === "client.prepared" && ++prepared === 1) await write();
    if (name === point && ++times === nth) throw new Error("died");
  });
}
const shown = async () => (await myClients(owner.ctx))?.erasures.find(({ clientId }) => clientId === id)?.items;
const sites = async () => (await query("select 1 from sites where client_id = $1", [id])).length;

const deaths = [
  ["client.prepared", 2],
  ["client.lasting", 1],
] as const;

it.each(deaths)("H1: dead at %s for the %i. time, the counts are of all passes", async (point, nth) => {
  // The company keeps its jobs, so the client's row stays, emptied.
  await query(
    "update work_orders set client_id = $1 where id = (select min(id) from work_orders where company_id = $2)",
    [id, owner.companyId],
  );
  const run = await order();
  await dies(site, point, nth);
  await expect(eraseClient(asSystem, run)).rejects.toThrow();
  onFaultPoint();
  if (point === "client.lasting") await site();
  await eraseClient(asSystem, run);
  expect(await sites()).toBe(0);
  const items = await shown();
  expect(items).toContainEqual(
    expect.objectContaining({ collection: "sites", deleted: point === "client.lasting" ? 4 : 3 }),
  );
  expect(items).toContainEqual(expect.objectContaining({ collection: "clients", reduced: 1 }));
  const orders = items?.find(({ collection }) => collection === "work_orders");
  expect((orders?.anonymised ?? 0) + (orders?.unlinked ?? 0) + (orders?.reduced ?? 0)).toBe(1);
  const [entry] = await database.sql`
    select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
    where e.action = 'client.erased' and e.object_id = ${run.erasureId}`;
  expect(entry?.payload).toMatchObject({ deleted: point === "client.lasting" ? 4 : 3 });
});

it.each(deaths)("H1: dead at %s for the %i. time, and the client's row gone, the rest goes too", async (point, nth) => {
  await query("alter table sites drop constraint sites_client_id_fkey");
  const run = await order();
  await dies(site, point, nth);
  await expect(eraseClient(asSystem, run)).rejects.toThrow();
  onFaultPoint();
  expect(await query("select 1 from clients where id = $1", [id])).toEqual([]);
  if (point === "client.lasting") await site();
  await eraseClient(asSystem, run);
  expect(await sites()).toBe(0);
  const items = await shown();
  expect(items).toContainEqual(
    expect.objectContaining({ collection: "sites", deleted: point === "client.lasting" ? 4 : 3 }),
  );
  expect(items).toContainEqual(expect.objectContaining({ collection: "clients", deleted: 1 }));
});

it("H1: in another system as well", async () => {
  systems.push(...shop);
  await query("create schema shop");
  await query("create table shop.held (customer text)");
  const write = () => query("insert into shop.held values ($1)", [id]);
  await write();
  const run = await order();
  await dies(write, "client.prepared", 2);
  await expect(eraseClient(asSystem, run)).rejects.toThrow();
  onFaultPoint();
  await eraseClient(asSystem, run);
  expect(await query("select 1 from shop.held")).toEqual([]);
  expect(await shown()).toContainEqual(expect.objectContaining({ collection: "held", deleted: 2 }));
});
