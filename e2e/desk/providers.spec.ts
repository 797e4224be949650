import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { enqueue } from "@/lib/jobs/queue";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { arrangeCase, openWithReason } from "./arrange";

test("L6 S14 staff tell a provider of an erasure and write its answer down; the person sees it", {
  tag: "@phone",
}, async ({ page, person, browser, sql }) => {
  const robin = await person({ role: "technician" });
  // Somebody with another request open is not forgotten here yet.
  await arrangeCase(page.context(), robin.email);
  const { personId } = await signInAs(page.context(), robin.email);
  await page.goto("/account/deletion");
  await page.getByLabel("Type your address to confirm").fill(robin.email);
  await page.getByRole("button", { name: "Plan the deletion" }).click();
  await expect(page.getByText("Deletion is planned")).toBeVisible();
  await sql`update deletions set grace_ends_at = now() - interval '1 second' where person_id = ${personId}`;
  await withTransaction(systemCtx("e2e"), (tx) => enqueue(tx, "deletion.expire", {}));
  const owed = async () =>
    sql`select p.id, p.recipient, p.way, c.reference from provider_erasures p join cases c on c.id = p.case_id
        where c.subject_id = ${personId} and c.kind = 'deletion' and p.owed_at is not null order by p.recipient`;
  await expect.poll(async () => (await owed()).length, { timeout: 60_000 }).toBeGreaterThan(2);
  const rows = await owed();
  const reference = String(rows[0]?.reference);

  await page.goto(`/account/requests/${reference}`);
  const told = page.getByRole("list", { name: "Providers" });
  await expect(told.getByRole("listitem").filter({ hasText: "Gaugeworks" })).toContainText(
    /Our staff tell it; its answer is due by \d+ \w+ \d{4}\./,
  );
  await expect(told.getByRole("listitem").filter({ hasText: "Nordhafen" })).toContainText("Nothing to tell.");
  await expectAccessible(page);

  const desk = await browser.newContext({ viewport: page.viewportSize() });
  await signInAsStaff(desk, "agent");
  const staff = await desk.newPage();
  await openWithReason(staff, reference);
  await staff.getByRole("link", { name: "Gaugeworks SAS" }).click();
  await expect(staff.getByRole("heading", { name: "Gaugeworks SAS" })).toBeVisible();
  await expect(staff.getByText(robin.userId)).toBeVisible();
  await expectAccessible(staff);

  await staff.getByText("I told it").click();
  await staff.getByLabel("How and when it was told").fill("By their form, ticket 4711.");
  await staff.getByRole("button", { name: "Record that it was told" }).click();
  await expect(staff.getByText("By their form, ticket 4711.").last()).toBeVisible();
  await staff.goto("/admin/providers");
  await expect(staff.getByRole("row").filter({ hasText: "Gaugeworks" }).filter({ hasText: reference })).toContainText(
    "no answer yet",
  );
  await expectAccessible(staff);
  await staff
    .getByRole("row")
    .filter({ hasText: "Gaugeworks" })
    .filter({ hasText: reference })
    .getByRole("link")
    .click();
  await staff.getByText("It keeps some of it").click();
  await staff.getByLabel("How and when it answered").last().fill("Mail of 3 November, subject 4711.");
  await staff.getByLabel("Its ground").fill("Its own security logs for a year");
  await staff.getByLabel("Until when (optional)").fill("2027-11-03");
  await staff.getByRole("button", { name: "Record that it keeps some" }).click();
  await expect(staff.getByText("Mail of 3 November, subject 4711.").last()).toBeVisible();
  // What identified the person is gone with the answer.
  await staff.reload();
  await expect(staff.getByRole("heading", { name: "Gaugeworks SAS" })).toBeVisible();
  await expect(staff.getByText(robin.userId)).toHaveCount(0);
  const [row] =
    await sql`select sealed, evidence from provider_erasures where id = ${rows.find((one) => one.recipient === "gaugeworks")?.id}`;
  expect(row?.sealed).toBeNull();
  expect(String(row?.evidence)).not.toContain("4711");
  await desk.close();

  await page.reload();
  await expect(told.getByRole("listitem").filter({ hasText: "Gaugeworks" })).toContainText(
    "kept until 3 November 2027. Its ground: Its own security logs for a year",
  );
});
