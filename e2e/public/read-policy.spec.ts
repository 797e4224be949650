import { createHash } from "node:crypto";
import { expect, test } from "../fixtures/test";

test("a visitor reads the policy: what counts, since when, and what comes", { tag: "@phone" }, async ({
  page,
  sql,
}) => {
  const [stored] = await sql`select sha256, markdown from policy_versions where number = 1`;
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Policy" }).click();
  await expect(page).toHaveURL("/privacy");
  await expect(page.getByRole("heading", { level: 1, name: "Privacy policy" })).toBeVisible();
  await expect(page.getByText("28 May 2025").first()).toBeVisible();
  await expect(page.getByText(/Version 2 takes effect in \d+ days/)).toBeVisible();
  await expect(page.getByText("We keep usage logs for 2 years.")).toBeVisible();
  // The hash in the footer is the one of the stored bytes.
  const hash = createHash("sha256").update(String(stored?.markdown)).digest("hex");
  expect(hash).toBe(stored?.sha256);
  await expect(page.getByRole("contentinfo")).toContainText(hash.slice(0, 12));
});

test("a promise opens what keeps it and its last evidence, by keyboard too", { tag: "@phone" }, async ({ page }) => {
  await page.goto("/privacy");
  const mark = page.getByRole("button", { name: /Only these kinds of providers\. Kept/ });
  await mark.focus();
  await page.keyboard.press("Enter");
  const card = page.locator("#promise-share-providers");
  await expect(card).toBeVisible();
  await expect(card).toContainText("What keeps it");
  await expect(card.getByRole("time")).toHaveAttribute("datetime", /^\d{4}-/);
  await page.keyboard.press("Escape");
  await expect(card).toBeHidden();
  await page.getByRole("button", { name: /Never sold, traded or rented\. Not measured yet/ }).click();
  await expect(page.locator("#promise-share-no-sale")).toContainText("None yet");
});

test("the contents lead to a clause, mark it, and its anchor copies the address", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/privacy");
  const contents = page.getByRole("navigation", { name: "Contents" });
  await contents.getByRole("link", { name: "How long we keep it" }).click();
  await expect(page).toHaveURL(/#retention$/);
  await expect(contents.locator('[aria-current="location"]')).toHaveText("How long we keep it");
  await page.getByRole("link", { name: 'Link to "Your rights"' }).click();
  await expect(page.getByRole("status").filter({ hasText: "copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/privacy#rights$/);
});

test("the first tab stop leads past the navigation", async ({ page }) => {
  await page.goto("/privacy");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("the colours are chosen with a plain form and remembered", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/privacy");
  await page.getByRole("button", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto("/privacy/versions");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "As the device" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-theme");
});

test("every paper page ends with the version and its hash", async ({ page, sql }) => {
  const [stored] = await sql`select sha256 from policy_versions where number = 1`;
  await page.goto("/privacy");
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".print-foot")).toContainText(`version 1. SHA-256 ${stored?.sha256}`);
  await expect(page.locator(".print-foot")).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
  await expect(page.locator(".promise-mark").first()).toBeHidden();
});

test("the home page leads to every right in one step", { tag: "@phone" }, async ({ page }) => {
  await page.goto("/");
  const main = page.getByRole("main");
  for (const [name, target] of [
    ["Get a copy", "/account/requests/new?kind=access"],
    ["Move it", "/account/requests/new?kind=portability"],
    ["Correct it", "/account/requests/new?kind=correction"],
    ["Delete it", "/account/deletion"],
    ["Limit its use", "/account/uses"],
  ] as const)
    await expect(main.getByRole("link", { name: new RegExp(`^${name}`) })).toHaveAttribute("href", target);
  await expect(main.getByText("Not measured yet").first()).toBeVisible();
});

test("W5 W4: the well-known addresses answer", async ({ request, baseURL }) => {
  const security = await request.get("/.well-known/security.txt");
  expect(security.headers()["content-type"]).toMatch(/^text\/plain/);
  const text = await security.text();
  expect(text).toMatch(/^Contact: mailto:/m);
  expect(text).toContain(`Canonical: ${baseURL}/.well-known/security.txt`);
  const expires = Date.parse(/^Expires: (.*)$/m.exec(text)?.[1] ?? "");
  expect(expires).toBeGreaterThan(Date.now());
  expect(expires).toBeLessThan(Date.now() + 366 * 86_400_000);
  expect(await (await request.get("/.well-known/gpc.json")).json()).toMatchObject({ gpc: true });
  const change = await request.get("/.well-known/change-password", { maxRedirects: 0 });
  expect([change.status(), change.headers().location]).toEqual([302, "/account/sessions"]);
});
