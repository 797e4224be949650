import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import type postgres from "postgres";
import { Mailbox } from "../fixtures/mailbox";
import { makePlatformPerson, type PlatformAccount } from "../fixtures/person";
import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { SignInPage } from "../sign-in/sign-in-page";
import { type Instance, secondInstance } from "./second-instance";

// Two starts of the built app, each with its own databases and keys, know each other by address alone.
test.describe.configure({ mode: "serial", timeout: 300_000 });
test.skip(Boolean(process.env.E2E_BASE_URL), "needs a build of its own");
test.skip(process.platform === "win32", "signals");

let other: Instance;
test.beforeAll(async () => {
  other = await secondInstance();
});
test.afterAll(() => other?.stop());

/** Signs in at the second instance with the code of its own mail, and confirms it as a step-up would. */
async function signInThere(browser: Browser, email: string): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: other.origin })).newPage();
  const form = new SignInPage(page);
  await form.open();
  await form.ask(email);
  await form.type((await new Mailbox(other.sql).latest(email, /^Your code/)).code());
  await page.waitForURL(/\/account/);
  await other.sql`update sessions set stepped_up_at = now() where user_id = (select id from people where email = ${email})`;
  return page;
}

const state = (page: Page) => page.locator("main header");

/** Everything of a company that is taken over, as text; a password, a plan and an unproved identity are nobody's to send. */
async function companyRows(sql: postgres.Sql, company: string): Promise<string[]> {
  const rows = await sql<{ row: string }[]>`
    select (to_jsonb(r) || jsonb_build_object('table', t))::text as row from (
      select 'companies' as t, to_jsonb(c) - 'plan' - 'trial_ends_on' as r from companies c where id = ${company}
      union all select 'users', to_jsonb(u) - 'password_hash' - 'totp_secret' from users u where company_id = ${company}
      union all select 'devices', to_jsonb(d) - 'push_token' - 'hardware_id' from devices d join users u on u.id = d.user_id where u.company_id = ${company}
      union all select 'clients', to_jsonb(c) from clients c where company_id = ${company}
      union all select 'work_orders', to_jsonb(w) from work_orders w where company_id = ${company}
      union all select 'notes', to_jsonb(n) from work_order_notes n join work_orders w on w.id = n.work_order_id where w.company_id = ${company}
      union all select 'attachments', to_jsonb(a) from attachments a join work_orders w on w.id = a.work_order_id where w.company_id = ${company}
      union all select 'usage_events', to_jsonb(e) from usage_events e where company_id = ${company}) all_rows`;
  return rows.map(({ row }) => row).toSorted();
}

test("L8 P5 a company moves from one instance to another: shown first, sent, taken over, and its rows are the same", async ({
  page,
  context,
  person,
  mailbox,
  platform,
  browser,
}) => {
  const robin = await person({ role: "owner" });
  await signInAs(context, robin.email);
  await page.goto("/account/requests/new?kind=portability");
  await page.getByRole("link", { name: "send it straight to another provider" }).click();
  await page.getByLabel("Another provider, at this address").check();
  // Nobody there: said plainly, and what was typed stays.
  await page.getByLabel("Their address").fill("http://127.0.0.1:9");
  await page.getByRole("button", { name: /See who they are/ }).click();
  await expect(page.getByText("Nobody answers there just now")).toBeVisible();
  await page.getByLabel("Their address").fill(other.origin);
  await page.getByRole("button", { name: /See who they are/ }).click();
  await expect(page.getByText("They proved just now")).toBeVisible();
  await expect(page.getByRole("main")).toContainText(other.origin);
  await expectAccessible(page);
  expect(await other.sql`select 1 from incoming_transfers`).toHaveLength(0);
  await page.getByRole("button", { name: /^Send to/ }).click();
  await expect(page).toHaveURL(/\/account\/transfers\/[0-9a-f-]{36}$/);
  expect((await mailbox.latest(robin.email, /is to be sent to another provider/)).text).toContain(other.origin);
  await expect(state(page)).toContainText("Arrived", { timeout: 90_000 });
  await expectAccessible(page);
  await mailbox.latest(robin.email, /has arrived/);

  await new Mailbox(other.sql).latest(robin.email, /waiting for you/);
  const there = await signInThere(browser, robin.email);
  await there.goto("/account/transfers");
  await there.getByRole("link", { name: /^From / }).click();
  await expect(there.getByRole("main")).toContainText(new URL(page.url()).origin);
  await expectAccessible(there);
  await there.getByRole("button", { name: "Take it over" }).click();
  await expect(state(there)).toContainText("Taken over", { timeout: 60_000 });
  await new Mailbox(other.sql).latest(robin.email, /is here/);
  const rows = await companyRows(platform, robin.companyId);
  expect(rows.length).toBeGreaterThanOrEqual(7);
  expect(await companyRows(other.platform, robin.companyId)).toEqual(rows);
  await there.goto("/account");
  await expect(there.getByRole("main")).toContainText("You own your company's account");

  // Taken back too late: the other side says so.
  await page.getByRole("button", { name: "Take it back" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("the data was taken over there already")).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await there.context().close();
});

test("H3 R3 the sender's worker and Postgres killed in the middle of sending: it goes on, and arrives once and whole", async ({
  browser,
  sql,
}) => {
  const robin = await makePlatformPerson(other.platform, { role: "owner" });
  await addFiles(other.platform, robin, 10);
  const there = await signInThere(browser, robin.email);
  await there.goto("/account/transfers/new");
  await there.getByLabel("Another provider, at this address").check();
  await there.getByLabel("Their address").fill(String(process.env.E2E_ORIGIN));
  await there.getByRole("button", { name: /See who they are/ }).click();
  await there.getByRole("button", { name: /^Send to/ }).click();
  await expect(there).toHaveURL(/\/account\/transfers\/[0-9a-f-]{36}$/);
  const id = String(there.url().split("/").at(-1));
  const sent = async () => {
    const [row] = await other.sql<{ sent: number }[]>`select bytes_sent::int as sent from transfers where id = ${id}`;
    return row?.sent ?? 0;
  };
  await expect.poll(sent, { timeout: 90_000, intervals: [20] }).toBeGreaterThan(0);
  other.kill(/worker\.mjs/);
  const [halfway] = await other.sql`select bytes_sent < bytes_total as halfway from transfers where id = ${id}`;
  expect(halfway?.halfway).toBe(true);
  other.kill(/bin\/postgres -D/);
  // What the killed worker held is put back when its heartbeat is overdue (JOB_HEARTBEAT_SECONDS).
  await expect
    .poll(
      async () => {
        const rows = await other.sql`select arrived_at, fence from transfers where id = ${id}`.catch(() => []);
        return rows[0]?.arrived_at !== null && rows[0] !== undefined;
      },
      { timeout: 60_000, intervals: [500] },
    )
    .toBe(true);
  const [incoming] = await sql`
    select t.id, t.bytes::int, (select sum(bytes)::int from incoming_chunks c where c.transfer_id = t.id) as held, verified_at
    from incoming_transfers t where sender_id = ${id}`;
  expect(incoming?.held).toBe(incoming?.bytes);
  expect(incoming?.verified_at).not.toBeNull();
  await new Mailbox(other.sql).latest(robin.email, /has arrived/);
  const mails = await new Mailbox(other.sql).all(robin.email);
  expect(mails.filter(({ subject }) => /has arrived/.test(subject))).toHaveLength(1);
  await there.context().close();
});

/** Files that do not compress, so that the package takes many pieces. */
async function addFiles(platform: postgres.Sql, { userId, companyId }: PlatformAccount, count: number): Promise<void> {
  const [order] = await platform`select id from work_orders where company_id = ${companyId} limit 1`;
  for (let nth = 0; nth < count; nth++)
    await platform`
      insert into attachments (id, work_order_id, uploaded_by, file_name, media_type, size_bytes, sha256, content, uploaded_at)
      select ${randomUUID()}, ${order?.id}, ${userId}, 'photo.jpg', 'image/jpeg', length(content), sha256(content), content, now()
      from (select string_agg(uuid_send(gen_random_uuid()), ''::bytea) as content from generate_series(1, 500000)) made`;
}
