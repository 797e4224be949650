import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

test("S19 L1 a request in words: asked, answered by a person, written back", { tag: "@phone" }, async ({
  page,
  person,
  mailbox,
  browser,
}) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  await page.goto("/account");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Correct it" }).click();
  await expectAccessible(page);
  await page.getByLabel("In your own words").fill("My phone number is wrong.\nIt ends in 47.");
  await page.getByRole("button", { name: "Ask for a correction" }).click();
  await page.waitForURL(/\/account\/requests\/PR-/);
  const reference = page.url().split("/").at(-1) ?? "";
  await expect(page.getByText("In progress")).toBeVisible();
  await expect(page.getByText(/^7[12] hours left$/).first()).toBeVisible();
  await expect(page.getByText("It ends in 47.")).toBeVisible();
  await expectAccessible(page);
  const received = await mailbox.latest(robin.email, /We have your request/);
  expect(received.subject).toContain(reference);

  const staff = await browser.newContext();
  await signInAsStaff(staff, "agent");
  const desk = await staff.newPage();
  await desk.goto(`${new URL(page.url()).origin}/admin/cases/${reference}`);
  await desk.getByLabel("Your reply").fill("We have put it right.");
  await desk.getByRole("button", { name: "Send the reply" }).click();
  await expect(desk.getByText("We have put it right.").first()).toBeVisible();
  await staff.close();

  const reply = await mailbox.latest(robin.email, /reply to your request/i);
  expect(reply.text).not.toContain("put it right");
  await page.goto(reply.link("/account/requests/"));
  await expect(page.getByText("We have put it right.")).toBeVisible();
  await expect(page.getByText("Test agent")).toHaveCount(0);
  await page.getByLabel("Write to our privacy team").fill("Thank you.");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("Thank you.", { exact: true })).toBeVisible();
  await expect(page.getByLabel("Write to our privacy team")).toHaveValue("");
});

test("P3 a copy of the data: from the button to the card with the file", async ({ page, person }) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  await page.goto("/account");
  await page.getByRole("link", { name: "Get a copy" }).click();
  await page.getByRole("button", { name: "Ask for a copy" }).click();
  await page.waitForURL(/\/account\/requests\/PR-/);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Your package is ready", { exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 40_000 });
  await expect(page.getByText("Done").or(page.getByText("Ready")).first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Go to the download" }).click();
  await page.waitForURL(/\/account\/packages\//);
});

test("R7 two quick clicks make one request", async ({ page, person, sql }) => {
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  await page.goto("/account/requests/new?kind=portability");
  await page.getByRole("button", { name: "Ask for data to move" }).dblclick();
  await page.waitForURL(/\/account\/requests\/PR-/);
  const [row] = await sql`select count(*)::int as n from cases where subject_id = ${personId}`;
  expect(row?.n).toBe(1);
});

test.describe("what is not there", () => {
  test.use({ allowedFaults: /404/ });
  test("S19 a foreign reference, a missing one and nonsense look the same", async ({ page, person, sql }) => {
    const [mine, theirs] = [await person(), await person()];
    const other = await signInAs(page.context(), theirs.email);
    await page.goto("/account/requests/new?kind=correction");
    await page.getByLabel("In your own words").fill("Mend it.");
    await page.getByRole("button", { name: "Ask for a correction" }).click();
    await page.waitForURL(/PR-/);
    const [row] = await sql`select reference from cases where subject_id = ${other.personId}`;
    await page.context().clearCookies();
    await signInAs(page.context(), mine.email);
    const seen = [];
    for (const reference of [row?.reference, "PR-0000-0000", "x"]) {
      const response = await page.goto(`/account/requests/${reference}`);
      seen.push([response?.status(), await page.getByRole("heading", { level: 1 }).textContent()]);
    }
    expect(seen[0]?.[0]).toBe(404);
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(1);
  });
});

test("somebody the platform does not know is told so kindly", async ({ page }) => {
  await signInAs(page.context(), `stranger-${crypto.randomUUID().slice(0, 8)}@journey.example`);
  await page.goto("/account");
  await expect(page.getByText(/knows no account with the address/)).toBeVisible();
  await expectAccessible(page);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a request is made and written to", async ({ page, person }) => {
    const robin = await person();
    await signInAs(page.context(), robin.email);
    await page.goto("/account/requests/new?kind=correction");
    await page.getByLabel("In your own words").fill("My address is wrong.");
    await page.getByRole("button", { name: "Ask for a correction" }).click();
    await expect(page.getByText("My address is wrong.")).toBeVisible();
    await page.getByLabel("Write to our privacy team").fill("The one in Bristol.");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await expect(page.getByText("The one in Bristol.")).toBeVisible();
  });
});
