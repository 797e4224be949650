import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, startDraft } from "./arrange";

test("what the rules propose is confirmed, put in other words or dismissed with a reason, and a later edit asks anew", {
  tag: "@phone",
}, async ({ page, context, sql }) => {
  test.slow();
  await signInAsStaff(context, "officer");
  const number = await startDraft(page);
  const proposals = page.locator("#proposals");
  const one = (text: string) => proposals.getByRole("listitem").filter({ hasText: text });
  const recipient = one("A further kind of provider");
  const retention = one("We keep usage logs for 1 year instead of 2 years");
  await expect(recipient.getByText("Not decided yet.")).toBeVisible();
  await expect(
    retention.getByText("until 2 years", { exact: false }).or(retention.getByText("2 years").first()),
  ).toBeVisible();
  await expectAccessible(page);

  await recipient.locator("summary", { hasText: "Dismiss" }).click();
  await recipient.getByLabel("Why it is not significant").fill("They are one of our hosts, named before.");
  await recipient.getByRole("button", { name: "Dismiss with this reason" }).click();
  await expect(recipient.getByText("Dismissed")).toBeVisible();
  await expect(recipient.getByText("They are one of our hosts, named before.")).toBeVisible();

  await retention.locator("summary", { hasText: "Edit" }).click();
  await retention.getByLabel("How much it matters").selectOption("high");
  await retention.getByLabel("What it means for the reader").fill("Usage logs go after one year; before, after two.");
  await retention.getByRole("button", { name: "Confirm in these words" }).click();
  await expect(retention.getByText("Confirmed in other words")).toBeVisible();

  const highlights = () => sql`
    select h.kind, h.severity, h.sentence from policy_highlights h join policy_versions v on v.id = h.version_id
    where v.number = ${number} order by h.position`;
  expect(await highlights()).toEqual([
    { kind: "retention-shorter", severity: "high", sentence: "Usage logs go after one year; before, after two." },
  ]);
  await page.reload();
  await expect(retention.getByText("Confirmed in other words")).toBeVisible();
});

test("a technical upgrade that changes a word is refused with the sentence; it proposes nothing and has no highlights", async ({
  page,
  context,
}) => {
  await signInAsStaff(context, "officer");
  await page.goto("/admin/policies/new");
  const first = page.getByLabel("Begin from").locator("option", { hasText: "Version 1:" });
  await page.getByLabel("Begin from").selectOption(String(await first.getAttribute("value")));
  await page.getByLabel("What it is").selectOption("technical");
  await page.getByRole("button", { name: "Start the draft" }).click();
  await page.waitForURL(/\/admin\/policies\/\d+$/);
  await alive(page);
  await expect(page.locator("#proposals")).toHaveCount(0);
  await expect(page.locator("#highlights")).toHaveCount(0);
  await expect(page.getByRole("heading", { name: /^Record the upgrade/ })).toBeVisible();
  const text = page.getByLabel("Text", { exact: true });
  const keeps = page.getByText(/A technical upgrade keeps every word, number, link and promise/);
  const before = await text.inputValue();
  await text.fill(before.replace("Six purposes, listed", "All six purposes, listed"));
  await expect(keeps.first()).toContainText("All six purposes");
  await expect(page.getByRole("button", { name: "Hand in for review" })).toHaveCount(0);
  await text.fill(before.replace("Six purposes, listed here", "Six purposes,\nlisted here"));
  await expect(keeps).toHaveCount(0);
});
