import { expect, expectAccessible, test } from "../fixtures/test";

const address = () => `kim-${crypto.randomUUID().slice(0, 8)}@journey.example`;

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("S16 a question is taken, confirmed by mail, and known and unknown addresses read the same", async ({
    page,
    person,
    mailbox,
  }) => {
    const robin = await person();
    const pages: string[] = [];
    for (const email of [robin.email, address()]) {
      await page.goto("/contact");
      await page.getByLabel("Your email address").fill(email);
      await page.getByLabel("Your question").fill("How long do you keep logs?");
      await page.getByRole("button", { name: "Send the question" }).click();
      await expect(page.getByText("We have your question")).toBeVisible();
      const shown = (await page.getByRole("main").textContent()) ?? "";
      const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(shown)?.[0] ?? "";
      pages.push(shown.replaceAll(reference, "PR"));
      const mail = await mailbox.latest(email, /Privacy Policy Inquiry received/);
      expect(mail.subject).toContain(reference);
      // Anybody can type any address: what they wrote is not sent there.
      expect(mail.text).not.toContain("How long do you keep logs?");
    }
    expect(pages[0]).toBe(pages[1]);
  });

  test("keeps what was typed and says what is wrong", async ({ page }) => {
    await page.goto("/contact");
    await page.getByLabel("Your email address").evaluate((input) => input.setAttribute("type", "text"));
    await page.getByLabel("Your email address").fill('"a b"@x.example');
    await page.getByLabel("Your question").fill("A long question that nobody wants to type twice.");
    await page.getByRole("button", { name: "Send the question" }).click();
    await expect(page.getByText("Write one email address, such as name@company.example.")).toBeVisible();
    await expect(page.getByLabel("Your question")).toHaveValue("A long question that nobody wants to type twice.");
  });
});

test("L11 says whom a company's customer asks, and the 72 hours", { tag: "@phone" }, async ({ page }) => {
  await page.goto("/contact");
  await expect(page.getByText(/That company\s+decides about them/)).toBeVisible();
  await expect(page.getByText(/within 72 hours, weekends included/)).toBeVisible();
  await expectAccessible(page);
});

test("S5 a form of 10 MB is refused clearly, nothing of it is kept, and the site goes on", async ({
  page,
  request,
  sql,
}) => {
  await page.goto("/contact");
  const fields = await page
    .locator("main form")
    .first()
    .evaluate((form) => Object.fromEntries([...new FormData(form as HTMLFormElement)].map(([k, v]) => [k, String(v)])));
  const [before] = await sql`select count(*)::int as n from intakes`;
  const answer = await request.post("/contact", {
    multipart: { ...fields, email: address(), message: "x".repeat(10_000_000) },
    headers: { origin: new URL(page.url()).origin },
    maxRedirects: 0,
    failOnStatusCode: false,
  });
  expect(answer.status()).toBe(413);
  expect(await answer.text()).toMatch(/too (large|long|big)|larger than/i);
  const [after] = await sql`select count(*)::int as n from intakes`;
  expect(after?.n).toBe(before?.n);
  expect((await request.get("/api/health/live")).status()).toBe(200);
});
