import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { emptyList, forgetErasures } from "@/test/suppressions";
import { type Ctx, systemCtx } from "../context";
import { dataMap } from "../data-map/load";
import { parseMap } from "../data-map/parse";
import { replayErasures } from "../erasure/replay-erasures";
import { onFaultPoint } from "../faults";
import { requestHold } from "../holds/request-hold";
import { setHold } from "../holds/set-hold";
import { listFile } from "../suppression/list";
import { clearRequests } from "./clear-requests";
import { eraseClient } from "./erase-client";
import { orderClientErasure } from "./order-client-erasure";
import { previewClient } from "./preview-client";
import { myClients } from "./queries";
import { resumeClients } from "./resume-clients";
import { searchClients } from "./search-clients";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(async () => {
  onFaultPoint();
  await database.sql`truncate legal_holds`;
});

const asSystem = systemCtx("test");
const query = async (text: string, values: unknown[] = []) => (await platform.client.query(text, values)).rows;

/** The owner of the demo's `at`th company, as they sign in here. */
async function owner(at = 0) {
  const [user] = await query(
    "select id, company_id, email from users where role = 'owner' and closed_at is null order by company_id, id offset $1 limit 1",
    [at],
  );
  const person = await makePerson({
    ...{ platformUserId: user.id, platformCompanyId: user.company_id, platformOwner: true },
  });
  return { ctx: holderCtx(person), person, companyId: String(user.company_id), email: String(user.email) };
}

/** A client of that company who has a work order with a signature, and a site. */
async function clientOf(companyId: string) {
  const [row] = await query(
    `select c.id::text, c.name, c.email from clients c where c.company_id = $1
       and exists (select 1 from work_orders o where o.client_id = c.id) and exists (select 1 from sites s where s.client_id = c.id)
     order by c.id limit 1`,
    [companyId],
  );
  const email = `shared-${row.id}@clients.example`;
  await query("update clients set email = $2, phone = '+49 30 5550199' where id = $1", [row.id, email]);
  await query("update work_orders set signature = '\\x01' where client_id = $1", [row.id]);
  return { id: String(row.id), name: String(row.name), email };
}

async function order(ctx: Ctx, clientId: string, confirmation: string) {
  const made = await orderClientErasure(ctx, { clientId, confirmation });
  const [row] =
    await database.sql`select id from client_erasures where client_id = ${clientId} order by ordered_at desc`;
  return { made, id: row ? String(row.id) : "" };
}

const tables = ["clients", "sites", "work_orders", "work_order_notes", "attachments", "invoices", "users"];
async function others(companyId: string) {
  const all: Record<string, unknown[]> = {};
  for (const table of tables) {
    const where =
      table === "sites"
        ? "client_id in (select id from clients where company_id <> $1)"
        : table === "work_order_notes" || table === "attachments"
          ? "work_order_id in (select id from work_orders where company_id <> $1)"
          : "company_id <> $1";
    all[table] = await query(`select * from ${table} where ${where} order by id`, [companyId]);
  }
  return all;
}

describe("a company's client", () => {
  it("is found by name and address by the company's owner alone, and each look stands in the log", async () => {
    const { ctx, companyId } = await owner();
    const client = await clientOf(companyId);
    const by = async (text: string) => {
      const found = await searchClients(ctx, { text });
      return found.ok ? found.value.map(({ id }) => id) : found.reason;
    };
    expect(await by(client.email.toUpperCase())).toEqual([client.id]);
    expect(await by(client.name.slice(0, 5))).toContain(client.id);
    for (const text of ["%", "_%", "\\"]) expect(await by(`${text}${text}`)).toEqual([]);
    expect(await by(" ")).toBe("invalid-input");
    // Another company's owner finds only their own, under the same address.
    const two = await owner(1);
    expect(two.companyId).not.toBe(companyId);
    const other = await clientOf(two.companyId);
    await query("update clients set email = $2 where id = $1", [other.id, client.email]);
    expect(await by(client.email)).toEqual([client.id]);
    const found = await searchClients(two.ctx, { text: client.email });
    expect(found).toMatchObject({ ok: true, value: [{ id: other.id }] });
    expect(await previewClient(two.ctx, { clientId: client.id })).toEqual({ ok: false, reason: "not-found" });
    const [count] = await database.sql`select count(*)::int as n from audit_entries where action = 'clients.searched'`;
    expect(count?.n).toBeGreaterThan(5);
    // Whoever owns nothing, or lost it since, finds nobody.
    const technician = holderCtx(await makePerson());
    expect(await searchClients(technician, { text: client.email })).toEqual({ ok: false, reason: "not-allowed" });
    await query("update users set role = 'office' where company_id = $1 and role = 'owner'", [companyId]);
    expect(await by(client.email)).toBe("not-allowed");
    expect(await previewClient(ctx, { clientId: client.id })).toEqual({ ok: false, reason: "not-allowed" });
    expect(await myClients(ctx)).toBeNull();
  });

  it("L11: is erased as previewed; the company keeps its jobs, and nothing of another company changes", async () => {
    const { ctx, companyId, person } = await owner();
    const client = await clientOf(companyId);
    const two = await owner(1);
    const twin = await clientOf(two.companyId);
    await query("update clients set email = $2 where id = $1", [twin.id, client.email]);
    const before = await others(companyId);
    const [jobs] = await query("select count(*)::int as n from work_orders where client_id = $1", [client.id]);
    const shown = await previewClient(ctx, { clientId: client.id });
    const { made, id } = await order(ctx, client.id, `  ${client.name.toUpperCase()} `);
    expect(made).toEqual({ ok: true, value: null });
    const [job] =
      await database.sql`select data from pgboss.job where name = 'client.erase' and data->>'erasureId' = ${id}`;
    expect(job?.data).toEqual({ erasureId: id });
    // A second click is the same order.
    expect((await order(ctx, client.id, client.name)).id).toBe(id);
    await Promise.allSettled([eraseClient(asSystem, { erasureId: id }), eraseClient(asSystem, { erasureId: id })]);
    await eraseClient(asSystem, { erasureId: id });

    const orders = await query("select * from work_orders where client_id = $1", [client.id]);
    expect(orders).toHaveLength(jobs.n);
    for (const one of orders) expect(one).toMatchObject({ signature: null, title: expect.any(String) });
    const [left] = await query("select * from clients where id = $1", [client.id]);
    expect(left).toMatchObject({ email: null, phone: null, contact_name: null, notes: null });
    expect(left.name).not.toBe(client.name);
    const sites = await query("select * from sites where client_id = $1", [client.id]);
    for (const site of sites) expect(site).toMatchObject({ street: null, access_code: null });
    expect(await others(companyId)).toEqual(before);

    const mine = await myClients(ctx);
    expect(mine?.erasures[0]).toMatchObject({ clientId: client.id, finishedAt: expect.any(String) });
    if (!shown.ok) throw new Error(shown.reason);
    expect(mine?.erasures[0]?.items).toEqual(shown.value.items);
    const entries = await database.sql`select action from audit_entries where object_id = ${id} order by id`;
    expect(entries.map(({ action }) => action)).toEqual(["client.erasure-ordered", "client.erased"]);
    const mails = await database.sql`
      select 1 from outgoing_mails where template = 'client-erased' and person_id = ${person}`;
    expect(mails).toHaveLength(1);
    // Another company's owner is shown none of it.
    expect((await myClients(two.ctx))?.erasures).toEqual([]);
  });

  it("S14: only with a fresh proof, the name typed, and by who owns that company", async () => {
    const { ctx, companyId, person } = await owner();
    const client = await clientOf(companyId);
    const stale = { ...ctx, actor: { ...ctx.actor, steppedUpAt: null } } as Ctx;
    const two = await owner(1);
    expect((await order(stale, client.id, client.name)).made).toEqual({ ok: false, reason: "step-up-required" });
    expect((await order(ctx, client.id, "Somebody")).made).toEqual({ ok: false, reason: "confirmation-mismatch" });
    expect((await order(two.ctx, client.id, client.name)).made).toEqual({ ok: false, reason: "not-found" });
    expect((await order(asSystem, client.id, client.name)).made).toEqual({ ok: false, reason: "sign-in-required" });
    expect(
      await database.sql`select 1 from client_erasures where ordered_by in (${person}, ${two.person})`,
    ).toHaveLength(0);
  });

  it.each(["client.prepared", "client.lasting"])(
    "H1: dead at %s, the next attempt ends it with true counts",
    async (point) => {
      const { ctx, companyId } = await owner();
      const client = await clientOf(companyId);
      const { id } = await order(ctx, client.id, client.name);
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(eraseClient(asSystem, { erasureId: id })).rejects.toThrow();
      const [after] = await query("select email from clients where id = $1", [client.id]);
      expect(after.email).toBe(point === "client.prepared" ? client.email : null);
      onFaultPoint();
      await eraseClient(asSystem, { erasureId: id });
      const found = (await myClients(ctx))?.erasures.find((one) => one.id === id);
      const orders = found?.items.find(({ collection }) => collection === "work_orders");
      expect((orders?.anonymised ?? 0) + (orders?.reduced ?? 0)).toBeGreaterThan(0);
      expect((await query("select email from clients where id = $1", [client.id]))[0].email).toBeNull();
    },
  );

  it("R9: is erased again after a restore, and what is left of them is left alone", async () => {
    const { ctx, companyId } = await owner();
    const client = await clientOf(companyId);
    const held = async () => [
      await query("select * from clients where company_id = $1 order by id", [companyId]),
      await query(
        "select s.* from sites s join clients c on c.id = s.client_id where c.company_id = $1 order by s.id",
        [companyId],
      ),
    ];
    const [row] = await query("select name, email, phone from clients where id = $1", [client.id]);
    const { id } = await order(ctx, client.id, client.name);
    await eraseClient(asSystem, { erasureId: id });
    expect(await readFile(listFile(), "utf8")).toContain(`"reference":"${id}","scope":"client"`);
    const after = await held();
    const replay = () => replayErasures(asSystem, dataMap());
    expect(await replay()).toMatchObject({ found: 0, failures: [] });
    expect(await held()).toEqual(after);
    await query("update clients set name = $2, email = $3, phone = $4 where id = $1", [
      client.id,
      row.name,
      row.email,
      row.phone,
    ]);
    expect(await replay()).toMatchObject({ found: 1, failures: [] });
    const [left] = await query("select * from clients where id = $1", [client.id]);
    expect(left).toMatchObject({ email: null, phone: null });
    expect(left.name).not.toBe(row.name);
    // While the list holds what the database does not know, nothing is erased.
    const two = await owner(1);
    const theirs = await clientOf(two.companyId);
    const other = await order(two.ctx, theirs.id, theirs.name);
    await forgetErasures(database.sql);
    await expect(eraseClient(asSystem, { erasureId: other.id })).rejects.toThrow(/^Nothing is erased now: /);
    expect((await query("select email from clients where id = $1", [theirs.id]))[0].email).toBe(theirs.email);
    await emptyList(database.sql);
  });

  it("a legal hold on the company keeps the client as it is", async () => {
    const { ctx, companyId, email } = await owner();
    const client = await clientOf(companyId);
    const [one, two] = [
      staffCtx(await makeStaff("officer"), "officer"),
      staffCtx(await makeStaff("officer"), "officer"),
    ];
    const made = await requestHold(one, {
      ...{ scope: "company", address: email, ground: "legal-claim", note: "A reason in a sentence." },
    });
    if (!made.ok) throw new Error(made.reason);
    await setHold(two, made.value);
    const before = await query("select * from clients where id = $1", [client.id]);
    const { id } = await order(ctx, client.id, client.name);
    await eraseClient(asSystem, { erasureId: id });
    expect(await query("select * from clients where id = $1", [client.id])).toEqual(before);
    const found = (await myClients(ctx))?.erasures.find((run) => run.id === id);
    expect(found?.items.reduce((sum, item) => sum + item.held, 0)).toBeGreaterThan(0);
    // While it stands nothing is taken up; once it ended the client goes, as if ordered again, and once.
    expect(await resumeClients(asSystem)).toEqual({ resumed: 0 });
    // Nor is it forgotten that something is left.
    const later = systemCtx("test", () => Temporal.Now.instant().add({ hours: 24 * 365 * 3 }));
    await clearRequests(later);
    expect(await database.sql`select 1 from client_erasures where id = ${id}`).toHaveLength(1);
    await database.sql`truncate legal_holds`;
    for (const resumed of [1, 0]) expect(await resumeClients(asSystem)).toEqual({ resumed });
    const [again] =
      await database.sql`select id from client_erasures where client_id = ${client.id} and finished_at is null`;
    await eraseClient(asSystem, { erasureId: String(again?.id) });
    expect((await query("select email from clients where id = $1", [client.id]))[0].email).toBeNull();
    expect(await resumeClients(asSystem)).toEqual({ resumed: 0 });
  });

  it("a hold on another company's row that names the client keeps nothing of the client", async () => {
    const [{ ctx, companyId }, two] = [await owner(), await owner(1)];
    const client = await clientOf(companyId);
    await query(
      "update work_orders set client_id = $1 where id = (select id from work_orders where company_id = $2 limit 1)",
      [client.id, two.companyId],
    );
    const [one, other] = [
      staffCtx(await makeStaff("officer"), "officer"),
      staffCtx(await makeStaff("officer"), "officer"),
    ];
    const made = await requestHold(one, {
      ...{ scope: "company", address: two.email, ground: "legal-claim", note: "A reason in a sentence." },
    });
    if (!made.ok) throw new Error(made.reason);
    await setHold(other, made.value);
    const { id } = await order(ctx, client.id, client.name);
    await eraseClient(asSystem, { erasureId: id });
    expect(await database.sql`select kept_by from client_erasures where id = ${id}`).toEqual([{ kept_by: [] }]);
  });

  it("R10: an order whose job is gone is taken up again, unless that lies with the failed ones", async () => {
    const { ctx, companyId } = await owner();
    const client = await clientOf(companyId);
    const { id } = await order(ctx, client.id, client.name);
    const jobs = () =>
      database.sql`select 1 from pgboss.job where name = 'client.erase' and data->>'erasureId' = ${id}`;
    await database.sql`delete from pgboss.job where data->>'erasureId' = ${id}`;
    await database.sql`
      insert into pgboss.job (name, data, source_name) values ('dead-letter', ${database.sql.json({ erasureId: id })}, 'client.erase')`;
    expect(await resumeClients(asSystem)).toEqual({ resumed: 0 });
    await database.sql`delete from pgboss.job where data->>'erasureId' = ${id}`;
    expect(await resumeClients(asSystem)).toEqual({ resumed: 1 });
    expect(await jobs()).toHaveLength(1);
    expect(await resumeClients(asSystem)).toEqual({ resumed: 0 });
  });

  describe("that the company removed itself meanwhile, and that other systems know", () => {
    const { systems } = dataMap();
    const those = systems.length;
    afterEach(() => void systems.splice(those));
    const rule = "category: collect.communication, role: owner, scope: company, retention: account, erasure: delete";
    const logins = "connection: PLATFORM_DATABASE_URL, eraser: { connection: PLATFORM_ERASER_DATABASE_URL }";
    const other = (name: string, company: string, fields: string) =>
      parseMap(
        `${name}.yml`,
        `
dataset:
  - fides_key: ${name}
    data_categories: [user]
    fides_meta: { namespace: { schema: ${name} } }
    trust: { ${logins}, ignore_schemas: [{ name: public, reason: The platform's }] }
    collections: [{ name: held, trust: { ${rule}, client: { role: owner, erasure: delete${company} } }, fields: [${fields}] }]`,
      );
    const shop = other("shop", "", "{ name: customer, fides_meta: { identity: client_id }, trust: { type: text } }");
    const post = other(
      "post",
      ", company: company",
      "{ name: company, trust: { type: text } }, { name: mail, fides_meta: { identity: email }, trust: { type: text } }",
    );
    const shown = async (ctx: Ctx, id: string) => (await myClients(ctx))?.erasures.find((one) => one.id === id);
    async function gone() {
      await database.sql`delete from client_erasures`;
      const { ctx, companyId } = await owner();
      const id = "990000000002";
      const insert = `insert into clients (id, company_id, name, email, created_at) values (${id}, $1, 'Kim Example', 'kim@clients.example', now())`;
      await query(insert, [companyId]);
      await query("create schema shop");
      await query("create schema post");
      await query("create table shop.held (customer text)");
      await query("create table post.held (company text, mail text)");
      await query("insert into shop.held values ($1), ('another')", [id]);
      await query("insert into post.held values ($1, 'kim@clients.example')", [companyId]);
      const made = await order(ctx, id, "Kim Example");
      await query("delete from clients where id = $1", [id]);
      return { ctx, companyId, id, insert, erasureId: made.id };
    }

    it("L11: goes there by the id they were given", async () => {
      systems.push(...shop);
      const { ctx, erasureId } = await gone();
      await eraseClient(asSystem, { erasureId });
      expect(await query("select customer from shop.held")).toEqual([{ customer: "another" }]);
      const run = await shown(ctx, erasureId);
      expect(run?.finishedAt).not.toBeNull();
      expect(run?.items).toMatchObject([{ collection: "held", deleted: 1 }]);
    });

    it("L11: is not said to be gone where their address alone would lead", async () => {
      systems.push(...post, ...shop);
      const { ctx, companyId, insert, erasureId } = await gone();
      await expect(eraseClient(asSystem, { erasureId })).rejects.toThrow(/^post: the client's row is gone/);
      expect(await query("select customer from shop.held")).toEqual([{ customer: "another" }]);
      expect(await shown(ctx, erasureId)).toMatchObject({ finishedAt: null, failedAt: expect.any(String) });
      // With the row there again it ends.
      await query(insert, [companyId]);
      await eraseClient(asSystem, { erasureId });
      expect(await query("select mail from post.held")).toEqual([]);
      expect((await shown(ctx, erasureId))?.finishedAt).not.toBeNull();
    });

    it("goes there by the id once a hold ended that kept it, though the address went meanwhile", async () => {
      systems.push(...shop, ...post);
      await query("create schema post; create table post.held (company text, mail text)");
      await query("create schema shop; create table shop.held (customer text)");
      const { ctx, companyId } = await owner();
      const id = "990000000003";
      await query(
        "insert into clients (id, company_id, name, email, created_at) values ($1, $2, 'Kim Example', 'kim@clients.example', now())",
        [id, companyId],
      );
      await query("insert into shop.held values ($1)", [id]);
      await requestHold(staffCtx(await makeStaff("officer"), "officer"), {
        ...{ scope: "collection", collection: "shop/held", ground: "legal-claim", note: "A reason in a sentence." },
      });
      await eraseClient(asSystem, { erasureId: (await order(ctx, id, "Kim Example")).id });
      expect(await query("select 1 from clients where id = $1", [id])).toEqual([]);
      expect(await query("select customer from shop.held")).toHaveLength(1);
      await database.sql`truncate legal_holds`;
      await resumeClients(asSystem);
      const [again] =
        await database.sql`select id from client_erasures where client_id = ${id} and finished_at is null`;
      await eraseClient(asSystem, { erasureId: String(again?.id) });
      expect(await query("select customer from shop.held")).toEqual([]);
    });

    it("stays there where the id is another company's client by now", async () => {
      systems.push(...shop);
      const { ctx, insert, erasureId } = await gone();
      await query(insert, [(await owner(1)).companyId]);
      await eraseClient(asSystem, { erasureId });
      expect(await query("select customer from shop.held")).toHaveLength(2);
      expect((await shown(ctx, erasureId))?.items).toEqual([]);
    });
  });

  it("that the company removed itself meanwhile leaves nothing to do", async () => {
    const { ctx, companyId } = await owner();
    const id = "990000000001";
    await query("insert into clients (id, company_id, name, created_at) values ($1, $2, 'Kim Example', now())", [
      id,
      companyId,
    ]);
    const made = await order(ctx, id, "Kim Example");
    await query("delete from clients where id = $1", [id]);
    await eraseClient(asSystem, { erasureId: made.id });
    expect((await myClients(ctx))?.erasures.find((one) => one.id === made.id)).toMatchObject({
      finishedAt: expect.any(String),
      items: [],
    });
    expect(made.made.ok).toBe(true);
  });
});
