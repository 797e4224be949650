import { cases } from "@/lib/db/schema";
import { withTransaction } from "@/lib/db/transaction";
import { createPackage } from "@/lib/exports/create-package";
import { newId, newReference } from "@/lib/ids";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, arrangeCase } from "./arrange";

test("by keyboard: cases are chosen and put aside together, two that ask for the same are merged", async ({
  browser,
  page,
  context,
  person,
  mailbox,
  sql,
}) => {
  const theirs = await browser.newContext();
  const [robin, kim] = [await person(), await person()];
  const older = await arrangeCase(theirs, robin.email, { kind: "objection", hoursAgo: 3 });
  const younger = await arrangeCase(theirs, robin.email, { kind: "objection", hoursAgo: 2 });
  const other = await arrangeCase(theirs, kim.email, { kind: "objection", hoursAgo: 1 });
  const tag = `t-${newId().slice(-8)}`;
  for (const { caseId } of [older, younger, other])
    await sql`insert into case_tags (case_id, tag) values (${caseId}, ${tag})`;
  await signInAsStaff(context, "agent");
  await page.goto(`/admin?tag=${tag}`);
  await expect(page.getByText("Switch these keys off")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /PR-/ })).toHaveCount(3);

  for (let n = 0; n < 3; n++) {
    await page.keyboard.press("j");
    await page.keyboard.press("x");
  }
  // Somebody else was faster with one of them.
  await sql`update cases set revision = revision + 1 where id = ${other.caseId}`;
  await page.keyboard.press("b");
  await expect(page.getByRole("radio", { name: "Give them to" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Put them aside" })).toBeChecked();
  await page.getByLabel("Why, for colleagues").focus();
  await page.keyboard.type("Waiting for the developers");
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page.getByText("2 cases done.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /Somebody changed this/ })).toContainText(other.reference);
  await page.goto(`/admin?tag=${tag}&state=snoozed`);
  await expect(page.getByRole("listitem").filter({ hasText: "put aside until" })).toHaveCount(2);

  await page.goto(`/admin/cases/${younger.caseId}`);
  await alive(page);
  await expect(page.getByText("Waiting for the developers")).toBeVisible();
  await page
    .locator("summary")
    .filter({ hasText: `Merge with ${older.reference}` })
    .focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Merge the two" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByText(`Merged into ${older.reference}`)).toBeVisible();
  await page.getByRole("link", { name: "Go on in the older case" }).click();
  await expect(page.getByRole("heading", { name: `What was written in ${younger.reference}` })).toBeVisible();
  await expect(page.getByText(younger.message)).toBeVisible();
  const mail = await mailbox.latest(robin.email, /together with/);
  expect(mail.text).toContain(older.reference);
  const told = await theirs.newPage();
  await signInAs(theirs, robin.email);
  await told.goto(`/account/requests/${younger.reference}`);
  await expect(told.getByText(`Both are answered under ${older.reference}.`)).toBeVisible();
  await theirs.close();
});

test("S15 L4 a whole company asked for from a new device waits for two people, who leave something out first", async ({
  browser,
  page,
  context,
  person,
}) => {
  const robin = await person({ role: "owner" });
  const { personId, sessionId } = await signInAs(context, robin.email);
  const now = Temporal.Now.instant();
  const freshUntil = now.add({ seconds: 2 });
  const actor = { kind: "holder", personId, sessionId, steppedUpAt: now, freshUntil } as const;
  const { caseId, packageId } = await withTransaction({ actor, requestId: newId() }, async (tx) => {
    const id = newId();
    const row = { kind: "access", scope: "company", channel: "dashboard", subjectId: personId } as const;
    await tx.db.insert(cases).values({ id, reference: newReference(), requesterId: personId, ...row });
    return { caseId: id, ...(await createPackage(tx, { caseId: id, personId, scope: "company" })) };
  });
  const untilChecked = async () => {
    await expect(async () => {
      await page.goto(`/account/packages/${packageId}`);
      await expect(page.getByText("It is being checked")).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 40_000 });
  };
  await untilChecked();
  await expectAccessible(page);

  const look = async (name: string, button: string, first?: () => Promise<void>) => {
    const desk = await browser.newContext();
    await signInAsStaff(desk, "agent", { name });
    const at = await desk.newPage();
    await at.goto(`/admin/cases/${caseId}#second-look`);
    await expect(at.getByText("a whole company account was asked for")).toBeVisible();
    if (first) {
      await alive(at);
      await at.locator("summary").filter({ hasText: "Leave something out" }).click();
      await at
        .getByRole("group", { name: /^Account/ })
        .getByLabel("Phone")
        .check();
      await at.getByLabel("In which rows").selectOption("all");
      await at.getByRole("button", { name: "Leave it out" }).click();
      await expect(async () => {
        await at.goto(`/admin/cases/${caseId}`);
        await expect(at.getByText(/Left out: .*Phone/)).toBeVisible({ timeout: 500 });
        await expect(at.getByRole("button", { name: button })).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 40_000 });
      await expectAccessible(at);
    }
    await at.getByRole("button", { name: button }).click();
    await expect(at.getByRole("button", { name: button })).toBeHidden();
    await desk.close();
  };
  await look("Nora Feld", "I looked: it may go out", async () => {});
  await page.reload();
  await expect(page.getByText("It is being checked")).toBeVisible();
  await look("Mika Sand", "I looked: hand it out");
  await expect(async () => {
    await page.goto(`/account/packages/${packageId}`);
    await expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a saved reply says which clause of the policy it rests on will change, and is put into the field", async ({
    browser,
    page,
    context,
    person,
  }) => {
    const theirs = await browser.newContext();
    const one = await arrangeCase(theirs, (await person()).email);
    await theirs.close();
    await signInAsStaff(context, "agent", { name: "Nora Feld" });
    const title = `How long logs are kept ${newId().slice(-6)}`;
    await page.goto("/admin/replies");
    await page.getByLabel("Title").fill(title);
    await page.getByLabel("The reply").fill("We keep usage logs for two years.");
    // The announced version of the demo keeps them for one.
    await page.getByLabel("How long we keep it").check();
    await page.getByRole("button", { name: "Keep this reply" }).click();
    const entry = page.getByRole("listitem").filter({ hasText: title });
    await expect(entry).toContainText("Check");
    await expect(entry).toContainText(
      '"How long we keep it" will read otherwise once the announced version takes effect',
    );

    await page.goto(`/admin/cases/${one.caseId}`);
    await page.getByLabel("Saved reply").selectOption({ label: `${title} (check)` });
    await page.getByRole("button", { name: "Put it in" }).click();
    await expect(page.getByLabel("Your reply")).toHaveValue("We keep usage logs for two years.");
    await expect(page.getByText("Check before you send it")).toBeVisible();
    await page.getByRole("button", { name: "Send the reply" }).click();
    await expect(page.getByText("We keep usage logs for two years.").first()).toBeVisible();
  });
});
