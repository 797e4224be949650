import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { arrangeCase } from "./arrange";

test("j and k move, a takes, Enter opens, / searches, and the keys can be switched off", async ({
  browser,
  page,
  context,
  person,
}) => {
  const theirs = await browser.newContext();
  const { email } = await person();
  // Far from due, so that other tests' cases do not slip between: the filter shows one kind of one person anyway.
  const first = await arrangeCase(theirs, email, { kind: "objection", hoursAgo: 70 });
  await theirs.close();
  await signInAsStaff(context, "agent");
  await page.goto(`/admin?kind=objection&q=${first.reference}`);
  const row = page.getByRole("listitem").filter({ hasText: first.reference });
  await expect(page.getByText("Switch these keys off")).toBeVisible();

  await page.keyboard.press("j");
  await expect(row.getByRole("link")).toBeFocused();
  await page.keyboard.press("k");
  await expect(row.getByRole("link")).toBeFocused();
  await page.keyboard.press("a");
  await expect(row).toContainText("Yours");

  await page.keyboard.press("/");
  const search = page.getByRole("searchbox", { name: "Reference" });
  await expect(search).toBeFocused();
  await search.fill(`${first.reference}`);
  await page.keyboard.type("jak");
  await expect(search).toHaveValue(`${first.reference}jak`);

  await search.blur();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/admin?kind=objection&q=${first.reference}&case=${first.caseId}`);
  const beside = page.getByRole("region", { name: "The case" });
  await expect(beside).toBeFocused();
  await expect(beside.getByText(first.message)).toBeVisible();
  await expect(row.getByRole("link")).toHaveAttribute("aria-current", "true");
  await expectAccessible(page);
  // What can be done on the case's page can be done here, and the place is kept.
  await beside.getByLabel("Your reply").fill("Esc leaves a text alone");
  await page.keyboard.press("Escape");
  await expect(beside.getByLabel("Your reply")).toHaveValue("Esc leaves a text alone");
  await beside.getByRole("button", { name: "Send the reply" }).click();
  await expect(beside.locator("article").getByText("Esc leaves a text alone")).toBeVisible();
  await beside.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("Escape");
  await expect(beside).toHaveCount(0);
  await expect(page).toHaveURL(`/admin?kind=objection&q=${first.reference}`);
  await expect(row.getByRole("link")).toBeFocused();

  await page.goto(`/admin?q=${first.reference}`);
  await page.getByRole("button", { name: "Switch these keys off" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Switch keyboard shortcuts on" })).toBeVisible();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Reference" })).not.toBeFocused();
});
