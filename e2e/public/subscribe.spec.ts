import { randomUUID } from "node:crypto";
import { expect, expectAccessible, test } from "../fixtures/test";

const address = () => `reader-${randomUUID().slice(0, 13)}@subscriber.example`;

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("S28 subscribing to policy changes: asked, confirmed by the mail's link, ended by the link in a mail", {
      tag: "@phone",
    }, async ({ page, mailbox, sql }) => {
      const email = address();
      await page.goto("/privacy/versions");
      await page.getByRole("link", { name: "by mail" }).click();
      await page.getByLabel("Your email address").fill(email);
      await page.getByRole("button", { name: "Send me a link to confirm" }).click();
      await expect(page.getByText("Look into your mailbox")).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page);
      const link = (await mailbox.latest(email, /Confirm that you want mail/)).link("/privacy/subscribe/confirm");

      const confirmed = async () =>
        (await sql`select count(*)::int as n from policy_subscribers where confirmed_at is not null`)[0]?.n;
      const before = await confirmed();
      await page.goto(link);
      expect(await confirmed()).toBe(before);
      await page.getByRole("button", { name: "Yes, send me these mails" }).click();
      await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
      if (javaScriptEnabled) await expectAccessible(page);

      // Entered again: the same answer here, and a mail with the way out.
      await page.goto("/privacy/subscribe");
      await page.getByLabel("Your email address").fill(email);
      await page.getByRole("button", { name: "Send me a link to confirm" }).click();
      await expect(page.getByText("Look into your mailbox")).toBeVisible();
      const known = await mailbox.latest(email, /You already get mail/);
      await page.goto(known.link("/unsubscribe"));
      await expect(page.getByText("Policy changes", { exact: true })).toBeVisible();
      await page.getByRole("button", { name: "Stop these mails" }).click();
      await expect(page.getByText("Your address was erased here.")).toBeVisible();
    });
  });
}

test("S16 a link that was cut off says so and helps on", { tag: "@phone" }, async ({ page }) => {
  await page.goto("/privacy/subscribe/confirm?token=cut-off");
  await expect(page.getByText("This link does not work any more")).toBeVisible();
  await expectAccessible(page);
});
