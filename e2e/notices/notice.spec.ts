import type { Page } from "@playwright/test";
import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

// Playwright looks into the mail's frame with scripts of its own, which the frame's sandbox reports.
test.use({ allowedFaults: /Blocked script execution in '[^']*\/dev\/mailbox\/\d+\/html'/ });

/** The demo told its account holders about version 2; other journeys announce versions of their own meanwhile. */
const ada = "ada.winter@lumen-lifts.example";
const notice = (page: Page) => page.getByRole("link", { name: /Our privacy policy changes on/ }).last();

test("change.notice: from the notice in the mailbox to the comparison of old and new", { tag: "@phone" }, async ({
  page,
}) => {
  await page.goto(`/dev/mailbox?to=${ada}`);
  await notice(page).click();
  const mail = page.frameLocator("iframe");
  await expect(mail.getByText("These are the significant changes")).toBeVisible();
  await expect(mail.getByText("Until now: 2 years")).toBeVisible();
  await expect(mail.getByText("From then on: 1 year")).toBeVisible();
  const [opened] = await Promise.all([
    page.waitForEvent("popup", { timeout: 40_000 }),
    mail.getByRole("link", { name: "Compare old and new" }).click(),
  ]);
  await expect(opened).toHaveURL(/\/privacy\/changes\/1\/2/);
  await expect(opened.getByRole("heading", { level: 1 })).toBeVisible();
});

test("S25 the notice's text part and headers, in words and without a way to unsubscribe", async ({ page }) => {
  await page.goto(`/dev/mailbox?to=${ada}`);
  await notice(page).click();
  await page.getByRole("link", { name: "As text" }).click();
  await expect(page.locator("pre")).toContainText("Compare old and new:");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Headers" }).click();
  await expect(page.getByText("Auto-Submitted")).toBeVisible();
  await expect(page.getByText("List-Unsubscribe")).toHaveCount(0);
});

test("change.notice: a person sees what they were sent, when, and its hash", { tag: "@phone" }, async ({
  page,
  context,
  sql,
}) => {
  await signInAs(context, ada);
  await page.goto("/account/notices");
  const evidence = page.getByRole("listitem").filter({
    has: page.getByRole("heading", { name: /Version 2 of the privacy policy/ }),
  });
  await expect(evidence.getByText("Delivered", { exact: true })).toBeVisible();
  const [row] = await sql`
    select r.content_sha256 from notice_recipients r join notices n on n.id = r.notice_id
    join policy_versions v on v.id = n.version_id join people p on p.platform_user_id = r.platform_user_id
    where p.email = ${ada} and v.number = 2`;
  await expect(evidence.getByText(String(row?.content_sha256))).toBeVisible();
  await expectAccessible(page);
  await evidence.getByRole("link", { name: "See what changes" }).click();
  await expect(page).toHaveURL(/\/privacy\/changes\/1\/2/);
});

test("a person who joined after the announcement was told nothing, and the page says so", async ({
  page,
  context,
  person,
}) => {
  await signInAs(context, (await person()).email);
  await page.goto("/account/notices");
  await expect(page.getByText("No change has been announced to you so far.")).toBeVisible();
});
