import type { Page } from "@playwright/test";
import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { enqueue } from "@/lib/jobs/queue";
import { openWithReason } from "../desk/arrange";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

async function plan(page: Page, email: string): Promise<void> {
  await page.goto("/account");
  await page.getByRole("link", { name: "Delete it" }).click();
  await page.getByLabel("Type your address to confirm").fill(email);
  await page.getByRole("button", { name: "Plan the deletion" }).click();
  await expect(page.getByText("Deletion is planned")).toBeVisible();
}

test("L6 R14 a deletion is previewed, confirmed, counted down and cancelled on the page", { tag: "@phone" }, async ({
  page,
  person,
  mailbox,
}) => {
  const robin = await person({ role: "technician" });
  await signInAs(page.context(), robin.email);
  await page.goto("/account/deletion");
  await expect(page.getByRole("heading", { name: /^Deleted/ })).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Kept for now/ })).toBeVisible();
  await expect(page.getByText(/^Until 7 years after account closure/).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Get a copy first" })).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Type your address to confirm").fill("somebody@else.example");
  await page.getByRole("button", { name: "Plan the deletion" }).click();
  await expect(page.getByText("That is not the address of this account.")).toBeVisible();
  await expect(page.getByLabel("Type your address to confirm")).toHaveValue("somebody@else.example");

  await plan(page, robin.email);
  await expect(page.getByText(/in 6 days 23 hours \d+ minutes?|in 7 days/)).toBeVisible();
  await expectAccessible(page);
  await page.goto("/account");
  await expect(page.getByText("Deletion is planned")).toBeVisible();
  await page.getByRole("button", { name: "Cancel the deletion" }).click();
  await page.waitForURL(/\/account\/requests\/PR-/);
  await expect(page.getByText("You cancelled this. Nothing was deleted.")).toBeVisible();
  await mailbox.latest(robin.email, /deletion is cancelled/i);
});

test("S12 the link in the mail shows a button, and only that cancels", async ({
  page,
  person,
  mailbox,
  browser,
  sql,
}) => {
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  await plan(page, robin.email);
  const mail = await mailbox.latest(robin.email, /deletion of your data is planned/i);
  const link = mail.link("/account/deletion/cancel");
  const cancelled = async () =>
    (await sql`select cancelled_at is not null as yes from deletions where person_id = ${personId}`)[0]?.yes;

  // A scanner follows the link, several times; another browser without any session presses the button.
  const elsewhere = await browser.newContext({ javaScriptEnabled: false });
  const mailReader = await elsewhere.newPage();
  for (let look = 0; look < 3; look++) await mailReader.goto(link);
  expect(await cancelled()).toBe(false);
  await mailReader.getByRole("button", { name: "Cancel the deletion" }).click();
  await expect(mailReader.getByRole("heading", { name: "The deletion is cancelled" })).toBeVisible();
  expect(await cancelled()).toBe(true);
  await mailReader.goto(link);
  await expect(mailReader.getByText("Nothing was deleted")).toBeVisible();
  await mailReader.goto(`${link}x`);
  await expect(mailReader.getByRole("heading", { name: "This link does not lead to a deletion" })).toBeVisible();
  await elsewhere.close();
});

test("R2 the worker ends a grace period and erases: gone from the platform, counted on the desk and for the person", async ({
  page,
  person,
  browser,
  mailbox,
  sql,
  platform,
}) => {
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  await plan(page, robin.email);
  const [one] = await sql`
    select c.id, c.reference from cases c join deletions d on d.case_id = c.id where d.person_id = ${personId}`;
  const desk = await browser.newContext();
  await signInAsStaff(desk, "officer");
  const staffPage = await desk.newPage();
  await staffPage.goto(`/admin/cases/${one?.reference}`);
  await expect(staffPage.getByText("Grace period", { exact: true })).toBeVisible();
  await expect(staffPage.getByText("The engine did not begin")).toHaveCount(0);

  await sql`update deletions set grace_ends_at = now() - interval '1 second' where person_id = ${personId}`;
  // It runs each minute; nobody needs to wait here for the next one.
  expect(await sql`select cron from pgboss.schedule where name = 'deletion.expire'`).toMatchObject([
    { cron: "* * * * *" },
  ]);
  await withTransaction(systemCtx("e2e"), (tx) => enqueue(tx, "deletion.expire", {}));
  const expired = async () =>
    (await sql`select expired_at is not null as yes from deletions where person_id = ${personId}`)[0]?.yes;
  await expect.poll(expired, { timeout: 30_000 }).toBe(true);

  // The engine takes it from there, on the platform itself.
  const carriedOut = async () =>
    (await sql`select carried_out_at is not null as yes from deletions where person_id = ${personId}`)[0]?.yes;
  await expect.poll(carriedOut, { timeout: 60_000 }).toBe(true);
  expect(await platform`select 1 from devices where user_id = ${robin.userId}`).toHaveLength(0);
  expect(await platform`select 1 from users where email = ${robin.email}`).toHaveLength(0);

  await openWithReason(staffPage, one?.reference);
  await expect(staffPage.getByText("Erased by the engine")).toBeVisible();
  await expect(staffPage.getByRole("listitem").filter({ hasText: /^Devices1 deleted$/ })).toBeVisible();
  await expect(staffPage.getByText(/ended the waiting time; the deletion comes next/)).toHaveCount(1);
  await expectAccessible(staffPage);
  await desk.close();

  // Nothing is left to do, so the request is closed, and they are forgotten here as well.
  await mailbox.latest(robin.email, /your data was deleted: the receipt/i);
  const forgotten = async () =>
    (await sql`select 1 from people where id = ${personId} and erased_at is not null`).length;
  await expect.poll(forgotten, { timeout: 30_000 }).toBe(1);
  expect(await sql`select 1 from people where email = ${robin.email}`).toHaveLength(0);
  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("L12 no way asks more clicks to protect oneself than to give oneself up", async ({ page, person }) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  let clicks = 0;
  const click = async (role: "link" | "button", name: string) => {
    await page
      .getByRole(role, { name, exact: role === "button" })
      .first()
      .click();
    clicks += 1;
  };
  const count = async (steps: () => Promise<void>) => {
    await page.goto("/account");
    clicks = 0;
    await steps();
    return clicks;
  };
  const copy = await count(async () => {
    await click("link", "Get a copy");
    await click("button", "Ask for a copy");
    await page.waitForURL(/PR-/);
  });
  const object = await count(async () => {
    await click("link", "Object");
    await page.waitForURL(/\/account\/uses/);
    await page
      .getByRole("button", { name: /^Object/ })
      .first()
      .click();
    clicks += 1;
    await expect(page.getByRole("button", { name: /^Take it back/ })).toBeVisible();
  });
  const remove = await count(async () => {
    await click("link", "Delete it");
    await page.getByLabel("Type your address to confirm").fill(robin.email);
    await click("button", "Plan the deletion");
    await expect(page.getByText("Deletion is planned")).toBeVisible();
  });
  const cancel = await count(async () => {
    await click("button", "Cancel the deletion");
    await page.waitForURL(/PR-/);
  });
  expect({ copy, object, remove }).toEqual({ copy: 2, object: 2, remove: 2 });
  expect(cancel).toBe(1);
});
