import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("a signed-in person reads first which changes affect them, by what is held of them", {
  tag: "@phone",
}, async ({ browser, page, context, person, platform }) => {
  const [used, unused] = [await person(), await person()];
  await platform`delete from usage_events where user_id = ${unused.userId}`;
  const retention = page.getByRole("listitem").filter({ hasText: "delete usage logs a year sooner" });

  await page.goto("/privacy/changes/1/2");
  await expect(retention).toBeVisible();
  await expect(page.getByRole("heading", { name: "Affects you" })).toHaveCount(0);

  await signInAs(context, used.email);
  await page.reload();
  const mine = page.getByRole("region", { name: "Affects you" });
  await expect(mine.getByText("delete usage logs a year sooner")).toBeVisible();
  await expect(mine.getByText(/we hold usage .*\(1 entry\) of you\./i)).toBeVisible();
  await expect(page.getByRole("main").getByRole("heading", { level: 2 }).first()).toHaveText("Affects you");
  await expectAccessible(page);

  const other = await browser.newContext();
  await signInAs(other, unused.email);
  const theirs = await other.newPage();
  await theirs.goto("/privacy/changes/1/2");
  await expect(
    theirs.getByRole("region", { name: "Other changes" }).getByText("delete usage logs a year sooner"),
  ).toBeVisible();
  await expect(theirs.getByRole("region", { name: "Affects you" }).getByText("usage logs a year")).toHaveCount(0);
  await other.close();
});
