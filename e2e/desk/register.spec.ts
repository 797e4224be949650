import { randomUUID } from "node:crypto";
import { newId, newReference } from "@/lib/ids";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, arrangeCase } from "./arrange";

test("L2 S15 a refusal is appealed, another officer decides it, and the first one cannot", { tag: "@phone" }, async ({
  browser,
  page,
  context,
  person,
  mailbox,
}) => {
  const theirs = await browser.newContext();
  const robin = await person();
  const one = await arrangeCase(theirs, robin.email, { kind: "objection" });
  await signInAsStaff(context, "officer", { name: "Nora Feld" });
  await page.goto(`/admin/cases/${one.caseId}`);
  await page.getByLabel("Ground").selectOption("legal-claims");
  await page.getByLabel("The reasons, in words for this person").fill("A court asked us to keep this.");
  await page.getByRole("button", { name: "Decline and close" }).click();
  await expect(page.getByText("Declined", { exact: true })).toBeVisible();

  const mail = await mailbox.latest(robin.email, /We declined/);
  expect(mail.text).toContain("appeal within");
  const theirPage = await theirs.newPage();
  await theirPage.goto(mail.link("/account/requests"));
  await expect(theirPage.getByText("We declined this")).toBeVisible();
  await expect(theirPage.getByText("go to court, at any time")).toBeVisible();
  await expectAccessible(theirPage);
  await alive(theirPage);
  await theirPage.getByLabel("Appeal this decision").fill("That court case ended.");
  await theirPage.getByRole("button", { name: "Send the appeal" }).click();
  await expect(theirPage.getByText("Your appeal is being decided")).toBeVisible();

  // Who decided it reads that somebody else has to, and is refused.
  await page.reload();
  await expect(page.getByText("An appeal waits for its decision")).toBeVisible();
  await expect(page.getByRole("button", { name: "Take the request up again" })).toHaveCount(0);
  await alive(page);
  await page.getByLabel("What was done").fill("Changed my mind.");
  await page.getByRole("button", { name: "Approve and close" }).click();
  await expect(page.getByText(/You decided this the first time/)).toBeVisible();

  const second = await browser.newContext();
  await signInAsStaff(second, "officer", { name: "Ivo Brandt" });
  const secondPage = await second.newPage();
  await secondPage.goto(`/admin/cases/${one.caseId}`);
  await expectAccessible(secondPage);
  await alive(secondPage);
  await secondPage.getByLabel("What was done").fill("It ended, so we stopped.");
  await secondPage.getByRole("button", { name: "Approve and close" }).click();
  await expect(secondPage.getByText("granted the appeal", { exact: false })).toBeVisible();
  await theirPage.reload();
  await expect(theirPage.getByText("It ended, so we stopped.")).toBeVisible();
  await expect(theirPage.getByText("Done", { exact: true })).toBeVisible();
  await Promise.all([theirs.close(), second.close()]);
});

test("a closed case is opened with one press on a reason, and its person reads when and why", async ({
  browser,
  page,
  context,
  person,
  sql,
}) => {
  const theirs = await browser.newContext();
  const robin = await person();
  const one = await arrangeCase(theirs, robin.email);
  await sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed' where id = ${one.caseId}`;
  await signInAsStaff(context, "agent", { name: "Nora Feld" });
  await page.goto(`/admin/cases/${one.caseId}`);
  await expect(page.getByText("Why do you open it?")).toBeVisible();
  await expect(page.getByText(one.message)).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "A check of how it was answered" }).click();
  await expect(page.getByText(one.message)).toBeVisible();

  const theirPage = await theirs.newPage();
  await theirPage.goto("/account/access");
  await expect(theirPage.getByText("We checked how it was answered.")).toBeVisible();
  await expect(theirPage.getByRole("cell", { name: "Support" })).toBeVisible();
  await expect(theirPage.getByText("Nora Feld")).toHaveCount(0);
  await expectAccessible(theirPage);
  await theirPage.goto("/account/timeline");
  await expect(theirPage.getByText("Support looked at your record: we checked how it was answered")).toBeVisible();
  await theirs.close();
});

test("S15 a sealed disclosure is released by a second officer and hidden until its day, then told", async ({
  browser,
  page,
  context,
  person,
  mailbox,
  sql,
}) => {
  const theirs = await browser.newContext();
  const robin = await person();
  await signInAs(theirs, robin.email);
  const theirPage = await theirs.newPage();
  await signInAsStaff(context, "officer", { name: "Nora Feld" });
  const court = `Court ${randomUUID().slice(0, 8)}`;
  const today = Temporal.Now.plainDateISO("UTC");
  await page.goto("/admin/disclosures");
  await alive(page);
  await expectAccessible(page);
  await page.getByLabel("Kind of authority").selectOption("court");
  await page.getByLabel("Which authority").fill(court);
  await page.getByLabel("Received on").fill(today.toString());
  await page.getByLabel("What we do").selectOption("narrowed");
  const group = (name: string) => page.getByRole("group", { name });
  await group("Asked for").getByLabel("Account").check();
  await group("Asked for").getByLabel("Logs").check();
  await group("To be given").getByLabel("Account").check();
  await page.getByLabel("People it asks about").fill("1");
  await page.getByLabel("People whose data is given").fill("1");
  await page.getByLabel("Addresses of the accounts").fill(robin.email);
  await page.getByLabel("Nobody may be told before").fill(today.add({ days: 1 }).toString());
  await page.getByLabel("Why it is answered so").fill("The order names one account.");
  await page.getByRole("button", { name: "Ask a second officer" }).click();
  const entry = page.getByRole("listitem").filter({ hasText: court });
  await expect(entry.getByText("another officer has to release it")).toBeVisible();

  const second = await browser.newContext();
  await signInAsStaff(second, "officer", { name: "Ivo Brandt" });
  const secondPage = await second.newPage();
  await secondPage.goto("/admin/disclosures");
  const theirEntry = secondPage.getByRole("listitem").filter({ hasText: court });
  await theirEntry.getByText("Release", { exact: false }).first().click();
  await theirEntry.getByRole("button", { name: "Release exactly this" }).click();
  await expect(theirEntry.getByText("Answered, sealed")).toBeVisible();
  await theirPage.goto("/account/access");
  await expect(theirPage.getByText("None that we may tell you of.")).toBeVisible();

  // A day goes by: what is released and due opens in the next run.
  await sql`alter table disclosures disable trigger disclosures_rules`;
  await sql`update disclosures set sealed_until = now() - interval '1 minute' where released_at is not null and opened_at is null`;
  await sql`alter table disclosures enable trigger disclosures_rules`;
  const other = newId();
  await sql`insert into pgboss.job (id, name, data) values (${other}, 'disclosure.open', '{}')`;
  const mail = await mailbox.latest(robin.email, /An authority received data about you/);
  expect(mail.text).toContain("Until now we were not allowed to tell you.");
  await theirPage.reload();
  await expect(theirPage.getByText(/a demand by a court; we gave less/)).toBeVisible();
  await theirPage.goto("/privacy/disclosures");
  await expect(theirPage.getByRole("table").first()).toContainText("Courts");
  await Promise.all([theirs.close(), second.close()]);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the public page shows figures of twenty and more, and none of fewer", async ({ page, request, sql }) => {
    const month = Temporal.Now.plainDateISO("UTC").subtract({ months: 2 }).with({ day: 10 });
    for (let n = 0; n < 24; n++) {
      const [id, at] = [newId(), `${month}T09:00:00Z`];
      await sql`
        insert into cases (id, reference, kind, channel, received_at, answered_at, decided_at, closed_at, decision)
        values (${id}, ${newReference()}, 'inquiry', 'public-form', ${at}, ${`${month}T15:00:00Z`},
                ${`${month}T15:00:00Z`}, ${`${month}T15:00:00Z`}, 'completed')`;
      await sql`
        insert into case_clocks (id, case_id, rule, started_at, due_at, stopped_at)
        values (${newId()}, ${id}, 'policy-72h', ${at}, ${at}::timestamptz + interval '72 hours', ${`${month}T15:00:00Z`})`;
    }
    // Not counted yet: the page counts by itself.
    await sql`delete from attainment_counts`;
    await page.goto("/privacy/attainment");
    await expect(page.getByRole("heading", { level: 1, name: "How we answer" })).toBeVisible();
    const figures = await (await request.get("/privacy/attainment.json")).json();
    expect(figures.whole.received).toBeGreaterThanOrEqual(24);
    await expect(page.locator("dl").first()).toContainText(figures.whole.received.toLocaleString("en-GB"));
    for (const { received } of [...figures.kinds, ...figures.months]) expect(received ?? 20).toBeGreaterThanOrEqual(20);
    await page.getByText("The numbers").click();
    const months = page.getByRole("table", { name: /by the month/ });
    await expect(months.getByText("fewer than 20").first()).toBeVisible();
  });
});
