import { recordAudit } from "@/lib/audit/record";
import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { newId } from "@/lib/ids";
import { missingId } from "../fixtures/person";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, arrangeCase } from "./arrange";

test.describe("S1 S13", () => {
  test.use({ allowedFaults: /404/ });

  test("a holder finds nothing at the desk, and the same nothing at a case of their own", async ({
    page,
    context,
    person,
  }) => {
    const robin = await person();
    const own = await arrangeCase(context, robin.email);
    const answers = [];
    for (const path of ["/admin", "/admin/audit", `/admin/cases/${own.caseId}`, `/admin/cases/${missingId()}`]) {
      const answer = await page.goto(path);
      answers.push([answer?.status(), await page.getByRole("heading", { level: 1 }).textContent()]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(404);
  });

  test("staff get the same page for a case, a notice, a version that is not there", async ({ page, context }) => {
    await signInAsStaff(context, "officer");
    for (const path of [
      `/admin/cases/${missingId()}`,
      "/admin/cases/PR-0000-0000",
      "/admin/cases/not-an-id",
      `/admin/notices/${missingId()}`,
      "/admin/notices/%00",
      "/admin/policies/9999",
      "/admin/policies/1e3",
    ]) {
      expect((await page.goto(path))?.status(), path).toBe(404);
      await expect(page.getByRole("heading", { name: "There is nothing at this address" })).toBeVisible();
    }
  });
});

test("S13 staff signed in by mail alone are sent to their passkey", async ({ page, context }) => {
  await signInAsStaff(context, "officer", { passkeyAt: null });
  await page.goto("/admin");
  await expect(page).toHaveURL(/\/staff\/(enrol|verify)/);
});

test("an auditor reads every page of the desk and is offered no change", async ({ browser, page, context, person }) => {
  const theirs = await browser.newContext();
  const one = await arrangeCase(theirs, (await person()).email);
  await theirs.close();
  await signInAsStaff(context, "auditor");
  const writes = /assign|reply|note|approve|decline|disable|withdraw|pause|stop|new draft|run it again/i;
  const paths = [
    "/admin",
    `/admin/cases/${one.caseId}`,
    "/admin/policies",
    "/admin/policies/1",
    "/admin/policies/2/changes",
  ];
  for (const path of [...paths, "/admin/policies/1/preview", "/admin/notices", "/admin/audit", "/admin/staff"]) {
    expect((await page.goto(path))?.status(), path).toBe(200);
    await expect(page.getByText("an auditor sees everything here and changes nothing")).toBeVisible();
    expect(await page.getByRole("button", { name: writes }).count(), path).toBe(0);
    await expectAccessible(page);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  await page.goto(`/admin/audit?object=${one.caseId}`);
  await expect(page.getByRole("cell", { name: "case.read", exact: true }).first()).toBeVisible();
});

test.describe("S1", () => {
  test.use({ allowedFaults: /403|digest/i });

  test("a write that an auditor sends all the same is refused and changes nothing", async ({
    browser,
    page,
    context,
    person,
    sql,
  }) => {
    const theirs = await browser.newContext();
    const one = await arrangeCase(theirs, (await person()).email);
    await theirs.close();
    const { staffId } = await signInAsStaff(context, "agent");
    await page.goto(`/admin/cases/${one.caseId}`);
    await alive(page);
    await page.getByLabel("Your reply").fill("Written while still an agent.");
    await sql`update staff set role = 'auditor' where id = ${staffId}`;
    await page.getByRole("button", { name: "Send the reply" }).click();
    await expect(page.getByRole("button", { name: "Send the reply" })).toHaveCount(0);
    const [count] = await sql`select count(*)::int as n from case_messages where case_id = ${one.caseId}`;
    expect(count?.n).toBe(1);
  });
});

test("the log filters and pages by key; an erased payload stays an entry", async ({ page, context, sql }) => {
  await signInAsStaff(context, "officer");
  const object = { type: "journey", id: newId() };
  await withTransaction(systemCtx("e2e"), async (tx) => {
    await recordAudit(tx, { action: "case.replied", object });
    for (let step = 1; step <= 53; step++) {
      await recordAudit(tx, { action: "case.read", object, payload: { mark: `mark-${step}` } });
    }
  });
  const written = await sql`
    select id from audit_entries where object_id = ${object.id} and action = 'case.read' order by id desc`;
  const ids = written.map((row) => String(row.id));
  const erased = ids[1] as string;
  // As the sweep does it; nobody else may.
  await sql.begin(async (tx) => {
    await tx`select set_config('tc.actor', 'system', true)`;
    await tx`delete from audit_payloads where entry_id = ${erased}`;
  });

  const column = (n: number) => page.locator(`tbody td:nth-child(${n})`).allInnerTexts();
  await page.goto(`/admin/audit?action=case.read&object=${object.id}`);
  await expect(page.locator("tbody tr")).toHaveCount(50);
  expect(await column(1)).toEqual(ids.slice(0, 50));
  expect(new Set(await column(4))).toEqual(new Set(["case.read"]));
  const row = page.getByRole("row").filter({ has: page.getByRole("cell", { name: erased, exact: true }) });
  await expect(row).toContainText("erased; the entry still proves that it was there");
  await expect(row).toContainText(object.id);
  await expect(row).not.toContainText("mark-52");
  await expect(page.getByText(/^erased;/)).toHaveCount(1);
  await expect(page.getByText("mark-53", { exact: true })).toBeVisible();

  await page.getByRole("link", { name: "Older entries" }).click();
  await expect(page).toHaveURL(/before=\d+/);
  await expect(page.getByRole("link", { name: "Newest" })).toBeVisible();
  expect(await column(1)).toEqual(ids.slice(50));
  await expect(page.getByRole("link", { name: "Older entries" })).toHaveCount(0);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page.getByText("mark-53", { exact: true })).toBeVisible();

  await page.goto("/admin/audit?before=not-a-number&action=&object=");
  await expect(page.locator("tbody tr")).toHaveCount(50);
});

test("S14 an officer disables a colleague, who is out at their next click", async ({ browser, page, context }) => {
  const name = `Leaving ${missingId().slice(0, 8)}`;
  const other = await browser.newContext();
  await signInAsStaff(other, "agent", { name });
  const theirs = await other.newPage();
  await theirs.goto("/admin");
  await expect(theirs.getByRole("heading", { name: "Queue" })).toBeVisible();
  await signInAsStaff(context, "officer");
  await page.goto("/admin/staff");
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByText("Disable", { exact: false }).first().click();
  await row.getByRole("button", { name: `Disable ${name}` }).click();
  await expect(row.getByText("Disabled")).toBeVisible();
  // Their session was one of staff, so it is over altogether.
  await theirs.goto("/admin");
  await expect(theirs).toHaveURL(/\/sign-in/);
  await other.close();
});

test("a signed-out person goes to sign-in and comes back to the page", async ({ page }) => {
  await page.goto("/admin/notices");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fadmin%2Fnotices/);
});
