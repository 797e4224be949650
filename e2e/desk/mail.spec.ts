import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, test } from "../fixtures/test";

const pdf = Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

/** Fills in the demo's mail program and sends. */
async function write(page: Page, mail: { from?: string; text: string; subject?: string; file?: string }) {
  if (mail.from) await page.getByLabel("From").fill(mail.from);
  if (mail.subject) await page.getByLabel("Subject").fill(mail.subject);
  await page.getByLabel("Text", { exact: true }).fill(mail.text);
  if (mail.file)
    await page
      .getByLabel("Files (optional)")
      .setInputFiles({ name: mail.file, mimeType: "application/pdf", buffer: pdf });
  await page.getByRole("button", { name: "Send the mail" }).click();
  await expect(page.getByText("The mail has come in")).toBeVisible();
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("L1 S23 a mail comes in, is on the desk with its file, is answered, and the reply lands in its thread", async ({
    page,
    browser,
    mailbox,
  }) => {
    const from = `kim-${crypto.randomUUID().slice(0, 8)}@journey.example`;
    await page.goto("/dev/mailbox/write");
    await write(page, { from: `Kim Sender <${from}>`, text: "What do you hold about me?", file: '../"<b>proof' });
    const confirmed = await mailbox.latest(from, /Privacy Policy Inquiry received/);
    const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(confirmed.subject)?.[0] ?? "";
    expect(confirmed.text).not.toContain("What do you hold about me?");

    const context = await browser.newContext({ baseURL: new URL(page.url()).origin });
    await signInAsStaff(context, "agent");
    const desk = await context.newPage();
    await desk.goto(`/admin/cases/${reference}`);
    await expect(desk.getByText("What do you hold about me?").first()).toBeVisible();
    await expect(desk.getByText("nothing proves that the sender's address is theirs")).toBeVisible();
    await expect(desk.getByText(/^7[12] hours left$/).first()).toBeVisible();
    const waiting = desk.waitForEvent("download");
    await desk.getByRole("link", { name: '../"<b>proof' }).click();
    const file = await waiting;
    expect(file.suggestedFilename()).toMatch(new RegExp(`^${reference}-[0-9a-f]{6}-1\\.pdf$`));
    expect(await readFile(await file.path())).toEqual(pdf);
    await desk.getByLabel("Your reply").fill("We hold nothing about you.");
    await desk.getByRole("button", { name: "Send the reply" }).click();
    await expect(desk.getByText("We hold nothing about you.").first()).toBeVisible();

    await mailbox.latest(from, /A reply to your request/);
    await page.goto(`/dev/mailbox?to=${from}`);
    await page.getByRole("link", { name: /A reply to your request/ }).click();
    await page.getByRole("link", { name: "Answer it" }).click();
    await expect(page.getByLabel("To", { exact: true })).toHaveValue(
      `privacy+${reference.toLowerCase()}@operno.example`,
    );
    // Whatever becomes of the subject on the way.
    await write(page, {
      subject: "hello",
      text: "Are you sure?\n\nOn Sunday Operno wrote:\n> We hold nothing about you.",
    });

    await desk.reload();
    await expect(desk.getByText("Are you sure?", { exact: true })).toBeVisible();
    await expect(desk.getByText("wrote by mail")).toBeVisible();
    await desk.getByText("The whole mail").last().click();
    await expect(desk.getByText("On Sunday Operno wrote:")).toBeVisible();
    await expect(desk.getByText(/^7[12] hours left$/).first()).toBeVisible();
    await context.close();
  });

  test("what somebody else changed meanwhile is said in sight, though its form stood in a closed part of the page", async ({
    page,
    context,
    person,
    mailbox,
    sql,
  }) => {
    const robin = await person();
    await page.goto("/dev/mailbox/write");
    await write(page, { from: `Robin <${robin.email}>`, text: "Stop that." });
    const { subject } = await mailbox.latest(robin.email, /Privacy Policy Inquiry received/);
    const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(subject)?.[0] ?? "";
    await signInAsStaff(context, "agent");
    await page.goto(`/admin/cases/${reference}`);
    await sql`update cases set revision = revision + 1 where reference = ${reference}`;
    const right = page.locator("#right");
    await right.locator("summary").click();
    await right.getByLabel("What it asks for").selectOption("objection");
    await right.getByRole("button", { name: "Take it as that" }).click();
    await expect(right.getByText("Somebody changed this case while you were writing.")).toBeVisible();
    await right.getByLabel("What it asks for").selectOption("objection");
    await right.getByRole("button", { name: "Take it as that" }).click();
    await expect(right.getByText("Write down what stops")).toBeVisible();
  });
});
