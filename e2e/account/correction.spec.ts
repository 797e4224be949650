import type { Page } from "@playwright/test";
import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { enqueue } from "@/lib/jobs/queue";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

/** From the dashboard to the form of the ticked values. */
async function pick(page: Page, ...labels: string[]): Promise<void> {
  await page.goto("/account");
  await page.getByRole("link", { name: "Correct it" }).click();
  await page.getByRole("link", { name: "Pick what is wrong" }).click();
  for (const label of labels) await page.getByRole("checkbox", { name: new RegExp(`^${label}`) }).check();
  await page.getByRole("button", { name: "Go on with what is ticked" }).click();
}

const group = (page: Page, label: string) => page.getByRole("group", { name: new RegExp(`^${label}`) });

test.describe("without a script", () => {
  test.use({ javaScriptEnabled: false });

  test("L5 S7 the own name is put right at once, by a rule, with before and after", { tag: "@phone" }, async ({
    page,
    person,
    platform,
    mailbox,
  }) => {
    const robin = await person({ role: "technician" });
    const [before] = await platform`select full_name, job_title from users where id = ${robin.userId}`;
    await signInAs(page.context(), robin.email);
    await pick(page, "Full name");
    // The address of the page holds no value.
    expect(page.url()).not.toContain(encodeURIComponent(String(before?.full_name)));
    await group(page, "Full name").getByLabel("How it should be").fill("Robin Ó Corráin");
    await page.getByRole("button", { name: "See old and new" }).click();
    await expect(page.getByText(String(before?.full_name))).toBeVisible();
    await expect(page.getByText("Robin Ó Corráin")).toBeVisible();
    await page.getByRole("button", { name: "Ask for the correction" }).click();
    await page.waitForURL(/\/account\/requests\/PR-/);
    const mail = await mailbox.latest(robin.email, /We put your data right/);
    expect(mail.text).toContain("Full name");
    expect(mail.text).not.toContain("Corráin");
    await page.reload();
    await expect(page.getByText("Put right", { exact: true })).toBeVisible();
    await expect(page.getByText("Robin Ó Corráin")).toBeVisible();
    const [after] = await platform`select full_name, job_title from users where id = ${robin.userId}`;
    expect(after).toEqual({ full_name: "Robin Ó Corráin", job_title: before?.job_title });
  });
});

test("L5 L2 staff approve one value and decline another, with reasons that the person reads", {
  tag: "@phone",
}, async ({ page, person, platform, browser, mailbox }) => {
  const robin = await person({ role: "technician" });
  await signInAs(page.context(), robin.email);
  await pick(page, "Role on|Job title", "Hourly rate");
  const [title, rate] = [group(page, "Job title"), group(page, "Hourly rate")];
  await title.getByLabel("How it should be").fill("Lift engineer");
  await title.getByLabel(/How can one see/).fill("My contract of 3 May.");
  await rate.getByLabel("How it should be").fill("a lot");
  await rate.getByLabel(/How can one see/).fill("I would like it.");
  await page.getByRole("button", { name: "See old and new" }).click();
  await expect(page.getByText("A number with a point, such as 42.50.")).toBeVisible();
  await expect(title.getByLabel("How it should be")).toHaveValue("Lift engineer");
  await expectAccessible(page);
  await rate.getByLabel("How it should be").fill("99.50");
  await page.getByRole("button", { name: "See old and new" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Ask for the correction" }).click();
  await page.waitForURL(/\/account\/requests\/PR-/);
  const reference = page.url().split("/").at(-1) ?? "";
  await expect(page.getByText("A person looks at it").first()).toBeVisible();

  const desk = await browser.newContext({ viewport: page.viewportSize() });
  await signInAsStaff(desk, "agent");
  const staff = await desk.newPage();
  await staff.goto(`/admin/cases/${reference}`);
  await expect(staff.getByText("My contract of 3 May.")).toBeVisible();
  await expectAccessible(staff);
  await staff.getByRole("button", { name: "Approve and apply (Job title)" }).click();
  await expect(staff.getByRole("button", { name: "Approve and apply (Job title)" })).toHaveCount(0);
  await expect
    .poll(async () => (await platform`select job_title from users where id = ${robin.userId}`)[0]?.job_title, {
      timeout: 30_000,
    })
    .toBe("Lift engineer");
  // Written down here a moment after it lasted there.
  await expect(async () => {
    await staff.reload();
    await expect(staff.getByText("Put right", { exact: true })).toBeVisible({ timeout: 1000 });
    await expect(staff.getByText("to be told by hand").first()).toBeVisible({ timeout: 1000 });
    await expect(staff.getByText(/put one value right/)).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  // A page reads its case first: drawn in the very moment of that change, it shows what its forms do not know yet.
  await staff.reload();
  await staff.getByText("Decline: Hourly rate").click();
  await staff.getByLabel("Ground").first().selectOption("correct-as-it-is");
  await staff.getByLabel("The reasons, in words for this person").first().fill("Payroll shows what stands there.");
  await staff.getByRole("button", { name: "Decline this value" }).click();
  await expect(staff.getByText("Open this case again")).toBeVisible();
  await staff
    .getByRole("button", { name: /^I told it/ })
    .first()
    .click();
  await expect(staff.getByText(/Ledgerline.*told/)).toBeVisible();
  await expectAccessible(staff);
  await desk.close();

  await page.reload();
  await expect(page.getByText("Put right", { exact: true })).toBeVisible();
  await expect(page.getByText("Stays as it is", { exact: true })).toBeVisible();
  await expect(page.getByText("Hourly rate: Payroll shows what stands there.")).toBeVisible();
  await expectAccessible(page);
  const mail = await mailbox.latest(robin.email, /We put your data right/);
  expect(mail.text).toContain("complain");
});

test("S14 another sign-in address is stopped from the old one, and the next one takes its place after its day", async ({
  page,
  person,
  mailbox,
  browser,
  sql,
  platform,
}) => {
  const robin = await person({ role: "technician" });
  await signInAs(page.context(), robin.email);
  const ask = async (address: string) => {
    await page.goto("/account/correct/address");
    await page.getByLabel("New address").fill(address);
    await page.getByRole("button", { name: "Ask for the change" }).click();
    await page.waitForURL(/\/account\/requests\/PR-/);
    return page.url().split("/").at(-1) ?? "";
  };
  const first = `first-${robin.email}`;
  await page.goto("/account/correct/address");
  await expectAccessible(page);
  await ask(first);
  await expect(page.getByText("The new address is not confirmed yet")).toBeVisible();
  const visitor = await (await browser.newContext()).newPage();
  const planned = await mailbox.latest(robin.email, /sign-in address is about to change/i);
  await visitor.goto(planned.link("/account/address/stop"));
  await expectAccessible(visitor);
  await visitor.getByRole("button", { name: "Stop the change" }).click();
  await expect(visitor.getByText("Nothing was changed.")).toBeVisible();
  await mailbox.latest(robin.email, /sign-in address stays/i);
  await page.reload();
  await expect(page.getByText("The change was stopped")).toBeVisible();

  const second = `second-${robin.email}`;
  const reference = await ask(second);
  await visitor.goto((await mailbox.latest(second, /Confirm your new address/)).link("/account/address/confirm"));
  await visitor.getByRole("button", { name: "Confirm this address" }).click();
  await expect(visitor.getByText("The address is confirmed")).toBeVisible();
  await page.reload();
  await expect(page.getByText("The new address is confirmed")).toBeVisible();
  await expectAccessible(page);
  const email = async () => (await platform`select email from users where id = ${robin.userId}`)[0]?.email;
  expect(await email()).toBe(robin.email);
  const [row] = await sql`
    update address_changes set not_before = now() - interval '1 second'
    where case_id = (select id from cases where reference = ${reference}) returning case_id`;
  await withTransaction(systemCtx("e2e"), (tx) => enqueue(tx, "correction.address", { caseId: String(row?.case_id) }));
  await expect.poll(email, { timeout: 30_000 }).toBe(second);
  await mailbox.latest(robin.email, /sign-in address was changed/i);
  await mailbox.latest(second, /sign-in address was changed/i);
  await page.reload();
  await expect(page.getByText("The address was changed")).toBeVisible();
});
