import { randomUUID } from "node:crypto";
import { sha256Hex } from "@/lib/crypto/hash";
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

      const token = new URL(link, String(process.env.E2E_ORIGIN)).searchParams.get("token") ?? "";
      const confirmed = async () =>
        (
          await sql`select confirmed_at is not null as yes from policy_subscribers where token_hash = ${sha256Hex(token)}`
        )[0]?.yes;
      await page.goto(link);
      expect(await confirmed()).toBe(false);
      await page.getByRole("button", { name: "Yes, send me these mails" }).click();
      await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
      expect(await confirmed()).toBe(true);
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
