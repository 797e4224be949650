import { randomUUID } from "node:crypto";
import type { Locator, Page } from "@playwright/test";
import { arrangeCase } from "./desk/arrange";
import { everyPage, signInAsViewer, viewers } from "./every-page";
import { signInAs, signInAsStaff } from "./fixtures/sign-in";
import { expect, test } from "./fixtures/test";

test.use({ allowedFaults: /40[34]/ });

/** Presses Tab until the element has the focus; fails when the keyboard does not get there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 150; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${target}`);
}

type Stop = { what: string; visible: boolean; outlined: boolean };

/** What has the focus now: null at the end of the page. */
const stopOf = (page: Page): Promise<Stop | null> =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth;
    return {
      what: `${element.tagName} ${element.textContent?.trim().slice(0, 40) || element.id}`,
      visible: seen && style.visibility === "visible",
      outlined: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    };
  });

for (const viewer of viewers) {
  test(`every page of ${viewer} is walked with Tab alone: in sight, outlined, and out at the end`, async ({
    page,
    context,
    sql,
  }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await signInAsViewer(context, viewer);
    // A mail's document is shown in a frame and has no page around it.
    const pages = (await everyPage(sql)).filter(({ as = "visitor", at }) => as === viewer && !at.startsWith("/dev/"));
    test.setTimeout(60_000 + pages.length * 30_000);
    for (const shown of pages) {
      await shown.before?.(page);
      await page.goto(shown.at);
      // Next.js has a browser's script draw what a page itself did not find; before that there is nothing to walk.
      await page.getByRole("link", { name: "Skip to the content" }).waitFor({ state: "attached" });
      const stops: Stop[] = [];
      for (;;) {
        await page.keyboard.press("Tab");
        const stop = await stopOf(page);
        if (!stop || stops.length > 300) break;
        stops.push(stop);
      }
      expect(stops.length, `${shown.at}: a way out`).toBeLessThan(300);
      expect(stops[0]?.what, shown.at).toContain("Skip to the content");
      expect(
        stops.filter((stop) => !stop.visible || !stop.outlined),
        `${shown.at}: focus out of sight`,
      ).toEqual([]);
    }
  });
}

test("a correction is asked for with the keyboard alone", async ({ page, context, person }) => {
  await signInAs(context, (await person()).email);
  await page.goto("/account");
  await tabTo(page, page.getByRole("link", { name: /^Correct it/ }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/kind=correction/);
  const words = page.getByRole("textbox");
  await tabTo(page, words);
  await page.keyboard.type(`My telephone number is wrong. ${randomUUID()}`);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Ask for a correction" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/account\/requests\/PR-/);
});

test("a deletion is planned and cancelled with the keyboard alone", async ({ page, context, person }) => {
  const robin = await person({ role: "technician" });
  await signInAs(context, robin.email);
  await page.goto("/account");
  await tabTo(page, page.getByRole("link", { name: /^Delete it/ }));
  await page.keyboard.press("Enter");
  const address = page.getByLabel("Type your address to confirm");
  await expect(address).toBeVisible();
  await tabTo(page, address);
  await page.keyboard.type(robin.email);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Plan the deletion" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Deletion is planned")).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Cancel the deletion" }));
  await page.keyboard.press("Space");
  await expect(page.getByText("You cancelled this. Nothing was deleted.")).toBeVisible();
});

test("a promise's card opens with Enter and closes with Escape, and the focus stays with its mark", async ({
  page,
}) => {
  await page.goto("/privacy");
  const mark = page.getByRole("button", { name: /^How this promise is kept/ }).first();
  await tabTo(page, mark);
  await page.keyboard.press("Enter");
  const card = page.locator(".promise-card:popover-open");
  await expect(card).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(card).toHaveCount(0);
  await expect(mark).toBeFocused();
});

test("a case is opened, taken and answered with the keyboard alone", async ({ browser, page, context, person }) => {
  const theirs = await browser.newContext();
  const one = await arrangeCase(theirs, (await person()).email);
  await theirs.close();
  await signInAsStaff(context, "officer");
  await page.goto(`/admin?q=${one.reference}`);
  await tabTo(page, page.getByRole("link", { name: new RegExp(one.reference) }));
  await page.keyboard.press("Enter");
  // Beside the list, at this width.
  await expect(page).toHaveURL(`/admin?q=${one.reference}&case=${one.caseId}`);
  const reply = page.getByLabel("Your reply");
  await tabTo(page, reply);
  await page.keyboard.type("We put it right today.");
  await tabTo(page, page.getByRole("button", { name: "Send the reply" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main").getByText("We put it right today.")).toBeVisible();
});
