import { randomUUID } from "node:crypto";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("L11 a question of somebody who is only named by a company goes to it at once, and the mail says so", async ({
  page,
  person,
  mailbox,
  platform,
}) => {
  const ada = await person({ role: "owner" });
  const address = `kim-${randomUUID().slice(0, 8)}@clients.example`;
  await platform`update clients set email = ${address} where company_id = ${ada.companyId}`;
  await page.goto("/contact");
  await page.getByLabel("Your email address").fill(address);
  await page.getByLabel("Your question").fill("What do you know about me?");
  await page.getByRole("button", { name: "Send the question" }).click();
  await expect(page.getByText("We have your question")).toBeVisible();
  expect((await mailbox.latest(address, /Who answers your request/)).text).toContain(ada.companyName);
  const told = await mailbox.latest(ada.email, /A client of yours asked about their data/);
  expect(told.text).not.toContain(address);
});

test("L11 somebody who is only named by a company writes to us, is passed on to it, and its owner erases them", {
  tag: "@phone",
}, async ({ page, person, mailbox, browser, sql, platform }) => {
  test.slow();
  const ada = await person({ role: "owner" });
  const address = `kim-${randomUUID().slice(0, 8)}@clients.example`;
  const name = `Kim ${randomUUID().slice(0, 6)}`;
  await platform`update clients set email = ${address}, name = ${name} where company_id = ${ada.companyId}`;
  await platform`update work_orders set signature = '\\x01' where company_id = ${ada.companyId}`;

  await page.goto("/contact");
  await page.getByLabel("Your email address").fill(address);
  // Whoever names a reference writes again, so it waits for a person.
  await page
    .getByLabel("Your question")
    .fill("I heard nothing about PR-7K2M-Q4XD. Please delete what you hold about me.");
  await page.getByRole("button", { name: "Send the question" }).click();
  await expect(page.getByText("We have your question")).toBeVisible();
  const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec((await page.getByRole("main").textContent()) ?? "")?.[0] ?? "";
  await mailbox.latest(address, /Privacy Policy Inquiry received/);

  const desk = await browser.newContext({ viewport: page.viewportSize() });
  await signInAsStaff(desk, "agent");
  const staff = await desk.newPage();
  await staff.goto(`/admin/cases/${reference}`);
  await expect(staff.getByRole("heading", { name: "Named by companies" })).toBeVisible();
  await expect(staff.getByText("1 client with this address")).toBeVisible();
  await expectAccessible(staff);
  await staff.getByText("Pass it on", { exact: false }).first().click();
  await staff.getByRole("button", { name: `Pass it on to ${ada.companyName}` }).click();
  await expect(staff.getByText("passed it on to the company that decides about it")).toBeVisible();
  await desk.close();
  const reply = await mailbox.latest(address, new RegExp(reference), 1);
  expect(reply.text).toContain(ada.companyName);
  const told = await mailbox.latest(ada.email, /A client of yours asked about their data/);
  expect(told.text).not.toContain(address);

  await signInAs(page.context(), ada.email);
  await page.goto("/account");
  await expect(page.getByText("1 request waits for you.")).toBeVisible();
  await page.getByRole("link", { name: "Find, answer or erase a client" }).click();
  await expect(page.getByText("Please delete what you hold about me.")).toBeVisible();
  await expect(page.getByText(address)).toBeVisible();
  await expectAccessible(page);

  await page.getByLabel("Part of the name or address").fill(address.toUpperCase());
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("list", { name: "Clients found" }).getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "Work orders" })).toContainText("1 made anonymous");
  await expectAccessible(page);
  await page.getByLabel("Type the client's name to confirm").fill("Somebody else");
  await page.getByRole("button", { name: "Erase this client" }).click();
  await expect(page.getByText("That is not the name of this client.")).toBeVisible();
  await page.getByLabel("Type the client's name to confirm").fill(name);
  await page.getByRole("button", { name: "Erase this client" }).click();
  await page.waitForURL(/\/account\/clients#done$/);
  const finished = async () =>
    sql`select finished_at from client_erasures where company_id = ${ada.companyId} and finished_at is not null`;
  await expect.poll(async () => (await finished()).length, { timeout: 60_000 }).toBe(1);
  const [left] = await platform`select name, email, contact_name from clients where company_id = ${ada.companyId}`;
  expect(left).toMatchObject({ email: null, contact_name: null });
  expect(left?.name).not.toBe(name);
  const [job] = await platform`select signature, title from work_orders where company_id = ${ada.companyId}`;
  expect(job).toMatchObject({ signature: null, title: expect.stringContaining("Replace the pump") });
  await mailbox.latest(ada.email, /A client of your company was erased/);

  await page.goto("/account/clients");
  await expect(page.getByRole("heading", { name: "Clients erased" })).toBeVisible();
  await page.getByText("It is done").click();
  await page.getByRole("button", { name: "Remove it from the list" }).click();
  await expect(page.getByText("None is open.")).toBeVisible();
  await expect(page.getByText(address)).toHaveCount(0);
  await expectAccessible(page);
});

test("who owns no company finds nobody there", async ({ page, person }) => {
  const robin = await person({ role: "technician" });
  await signInAs(page.context(), robin.email);
  await page.goto("/account/clients");
  await expect(page.getByText("This page is for the owner of a company account")).toBeVisible();
  await expect(page.getByLabel("Part of the name or address")).toHaveCount(0);
  const answer = await page.goto("/account/clients/1");
  expect(answer?.status()).toBe(404);
});
