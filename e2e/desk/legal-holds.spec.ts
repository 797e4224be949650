import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("S15 a hold is asked for by one officer, set by another, seen by the person, and released by both", async ({
  page,
  person,
  browser,
}) => {
  test.slow();
  const robin = await person({ role: "technician" });
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  await Promise.all(contexts.map((context) => signInAsStaff(context, "officer")));
  const [first, second] = await Promise.all(contexts.map((context) => context.newPage()));
  if (!first || !second) throw new Error("two officers are needed");

  await first.goto("/admin/holds");
  await first.getByLabel("Address of the account").fill("nobody@nowhere.example");
  await first.getByLabel("Why", { exact: true }).fill("A claim about unpaid hours.");
  await first.getByRole("button", { name: "Ask a second officer" }).click();
  await expect(first.getByText("The platform knows no such account")).toBeVisible();
  await first.getByLabel("Address of the account").fill(robin.email);
  await first.getByRole("button", { name: "Ask a second officer" }).click();
  await expect(first.getByText("The data is kept from now on.")).toBeVisible();
  const entry = (on: typeof first) => on.getByRole("listitem").filter({ hasText: robin.email }).first();
  await expect(entry(first).getByText("another officer has to set it")).toBeVisible();
  await expect(entry(first).getByRole("button", { name: "Set this hold" })).toHaveCount(0);
  await expectAccessible(first);

  await signInAs(page.context(), robin.email);
  await page.goto("/account");
  await expect(page.getByText("A legal hold keeps some of it")).toHaveCount(0);

  await second.goto("/admin/holds");
  await entry(second).getByRole("button", { name: "Set this hold" }).click();
  await expect(entry(second).getByText("Stands", { exact: true })).toBeVisible();

  await page.goto("/account/deletion");
  await expect(page.getByText("A legal hold keeps some of it")).toBeVisible();
  await expect(page.getByText(/legal claim.*17\(3\)\(e\)/).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Deleted/ })).toHaveCount(0);
  await expectAccessible(page);

  await entry(second).locator("summary", { hasText: "Ask for its release" }).click();
  await entry(second).getByLabel("Why it is no longer needed").fill("The claim was settled.");
  await entry(second).getByRole("button", { name: "Ask a second officer" }).click();
  await expect(entry(second).getByText("another officer has to release it")).toBeVisible();
  await first.reload();
  await entry(first)
    .locator("summary", { hasText: /^Release/ })
    .click();
  await entry(first).getByRole("button", { name: "Release the hold" }).click();
  await expect(first.getByRole("listitem").filter({ hasText: "The claim was settled." })).toContainText("Released");
  await page.goto("/account/deletion");
  await expect(page.getByText("A legal hold keeps some of it")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: /^Deleted/ })).toBeVisible();
  await Promise.all(contexts.map((context) => context.close()));
});
