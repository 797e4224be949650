import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive } from "./arrange";

test("L1 a letter is written down, its clocks run from when it came, the person follows it by mail and answers", async ({
  page,
  browser,
  context,
  mailbox,
}) => {
  await signInAsStaff(context, "agent");
  const email = `kim-${crypto.randomUUID().slice(0, 8)}@nowhere.example`;
  await page.goto("/admin");
  await page.getByRole("link", { name: "Write down a request" }).click();
  await page.waitForURL("/admin/cases/new");
  await alive(page);
  await expectAccessible(page);
  await page.getByLabel("What is asked for").selectOption("correction");
  await page.getByLabel("How it came").selectOption("letter");
  const came = Temporal.Now.plainDateTimeISO("UTC").subtract({ hours: 30 });
  await page.getByLabel("When it came (UTC)").fill(came.toString({ smallestUnit: "minute" }));
  await page.getByLabel("Name", { exact: true }).fill("Kim Example");
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("What they asked, in their words").fill("My name is written with one m.");
  await page.getByRole("button", { name: "Open the case" }).click();
  await page.waitForURL(/\/admin\/cases\/[0-9a-f-]{36}$/);
  await expect(page.getByText(/4[012] hours left/).first()).toBeVisible();
  await expect(page.getByText("asked for this by letter")).toBeVisible();

  await page.getByText("Extend: one month").click();
  await page.getByLabel("Why it takes up to two months more").fill("Two archives have to be searched by hand.");
  await page.getByRole("button", { name: "Extend and tell them" }).click();
  await expect(page.getByText(/Extended on/)).toBeVisible();

  const theirs = await browser.newContext();
  const kims = await theirs.newPage();
  const mail = await mailbox.latest(email, /takes longer/);
  expect(mail.text).toContain("Two archives have to be searched by hand.");
  await kims.goto(mail.link("/requests/status"));
  await kims.getByRole("button", { name: "Open" }).click();
  await expect(kims.getByText("Two archives have to be searched by hand.")).toBeVisible();
  // Neither reference nor code stays in the address.
  expect(new URL(kims.url()).search).toBe("");
  await kims.getByLabel("Write to our privacy team").fill("Take your time.");
  await kims.getByRole("button", { name: "Send" }).click();
  await expect(kims.getByRole("article").getByText("Take your time.")).toBeVisible();
  await expectAccessible(kims);
  await theirs.close();

  await page.reload();
  await expect(page.getByText("Take your time.")).toBeVisible();
});
