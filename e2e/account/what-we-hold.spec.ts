import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("the page does not wait for the counts: the same lines stand there until they come", { tag: "@phone" }, async ({
  page,
  person,
  platform,
}) => {
  const { email } = await person();
  await signInAs(page.context(), email);
  const counted = page.getByText("Counted just now in our systems");
  const lock = await platform.reserve();
  // Held for less than the five seconds that a count waits.
  await lock`begin`;
  await lock`lock table support_conversations in access exclusive mode`;
  try {
    await page.goto("/account", { waitUntil: "commit" });
    await expect(page.getByText("Counting in our systems now.")).toBeVisible();
    await expect(page.getByRole("heading", { name: "My packages" })).toBeVisible();
    await expect(counted).toHaveCount(0);
  } finally {
    await lock`rollback`;
    lock.release();
  }
  await expect(page.getByText("Counting in our systems now.")).toHaveCount(0);
  // On a slow machine the count may have waited too long for the lock; what came then said so.
  if ((await counted.count()) === 0) await page.reload();
  await expect(counted).toBeVisible();
  await expect(page.locator("#held summary").first()).toContainText(/\d/);
  await expectAccessible(page);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("the counts are shown all the same, and the page says where", async ({ page, person, platform }) => {
    const { email } = await person();
    await signInAs(page.context(), email);
    const lock = await platform.reserve();
    await lock`begin`;
    await lock`lock table support_conversations in access exclusive mode`;
    const arrived = page.goto("/account");
    try {
      await expect(page.getByText("Counting in our systems now.")).toBeVisible();
    } finally {
      await lock`rollback`;
      lock.release();
    }
    await arrived;
    await expect(page.locator("#held")).toBeVisible();
    await page.getByRole("link", { name: "the end of this page" }).click();
    await expect(page.locator("#held")).toBeInViewport();
  });
});
