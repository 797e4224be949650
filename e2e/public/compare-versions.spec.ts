import { expect, test } from "../fixtures/test";

test("a visitor sees what version 2 changes: highlights, every word, the full text", { tag: "@phone" }, async ({
  page,
}) => {
  await page.goto("/privacy");
  await page.getByRole("link", { name: "See what changes" }).click();
  await expect(page).toHaveURL("/privacy/changes/1/2");
  await expect(page.getByText("2 sentences changed, 1 clause moved.")).toBeVisible();
  const cards = page.getByRole("main").getByRole("listitem");
  await expect(cards.filter({ hasText: "Kept shorter" })).toContainText("2 years");
  await expect(cards.filter({ hasText: "New recipient" })).toContainText("customer support tools");
  await page.getByRole("link", { name: "See the change in the text (Kept shorter)" }).click();
  await expect(page).toHaveURL("/privacy/changes/1/2/changes#retention");
  const retention = page.locator("#retention");
  await expect(retention.locator("del")).toHaveText(/deleted: 2 years end of deletion/);
  await expect(retention.locator("ins")).toHaveText(/inserted: 1 year end of insertion/);
  await expect(page.locator("#rights")).toContainText("This clause moved.");
  await page
    .getByRole("navigation", { name: "Views of these changes" })
    .getByRole("link", { name: "Full text" })
    .click();
  await expect(page).toHaveURL("/privacy/changes/1/2/full-text");
  await expect(page.getByText("We keep usage logs for 1 year.")).toBeVisible();
});

test("the marks say more than colour: sign, line, and words for who listens", async ({ page }) => {
  await page.goto("/privacy/changes/1/2/changes");
  const style = (selector: string, pseudo?: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element, of) => {
        const { textDecorationLine, content } = getComputedStyle(element, of);
        return { textDecorationLine, content };
      }, pseudo);
  expect((await style("#retention ins")).textDecorationLine).toBe("underline");
  expect((await style("#retention del")).textDecorationLine).toBe("line-through");
  expect((await style("#retention ins", "::before")).content).toContain("+");
  expect((await style("#retention del", "::before")).content).toContain("\u2212");
});

test("goes from change to change by keyboard, round and back", async ({ page }) => {
  await page.goto("/privacy/changes/1/2/changes");
  const stop = (number: number) => page.locator(`#change-${number}`);
  // The first press counts once the page's script runs.
  await expect(async () => {
    await page.keyboard.press("Alt+ArrowDown");
    await expect(stop(1)).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.press("Alt+ArrowDown");
  await expect(stop(2)).toBeFocused();
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(stop(3)).toBeFocused();
});

test("unchanged text is folded and opens", async ({ page }) => {
  await page.goto("/privacy/changes/1/2/changes");
  const words = page.getByText("We do not sell, trade or rent your personal information to anyone.");
  await expect(words).toBeHidden();
  await page.getByText("Unchanged: Who receives it").click();
  await expect(words).toBeVisible();
});

test("the list of versions names each hash and leads to the comparison", async ({ page, sql }) => {
  const stored = await sql`select number, sha256 from policy_versions where number in (1, 2)`;
  await page.goto("/privacy/versions");
  for (const { number, sha256 } of stored) {
    const entry = page
      .getByRole("listitem")
      .filter({ has: page.getByRole("heading", { name: `Version ${number}`, exact: true }) });
    await expect(entry).toContainText(sha256);
  }
  await page.getByRole("link", { name: "What changed since version 1" }).click();
  await expect(page).toHaveURL("/privacy/changes/1/2");
});

test("an announced version is read beforehand and says so; version 1 says it is in force", async ({ page }) => {
  await page.goto("/privacy/versions/2");
  await expect(page.getByText("This text is not in force yet")).toBeVisible();
  await expect(page.getByText("We keep usage logs for 1 year.")).toBeVisible();
  await expect(page.locator(".promise-mark")).toHaveCount(0);
  await page.goto("/privacy/versions/1");
  await expect(page.getByText("This is the version in force")).toBeVisible();
});

test.describe("nonsense in the address", () => {
  test.use({ allowedFaults: /404/ });
  for (const path of [
    "/privacy/versions/99999",
    "/privacy/versions/0",
    "/privacy/versions/1e0",
    "/privacy/versions/-1",
    "/privacy/versions/1%00",
    "/privacy/changes/1/99999",
    "/privacy/changes/x/2",
    "/privacy/changes/1/2/nothing",
    "/privacy/changes?from=1&to=x",
  ])
    test(`${path} is not found, with a way on`, async ({ request }) => {
      const answer = await request.get(path);
      expect([400, 404]).toContain(answer.status());
    });

  test("a page that is not there says what to do", async ({ page }) => {
    const answer = await page.goto("/privacy/versions/99999");
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1, name: "There is nothing at this address" })).toBeVisible();
    await expect(page.getByRole("main").getByRole("link", { name: "Read the policy" })).toBeVisible();
  });
});

test("a reversed or doubled pair is put right", async ({ page }) => {
  await page.goto("/privacy/changes/2/1");
  await expect(page).toHaveURL("/privacy/changes/1/2");
  await page.goto("/privacy/changes/1/1");
  await expect(page).toHaveURL("/privacy/versions/1");
  await page.goto("/privacy/changes?from=2&to=1");
  await expect(page).toHaveURL("/privacy/changes/1/2");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("one reads, opens a promise, compares, and goes from change to change", { tag: "@phone" }, async ({ page }) => {
    await page.goto("/privacy");
    await page.getByRole("button", { name: /Only these kinds of providers\. Kept/ }).click();
    await expect(page.locator("#promise-share-providers")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "See what changes" }).click();
    await page
      .getByRole("navigation", { name: "Views of these changes" })
      .getByRole("link", { name: "Changes" })
      .click();
    await page.getByRole("link", { name: "start at the first" }).click();
    await expect(page).toHaveURL(/#change-1$/);
    await page.locator("#change-1").getByRole("link", { name: "Next change" }).click();
    await expect(page).toHaveURL(/#change-2$/);
    await page.getByText("Unchanged: Who receives it").click();
    await expect(page.getByText("We do not sell, trade or rent")).toBeVisible();
  });

  test("the colours are chosen as well", async ({ page }) => {
    await page.goto("/privacy");
    await page.getByRole("button", { name: "Dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });
});
