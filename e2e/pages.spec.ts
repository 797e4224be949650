import type { Page } from "@playwright/test";
import { builtPages, hasBuild } from "./access-matrix/manifest";
import { everyPage, signInAsViewer, viewers } from "./every-page";
import { bringAxe } from "./fixtures/accessible";
import { expect, expectAccessible, test } from "./fixtures/test";

/** Pages that only lead elsewhere. */
const leadAway = ["/privacy/changes"];

// Pages answered with 403 and 404 are among them, and the frame of a mail, in which no script runs, not even axe's.
test.use({ allowedFaults: /40[34]|Blocked script execution in '[^']*\/dev\/mailbox\/\d+/ });

test("every page of the build is looked at", async ({ sql }) => {
  test.skip(Boolean(process.env.E2E_BASE_URL) || !hasBuild, "reads the manifests of the build that is served");
  const looked = new Set((await everyPage(sql)).map(({ route }) => route));
  expect(builtPages().filter((route) => !looked.has(route))).toEqual(leadAway);
});

for (const viewer of viewers) {
  test(`axe finds nothing on any page of ${viewer}, on a phone and a desk, light and dark`, async ({
    page,
    context,
    sql,
  }) => {
    const pages = (await everyPage(sql)).filter(({ as = "visitor" }) => as === viewer);
    // axe takes a second for a page, and ten on a machine that is busy.
    test.setTimeout(60_000 + pages.length * 40_000);
    await signInAsViewer(context, viewer);
    await bringAxe(context);
    for (const shown of pages) {
      await test.step(shown.at, async () => {
        await shown.before?.(page);
        const answer = await page.goto(shown.at);
        expect(answer?.status(), shown.at).toBe(shown.status ?? 200);
        expect(new URL(page.url()).pathname, "no detour").toBe(shown.at.split("?")[0]);
        const mail = shown.at.endsWith("/html");
        if (mail) await showUnboxed(page, String(await answer?.text()));
        // A mail is read inside a page that has landmarks of its own.
        await expectSound(page, shown.at, mail ? ["landmark-one-main", "region"] : []);
      });
    }
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });
  test("every page that needs no sign-in is whole", async ({ page, sql }) => {
    test.setTimeout(180_000);
    const open = (await everyPage(sql)).filter(({ as = "visitor", before }) => as === "visitor" && !before);
    for (const { at } of open.filter((one) => !one.at.endsWith("/html"))) {
      await page.goto(at);
      await expect(page.getByRole("main"), at).toBeVisible();
      await expect(page.getByRole("heading", { level: 1 }), at).toHaveCount(1);
      await expect(page.locator("[hidden], template").filter({ hasText: /\w/ }), at).toHaveCount(0);
    }
  });
});

/** A mail's own document lets nothing run: the same outside of its sandbox. */
async function showUnboxed(page: Page, html: string): Promise<void> {
  await page.goto("about:blank");
  await page.setContent(html);
}

/** One main heading, nothing wider than the window, nothing that axe finds: the scheme paints, the width moves. */
async function expectSound(page: Page, at: string, except: string[]): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }), at).toHaveCount(1);
  // Without motion: axe must not see a colour on its way to another.
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(tooWide, `${at}: pixels wider than ${width}`).toBeLessThanOrEqual(0);
    await expectAccessible(page, undefined, except);
  }
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await expectAccessible(page, ["color-contrast", "link-in-text-block"]);
}
