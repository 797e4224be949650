import { alive } from "../desk/arrange";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test.describe("without JavaScript and without an account", () => {
  test.use({ javaScriptEnabled: false });

  test("L9 S16 an objection by use: the link's button stops it, and the status page takes an appeal of the rest", {
    tag: "@phone",
  }, async ({ page, person, mailbox, sql, browser }) => {
    const robin = await person();
    await page.goto("/requests/new");
    const uses = page.getByRole("group", { name: "What should stop?" });
    await expect(uses).toBeHidden();
    await page.getByLabel("What do you ask for?").selectOption("objection");
    await expect(uses).toBeVisible();
    await expect(page.getByLabel("Because")).toBeHidden();
    await page.getByLabel(/^Communication/).check();
    await page.getByLabel(/^Improvement and analytics/).check();
    await page.getByLabel("Your email address").fill(robin.email);
    await page.getByRole("button", { name: "Send the request" }).click();
    await expect(page.getByText("We have your request")).toBeVisible();

    await page.goto((await mailbox.latest(robin.email, /Please confirm your request/)).link("/requests/confirm"));
    await expect(page.getByText("communication, improvement and analytics")).toBeVisible();
    const records = () => sql`select r.purpose, r.source from processing_records r join people p on p.id = r.person_id
      where p.email = ${robin.email} and r.ended_at is null order by 1`;
    expect(await records()).toEqual([]);
    await page.getByRole("button", { name: "Yes, this was me" }).click();
    await expect(page.getByText("stopped improvement and analytics")).toBeVisible();
    expect(await records()).toEqual([
      { purpose: "communication", source: "person" },
      { purpose: "improvement", source: "person" },
    ]);
    const stopped = await mailbox.latest(robin.email, /We stopped using your data/);
    const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(stopped.text)?.[0] ?? "";

    const desk = await browser.newContext({ viewport: page.viewportSize() });
    await signInAsStaff(desk, "agent");
    const staff = await desk.newPage();
    await staff.goto(`/admin/cases/${reference}`);
    await staff.getByLabel("Ground").first().selectOption("compelling-grounds");
    await staff.getByLabel("The reasons, in words for this person").first().fill("You have to hear of outages.");
    await staff.getByRole("button", { name: "Reject" }).click();
    await expect(staff.getByText("Open this case again")).toBeVisible();
    await desk.close();

    await page.reload();
    await expect(page.getByText("We declined a part of this")).toBeVisible();
    await page.getByLabel("Appeal this decision").fill("I read the status page for that.");
    await page.getByRole("button", { name: "Send the appeal" }).click();
    await expect(page.getByText("Your appeal is being decided")).toBeVisible();
  });
});

test("L5 S15 a letter becomes a correction by value: staff propose, a rule and a colleague approve, the person reads it", async ({
  page,
  person,
  mailbox,
  platform,
  browser,
  context,
}) => {
  const robin = await person({ role: "technician" });
  await signInAsStaff(context, "agent");
  await page.goto("/admin/cases/new");
  await alive(page);
  await page.getByLabel("What is asked for").selectOption("correction");
  await page.getByLabel("How it came").selectOption("letter");
  await page.getByLabel("Email address").fill(robin.email);
  await page.getByLabel("What they asked, in their words").fill("My name and my title are wrong.");
  await page.getByRole("button", { name: "Open the case" }).click();
  await page.waitForURL(/\/admin\/cases\/[0-9a-f-]{36}$/);
  await expect(page.getByText("they or you pick the values that are wrong")).toBeVisible();

  const theirs = await browser.newContext({ baseURL: new URL(page.url()).origin });
  const robins = await theirs.newPage();
  await robins.goto((await mailbox.latest(robin.email, /Please confirm your request/)).link("/requests/confirm"));
  await robins.getByRole("button", { name: "Yes, this was me" }).click();
  await expect(robins.getByText("Pick it yourself")).toBeVisible();
  await expectAccessible(robins);

  await page.reload();
  await page.getByRole("link", { name: "Put right for the person" }).click();
  for (const label of ["Full name", "Job title"])
    await page.getByRole("checkbox", { name: new RegExp(`^${label}`) }).check();
  await page.getByRole("button", { name: "Go on with what is ticked" }).click();
  await page.waitForURL(/correct\?f=/);
  const field = (label: string) => page.getByRole("group", { name: new RegExp(`^${label}`) });
  for (const [label, value] of [
    ["Full name", "Robin Ó Corráin"],
    ["Job title", "Lift engineer"],
  ] as const) {
    await field(label).getByLabel("How it should be").fill(value);
    await field(label).getByLabel("What it rests on").fill("Their letter of 3 May.");
  }
  await page.getByRole("button", { name: "See old and new" }).click();
  await page.getByRole("button", { name: "Propose it for them" }).click();
  await page.waitForURL(/\/admin\/cases\/[0-9a-f-]{36}$/);
  await expect(page.getByText("You wrote this down, so a colleague approves it.")).toBeVisible();
  const caseAddress = page.url();
  const row = async () => (await platform`select full_name, job_title from users where id = ${robin.userId}`)[0];
  await expect.poll(async () => (await row())?.full_name, { timeout: 30_000 }).toBe("Robin Ó Corráin");

  const other = await browser.newContext();
  await signInAsStaff(other, "officer");
  const colleague = await other.newPage();
  await colleague.goto(caseAddress);
  await colleague.getByRole("button", { name: "Approve and apply (Job title)" }).click();
  await expect.poll(async () => (await row())?.job_title, { timeout: 30_000 }).toBe("Lift engineer");
  await other.close();
  await mailbox.latest(robin.email, /We put your data right/);
  await robins.reload();
  await expect(robins.getByText("We wrote down for you how this should be: Full name, Job title.")).toBeVisible();
  await theirs.close();
});
