import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, arrangeCase } from "./arrange";

test("S15 a passage is left out, a reply withdrawn, a colleague seen, and an officer reads the original with a reason", async ({
  browser,
  page,
  context,
  person,
}) => {
  const theirs = await browser.newContext();
  const one = await arrangeCase(theirs, (await person()).email, { kind: "objection" });
  await signInAsStaff(context, "officer", { name: "Ines Roth" });
  const second = await browser.newContext();
  await signInAsStaff(second, "agent", { name: "Bo Feld" });
  const colleague = await second.newPage();
  await colleague.goto(`/admin/cases/${one.caseId}`);

  await page.goto(`/admin/cases/${one.caseId}`);
  await alive(page);
  await expect(page.getByText("Bo Feld has this case open too")).toBeVisible();
  const word = one.message.split(" ").at(-1) ?? "";
  const asked = page.locator("article").filter({ hasText: "Please put this right" });
  await asked.getByText("Leave something out").click();
  await asked.getByLabel("The words, exactly").fill(word);
  await asked.getByRole("button", { name: "Leave it out" }).click();
  await expect(asked.getByText("left out: it is about another person")).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Your reply").fill("This belongs to somebody else.");
  await page.getByRole("button", { name: "Send the reply" }).click();
  const reply = page.locator("article").filter({ hasText: "This belongs to somebody else." });
  await reply.getByText("Leave something out").click();
  await reply.getByRole("button", { name: "Take it out of view" }).click();
  await expect(page.getByText("a reply is owed again").first()).toBeVisible();
  await expect(page.getByText("This belongs to somebody else.")).toHaveCount(0);

  const account = await theirs.newPage();
  await account.goto(`/account/requests/${one.reference}`);
  await expect(account.getByText("left out: it is about another person")).toBeVisible();
  await expect(account.getByText("Taken out of view on")).toBeVisible();
  expect(await account.content()).not.toContain(word);

  await asked.getByRole("link", { name: "As it was written" }).click();
  await page.getByLabel("What it is for").selectOption({ label: "A complaint or an authority's question" });
  await page.getByLabel("Why the message with its bars").fill("The person says that we left out too much.");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Read them" }).click();
  await expect(page.getByText(one.message)).toBeVisible();
  await account.goto("/account/access");
  await expect(account.getByText("a message as it was written")).toBeVisible();

  // A page that is closed says so, and the queue with it.
  await colleague.goto(`/admin?q=${one.reference}`);
  await expect(colleague.getByRole("listitem").filter({ hasText: one.reference })).not.toContainText("Bo Feld");
  await page.goto("/admin");
  await expect(colleague.getByText("has it open")).toHaveCount(0);
  await page.goto(`/admin/cases/${one.caseId}`);
  await colleague.reload();
  await expect(colleague.getByText("Ines Roth has it open")).toBeVisible();
  await second.close();
  await theirs.close();
});
