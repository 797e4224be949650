import { signInAs, signInAsStaff } from "./fixtures/sign-in";
import { expect, expectAccessible, test } from "./fixtures/test";

/** Every page that needs nothing prepared, by who may see it. Pages of one case or package are in their own journeys. */
const publicPages = [
  "/",
  "/contact",
  "/privacy",
  "/privacy/changes/1/2",
  "/privacy/changes/1/2/changes",
  "/privacy/changes/1/2/full-text",
  "/privacy/subscribe",
  "/privacy/subscribe/confirm",
  "/privacy/versions",
  "/privacy/versions/1",
  "/sign-in",
  "/sign-in/code",
  "/sign-in/link",
  "/sign-out",
  "/stop-package",
  "/unsubscribe",
  "/not-me",
  "/account/deletion/cancel",
  "/dev/mailbox",
  "/there-is-nothing-here",
];
const accountPages = [
  "/account",
  "/account/deletion",
  "/account/notices",
  "/account/packages",
  "/account/requests",
  "/account/requests/new?kind=access",
  "/account/requests/new?kind=objection",
  "/account/sessions",
  "/account/timeline",
  "/step-up",
];
const adminPages = [
  "/admin",
  "/admin/audit",
  "/admin/notices",
  "/admin/policies",
  "/admin/policies/1",
  "/admin/policies/2/changes",
  "/admin/policies/2/preview",
  "/admin/policies/new",
  "/admin/staff",
];

for (const colorScheme of ["light", "dark"] as const) {
  // On a phone in light colours only: the width moves things, the scheme paints them.
  test.describe(`${colorScheme} scheme, axe finds nothing`, colorScheme === "light" ? { tag: "@phone" } : {}, () => {
    test.use({ colorScheme });
    for (const path of publicPages) {
      test(`on ${path}`, async ({ page }) => {
        await page.goto(path);
        await expectSound(page);
      });
    }
    test("on every page of the account", async ({ page, person }) => {
      test.setTimeout(120_000);
      const { email } = await person({ role: "owner" });
      await signInAs(page.context(), email);
      await visit(page, accountPages);
    });
    test("on every page of the desk", async ({ page }) => {
      test.setTimeout(120_000);
      await signInAsStaff(page.context(), "officer");
      await visit(page, adminPages);
    });
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  for (const path of publicPages) {
    test(`${path} is whole`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole("main")).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.locator("[hidden], template").filter({ hasText: /\w/ })).toHaveCount(0);
    });
  }
});

async function visit(page: import("@playwright/test").Page, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await test.step(path, async () => {
      await page.goto(path);
      expect(new URL(page.url()).pathname, "no detour").toBe(path.split("?")[0]);
      await expectSound(page);
    });
  }
}

/** One main heading, nothing wider than the window, nothing that axe finds. */
async function expectSound(page: import("@playwright/test").Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(tooWide, "pixels wider than the window").toBeLessThanOrEqual(0);
  await expectAccessible(page);
}
