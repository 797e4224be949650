import { expect, expectAccessible, test } from "../fixtures/test";

const reference = (text: string): string => /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text)?.[0] ?? "";

test.describe("without JavaScript and without an account", () => {
  test.use({ javaScriptEnabled: false });

  test("S16 S12 a copy: known and unknown addresses read the same page, the link proves it, the copy is made", async ({
    page,
    person,
    mailbox,
    sql,
  }) => {
    const robin = await person();
    const stranger = `nobody-${crypto.randomUUID().slice(0, 8)}@nowhere.example`;
    const pages: string[] = [];
    for (const email of [stranger, robin.email]) {
      await page.goto("/requests/new");
      await page.getByLabel("What do you ask for?").selectOption("access");
      await page.getByLabel("Your email address").fill(email);
      await page.getByRole("button", { name: "Send the request" }).click();
      await expect(page.getByText("We have your request")).toBeVisible();
      const shown = (await page.getByRole("main").textContent()) ?? "";
      pages.push(shown.replaceAll(reference(shown), "PR"));
    }
    expect(pages[0]).toBe(pages[1]);
    await mailbox.latest(stranger, /We found nothing under this address/);

    const mail = await mailbox.latest(robin.email, /Please confirm your request/);
    const link = mail.link("/requests/confirm");
    // A scanner opens it before they do.
    for (let look = 0; look < 2; look++) {
      await page.goto(link);
      await expect(page.getByRole("heading", { name: "Was this you?" })).toBeVisible();
    }
    const [before] = await sql`select count(*)::int as n from packages k join cases c on c.id = k.case_id
      where c.reference = ${reference(mail.subject)}`;
    expect(before?.n).toBe(0);
    await page.getByRole("button", { name: "Yes, this was me" }).click();
    await expect(page.getByText("The file is for you alone.")).toBeVisible();
    await mailbox.latest(robin.email, /copy|package/i);
    const [after] = await sql`select k.scope, p.email from packages k join cases c on c.id = k.case_id
      join people p on p.id = k.person_id where c.reference = ${reference(mail.subject)}`;
    expect(after).toEqual({ scope: "person", email: robin.email });
    await page.goto(link);
    await expect(page.getByText("This link does not lead to a request")).toBeVisible();
  });

  test("a deletion: the link, the preview, the address typed, another link when that took long, and the mail that cancels it", async ({
    page,
    person,
    mailbox,
    sql,
  }) => {
    const robin = await person({ role: "technician" });
    await page.goto("/requests/new?kind=deletion");
    await page.getByLabel("Your email address").fill(robin.email);
    await page.getByRole("button", { name: "Send the request" }).click();
    await page.goto((await mailbox.latest(robin.email, /Please confirm your request/)).link("/requests/confirm"));
    await page.getByRole("button", { name: "Yes, this was me" }).click();
    await expect(page.getByRole("heading", { name: "What will happen" })).toBeVisible();
    await page.getByLabel("Type your address to confirm").fill("somebody@else.example");
    await page.getByRole("button", { name: "Plan the deletion" }).click();
    await expect(page.getByText("That is not the address of this account.")).toBeVisible();
    // They read the preview for six minutes.
    await sql`update case_tokens set created_at = created_at - interval '6 minutes' where purpose = 'session'
      and case_id in (select c.id from cases c join people p on p.id = c.subject_id where p.email = ${robin.email})`;
    await page.getByLabel("Type your address to confirm").fill(robin.email);
    await page.getByRole("button", { name: "Plan the deletion" }).click();
    await expect(page.getByText("and a deletion takes a newer one")).toBeVisible();
    await page.getByRole("button", { name: "Send another link" }).click();
    await expect(page.getByText("Another link is on its way.")).toBeVisible();
    const another = await mailbox.latest(robin.email, /Please confirm your request/, 1);
    await page.goto(another.link("/requests/confirm"));
    await page.getByRole("button", { name: "Yes, this was me" }).click();
    await page.getByLabel("Type your address to confirm").fill(robin.email);
    await page.getByRole("button", { name: "Plan the deletion" }).click();
    await expect(page.getByText("The deletion is planned", { exact: true })).toBeVisible();
    const planned = await mailbox.latest(robin.email, /deletion/i);
    await page.goto(planned.link("/account/deletion/cancel"));
    await page.getByRole("button", { name: "Cancel the deletion" }).click();
    await expect(page.getByText("The deletion is cancelled")).toBeVisible();
  });
});

test("CCPR 7063 an agent asks, the subject signs and takes it back", { tag: "@phone" }, async ({
  page,
  browser,
  person,
  mailbox,
}) => {
  const robin = await person();
  const agent = `alex-${crypto.randomUUID().slice(0, 8)}@agents.example`;
  await page.goto("/requests/new?for=other");
  await page.getByLabel("What do you ask for?").selectOption("objection");
  await page.getByLabel("Their email address").fill(robin.email);
  await page.getByLabel("Your name").fill("Alex Agent");
  await page.getByLabel("Your email address").fill(agent);
  await page.getByLabel("In your words").fill("Robin's clicks shall not be counted.");
  await page.getByRole("button", { name: "Send the request" }).click();
  await expect(page.getByText("the person is asked for their permission")).toBeVisible();

  await page.goto((await mailbox.latest(agent, /We have your request/)).link("/requests/status"));
  await page.getByRole("button", { name: "Open" }).click();
  await expect(page.getByText("Until then there is nothing to see.")).toBeVisible();

  const theirs = await browser.newContext();
  const robins = await theirs.newPage();
  await robins.goto((await mailbox.latest(robin.email, /Somebody asks us in your name/)).link("/requests/confirm"));
  await expect(robins.getByText(`I permit Alex Agent (${agent})`)).toBeVisible();
  await expectAccessible(robins);
  await robins.getByRole("button", { name: "Sign the permission" }).click();
  await expect(robins.getByRole("heading", { name: "Your permission" })).toBeVisible();

  await page.reload();
  await expect(page.getByText("Robin's clicks shall not be counted.")).toBeVisible();
  await robins.goto((await mailbox.latest(robin.email, /You gave a permission/)).link("/requests/permission"));
  await robins.getByRole("button", { name: "Take it back" }).click();
  await expect(robins.getByRole("heading", { name: "You took the permission back" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "How does your request stand?" })).toBeVisible();
  await theirs.close();
});
