import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, arrangeCase } from "./arrange";

test("an agent takes a case from the queue, asks back, replies, decides, and it leaves the queue", async ({
  browser,
  page,
  context,
  person,
  mailbox,
  sql,
}) => {
  const theirs = await browser.newContext();
  const robin = await person();
  const one = await arrangeCase(theirs, robin.email, { hoursAgo: 66 });
  const agent = await signInAsStaff(context, "agent", { name: "Nora Feld" });

  await page.goto(`/admin?q=${one.reference}`);
  const row = page.getByRole("listitem").filter({ hasText: one.reference });
  await expect(row).toContainText("5 hours left");
  await expect(row).toContainText("Reply owed");
  await expectAccessible(page);
  await row.getByRole("button", { name: /assign to me/i }).click();
  await expect(row).toContainText("Yours");

  await row.getByRole("link").click();
  await page.getByRole("link", { name: "Open as a page" }).click();
  await expect(page).toHaveURL(`/admin/cases/${one.caseId}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(one.reference);
  await expect(page.getByText(one.message)).toBeVisible();
  await expectAccessible(page);

  // Asking back answers nothing: the clock runs on (L1).
  await page.getByLabel("Your reply").fill("Which of the two addresses is the old one?");
  await page.getByLabel(/only asks something back/).check();
  await page.getByRole("button", { name: "Send the reply" }).click();
  await expect(page.getByText("Waiting for them", { exact: true })).toBeVisible();
  await expect(page.getByText("5 hours left").first()).toBeVisible();
  await mailbox.latest(robin.email, new RegExp(one.reference));

  await page.getByText("Write an internal note instead").click();
  await page.getByLabel("Note for colleagues").fill("Checked with billing.");
  await page.getByRole("button", { name: "Add the note" }).click();
  await expect(page.getByText("Checked with billing.")).toBeVisible();

  await page.getByLabel("Your reply").fill("It is put right now.");
  await page.getByRole("button", { name: "Send the reply" }).click();
  await expect(page.getByText("It is put right now.")).toBeVisible();
  await expect(page.getByText("In progress", { exact: true })).toBeVisible();

  await page.getByLabel("What was done").fill("The address was changed in your account and on every invoice.");
  await page.getByRole("button", { name: "Approve and close" }).click();
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await expect(page.getByText("approved the request")).toBeVisible();

  await page.goto(`/admin?q=${one.reference}`);
  await expect(page.getByText("No case fits this view")).toBeVisible();
  await page.goto(`/admin?state=closed&q=${one.reference}`);
  await expect(page.getByRole("link", { name: one.reference })).toBeVisible();

  const audits = await sql<{ action: string }[]>`
    select action from audit_entries where object_id = ${one.caseId} and actor_id = ${agent.staffId} and action <> 'case.read' order by id`;
  expect(audits.map((entry) => entry.action)).toEqual([
    "case.assigned",
    "case.replied",
    "case.note-added",
    "case.replied",
    "case.decided",
  ]);

  // The person reads the replies and never the note.
  const theirPage = await theirs.newPage();
  await theirPage.goto(`/account/requests/${one.reference}`);
  await expect(theirPage.getByText("It is put right now.")).toBeVisible();
  await expect(theirPage.getByText("Checked with billing.")).toHaveCount(0);
  await theirs.close();
});

test("S14 a decision without a fresh passkey check is refused, says how to go on, and keeps what was typed", async ({
  browser,
  page,
  context,
  person,
}) => {
  const theirs = await browser.newContext();
  const one = await arrangeCase(theirs, (await person()).email);
  await theirs.close();
  await signInAsStaff(context, "officer", { steppedUpAt: null });
  await page.goto(`/admin/cases/${one.caseId}`);
  await alive(page);
  await page.getByLabel("Ground").selectOption("not-applicable");
  await page.getByLabel("The reasons, in words for this person").fill("This right is about your own data only.");
  await page.getByRole("button", { name: "Decline and close" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "Confirm that it is you" });
  await expect(alert.getByRole("link", { name: "Confirm in a new tab" })).toHaveAttribute(
    "href",
    `/step-up?next=${encodeURIComponent(`/admin/cases/${one.caseId}`)}`,
  );
  await expect(page.getByLabel("Ground")).toHaveValue("not-applicable");
  await expect(page.getByLabel("The reasons, in words for this person")).toHaveValue(
    "This right is about your own data only.",
  );
  await expect(page.getByText("Reply owed", { exact: true })).toBeVisible();
});

test("a stale form is refused, shows the news and keeps what was typed; sent again it goes through", async ({
  browser,
  page,
  context,
  person,
}) => {
  const theirs = await browser.newContext();
  const one = await arrangeCase(theirs, (await person()).email);
  await theirs.close();
  await signInAsStaff(context, "agent");
  const other = await browser.newContext();
  await signInAsStaff(other, "agent", { name: "Quick Colleague" });
  const second = await other.newPage();

  await page.goto(`/admin/cases/${one.caseId}`);
  await second.goto(`/admin/cases/${one.caseId}`);
  await alive(page);
  await alive(second);
  await page.getByLabel("Your reply").fill("My long and careful answer.");
  await second.getByLabel("Your reply").fill("I was faster.");
  await second.getByRole("button", { name: "Send the reply" }).click();
  await expect(second.getByText("I was faster.")).toBeVisible();
  await other.close();

  await page.getByRole("button", { name: "Send the reply" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "while you were writing" })).toBeVisible();
  await expect(page.getByLabel("Your reply")).toHaveValue("My long and careful answer.");
  await expect(page.getByText("I was faster.")).toBeVisible();
  await page.getByRole("button", { name: "Send the reply" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "My long and careful answer." })).toBeVisible();
  await expect(page.getByLabel("Your reply")).toHaveValue("");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the queue filters and a reply is sent", { tag: "@phone" }, async ({ browser, page, context, person }) => {
    const theirs = await browser.newContext();
    const one = await arrangeCase(theirs, (await person()).email);
    await theirs.close();
    await signInAsStaff(context, "agent");
    await page.goto("/admin");
    await page.getByRole("searchbox", { name: "Reference" }).fill(one.reference.toLowerCase());
    await page.getByRole("button", { name: "Show" }).click();
    await page.getByRole("link", { name: one.reference }).click();
    await page.getByLabel("Your reply").fill("Sent by a plain form.");
    await page.getByRole("button", { name: "Send the reply" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Sent by a plain form." })).toBeVisible();
  });
});
