import type { Page } from "@playwright/test";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, startDraft } from "./arrange";

/** Confirms whatever is proposed, one after the other. */
async function confirmAll(page: Page): Promise<void> {
  const open = page.getByText("Not decided yet.");
  for (let left = await open.count(); left > 0; left--) {
    await page
      .getByRole("button", { name: /^Confirm ?: / })
      .first()
      .click();
    await expect(open).toHaveCount(left - 1);
  }
}

const farAway = () => Temporal.Now.plainDateISO("UTC").add({ days: 500 }).toString();

test("S15 one officer writes, another approves and announces, everybody is mailed, it can be withdrawn", async ({
  browser,
  page,
  context,
  person,
  mailbox,
  sql,
}) => {
  test.slow();
  const robin = await person();
  const mark = `Journey clause ${robin.userId.slice(0, 8)}`;
  await signInAsStaff(context, "officer", { name: "Author Officer" });
  const number = await startDraft(page);
  const text = await page.getByLabel("Text", { exact: true }).inputValue();

  // A text that breaks a promise is kept as a draft, and the page says line by line what keeps it from review.
  await page
    .getByLabel("Text", { exact: true })
    .fill(text.replace("{#rights}", "{#rights-renamed}").replace("90 days", "91 days"));
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText(/problems? keeps? this from review|problems keep this from review/)).toBeVisible();
  await expect(page.getByText(/Put the .* right first/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Hand in for review" })).toHaveCount(0);

  const good = `${text.trimEnd()}\n\n## ${mark} {#journey}\n\n:::plain\nOnly a test.\n:::\n\nThis clause says nothing new.\n`;
  await page.getByLabel("Text", { exact: true }).fill(good);
  await page.getByLabel("Takes effect on").fill(farAway());
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText(/^Saved \d/)).toBeVisible();
  const first = page.getByRole("group", { name: "Highlight 1" });
  await first.getByLabel(/Kind/).selectOption("wording");
  await first.getByLabel("Clause").fill("journey");
  await first
    .getByLabel("What it means for the reader, in one sentence")
    .fill(`${mark} was added and changes nothing for you.`);
  await page.getByRole("button", { name: "Save the highlights" }).click();
  await expect(page.getByText(`${mark} was added and changes nothing for you.`)).toBeVisible();
  // Not before each highlight that the rules propose was decided on.
  await expect(
    page.getByText(/Confirm, edit or dismiss the proposed highlight: "We keep usage logs for 1 year/),
  ).toBeVisible();
  await confirmAll(page);
  await expect(page.getByRole("button", { name: "Hand in for review" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Hand in for review" }).click();
  await expect(page.getByText("In review", { exact: true })).toBeVisible();
  await expect(page.getByText("You wrote it, so a second officer has to approve it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Approve exactly this" })).toHaveCount(0);

  // The public sees nothing of it yet.
  const visitor = await browser.newContext();
  const outside = await visitor.newPage();
  await outside.goto("/privacy/versions");
  await expect(outside.getByText(`Version ${number}`, { exact: false })).toHaveCount(0);

  const other = await browser.newContext();
  await signInAsStaff(other, "officer", { name: "Second Officer" });
  const second = await other.newPage();
  await second.goto(`/admin/policies/${number}/changes`);
  await expect(second.getByText(mark).first()).toBeVisible();
  await expectAccessible(second);
  await second.goto(`/admin/policies/${number}`);
  await expect(second.getByText("A second officer has to approve exactly this text")).toBeVisible();
  await second.locator("summary", { hasText: "Approve" }).click();
  await second.getByRole("button", { name: "Approve exactly this" }).click();
  await expect(second.getByText(/Approved by Second Officer/)).toBeVisible();

  // An edit voids the approval; the same text handed in again needs a new one.
  await page.goto(`/admin/policies/${number}`);
  await alive(page);
  await page.getByLabel("Text", { exact: true }).fill(`${good}\nOne more sentence.\n`);
  await page.getByRole("button", { name: "Save the draft" }).click();
  await expect(page.getByText(/^Saved \d/)).toBeVisible();
  await expect(page.getByText(/Approved by/)).toHaveCount(0);
  await confirmAll(page);
  await page.getByRole("button", { name: "Hand in for review" }).click();
  await expect(page.getByText("In review", { exact: true })).toBeVisible();

  // The second officer still has the old page open: what they would approve is not what is stored.
  await second.goto(`/admin/policies/${number}`);
  await second.locator("summary", { hasText: "Approve" }).click();
  await second.getByRole("button", { name: "Approve exactly this" }).click();
  await expect(second.getByText(/Approved by Second Officer/)).toBeVisible();
  await second.locator("summary", { hasText: "Announce" }).click();
  await second.getByRole("button", { name: `Announce version ${number} now` }).click();
  await expect(second).toHaveURL(/\/admin\/notices\/[0-9a-f-]{36}$/);
  await expect(second.getByRole("heading", { level: 1 })).toContainText(`version ${number}`);

  // Other journeys announce versions meanwhile, and everybody is told of these too.
  await expect
    .poll(async () => (await mailbox.all(robin.email)).map(({ text }) => text), { timeout: 20_000 })
    .toContainEqual(expect.stringContaining(`${mark} was added and changes nothing for you.`));
  await second.reload();
  await expect(second.getByRole("heading", { name: /recipients?$/ }).first()).not.toContainText(/^0 /);
  await expectAccessible(second);
  await second.getByLabel("One person's address").fill(robin.email.toUpperCase());
  await second.getByRole("button", { name: "Find" }).click();
  await expect(second).toHaveURL(new RegExp(`person=${robin.userId}`));
  expect(second.url()).not.toContain(robin.email);
  await expect(second.locator("tbody tr").filter({ hasText: robin.email })).toHaveCount(1);

  // The list was read before it was announced; what visitors are given is never older than a second.
  await outside.goto("/privacy/versions");
  await expect(outside.getByRole("link", { name: `Version ${number}`, exact: true })).toBeVisible();
  await outside.goto(`/privacy/versions/${number}`);
  await expect(outside.getByText(mark).first()).toBeVisible();
  await visitor.close();

  const audits = await sql<{ action: string }[]>`
    select e.action from audit_entries e join policy_versions v on v.id::text = e.object_id
    where v.number = ${number} order by e.id`;
  // How often the draft saved itself meanwhile depends on how fast one types.
  const steps = audits.map((entry) => entry.action).filter((one, index, all) => one !== all[index - 1]);
  expect(steps).toEqual([
    "policy-version.drafted",
    "policy-version.edited",
    "policy-version.highlights-edited",
    "policy-version.proposal-decided",
    "policy-version.submitted",
    "policy-version.approved",
    "policy-version.edited",
    "policy-version.proposal-decided",
    "policy-version.submitted",
    "policy-version.approved",
    "policy-version.announced",
  ]);

  await second.goto(`/admin/policies/${number}`);
  await second.getByText("Withdraw this version").click();
  await second.getByLabel("Why, in a sentence that everybody reads").fill("It was only a test.");
  await second.getByRole("button", { name: `Withdraw version ${number}` }).click();
  await expect(second.getByText("Withdrawn", { exact: true })).toBeVisible();
  const reader = await (await browser.newContext()).newPage();
  // Visitors may be given what was rendered up to a second ago.
  await expect(async () => {
    await reader.goto(`/privacy/versions/${number}`);
    await expect(reader.getByText("It was only a test.")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  await reader.context().close();
  await other.close();
});
