import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { alive, startDraft } from "./arrange";

const text = (page: Page) => page.getByLabel("Text", { exact: true });
const saved = (page: Page) => page.getByText(/^Saved \d\d:\d\d:\d\d$/);
const stored = async (sql: import("postgres").Sql, number: number): Promise<string> => {
  const [row] = await sql`select markdown from policy_versions where number = ${number}`;
  return String(row?.markdown);
};

test.describe("a draft in the making", () => {
  // Two pages, several saves and a look by axe in one test.
  test.slow();

  test("is shown, checked and saved while one types", { tag: "@phone" }, async ({ page, context, sql }) => {
    await signInAsStaff(context, "officer");
    const number = await startDraft(page);
    const before = await text(page).inputValue();
    await text(page).fill(before.replace("for 90 days after", "for 91 days after"));
    // Each problem with its line, as one types.
    await expect(page.getByText(/Line \d+:.*for 91 days after.*P90D/)).toBeVisible();
    await text(page).fill(before.replace("What we collect {#collect}", "What we gather {#collect}"));
    await expect(page.getByText(/Line \d+:.*for 91 days after/)).toHaveCount(0);
    const preview = page.getByRole("region", { name: "As readers will see it" });
    await expect(preview.getByRole("heading", { name: "What we gather" })).toBeVisible();
    await expect(preview.getByRole("button", { name: /How this promise is kept: Encryption/ })).toBeVisible();
    await expect(saved(page)).toBeVisible();
    expect(await stored(sql, number)).toContain("What we gather {#collect}");
    await page.getByRole("button", { name: "Changes", exact: true }).click();
    const changes = page.getByRole("region", { name: "What changes" });
    await expect(changes.getByText("gather", { exact: false }).first()).toBeVisible();
    await expectAccessible(page);
  });

  test("S14 keeps what is typed when the proof has grown old, and goes on after a new one", async ({
    page,
    context,
    sql,
  }) => {
    const { sessionId } = await signInAsStaff(context, "officer");
    const number = await startDraft(page);
    await sql`update sessions set stepped_up_at = now() - interval '6 minutes' where id = ${sessionId}`;
    const mine = `${await text(page).inputValue()}\nTyped with an old proof.\n`;
    await text(page).fill(mine);
    await expect(page.getByText(/older than five minutes, so nothing is saved/)).toBeVisible();
    await expect(page.getByRole("link", { name: "Confirm in a new tab" })).toHaveAttribute("target", "_blank");
    expect(await stored(sql, number)).not.toContain("an old proof");
    await expect(text(page)).toHaveValue(mine);
    await sql`update sessions set stepped_up_at = now() where id = ${sessionId}`;
    // As coming back from the other tab does.
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(saved(page)).toBeVisible();
    expect(await stored(sql, number)).toContain("an old proof");
  });

  test.describe("without an answer", () => {
    test.use({ allowedFaults: /ERR_INTERNET_DISCONNECTED|Failed to fetch/ });

    test("keeps what is typed and sends it once the server is back", async ({ page, context, sql }) => {
      await signInAsStaff(context, "officer");
      const number = await startDraft(page);
      await context.setOffline(true);
      const mine = `${await text(page).inputValue()}\nTyped without a server.\n`;
      await text(page).fill(mine);
      await expect(page.getByText(/The server does not answer. What you typed is kept here/)).toBeVisible();
      await expect(text(page)).toHaveValue(mine);
      await context.setOffline(false);
      await expect(saved(page)).toBeVisible();
      expect(await stored(sql, number)).toContain("without a server");
    });
  });

  test("of two tabs the later one is shown both texts and loses nothing", async ({ page, context, sql }) => {
    await signInAsStaff(context, "officer");
    const number = await startDraft(page);
    const other = await context.newPage();
    await other.goto(`/admin/policies/${number}`);
    await alive(other);
    const before = await text(page).inputValue();
    await text(page).fill(`${before}\nFrom the first tab.\n`);
    await expect(saved(page)).toBeVisible();
    await text(other).fill(`${before}\nFrom the second tab.\n`);
    await expect(other.getByText("This draft was saved elsewhere in the meantime")).toBeVisible();
    await expect(other.locator("ins").filter({ hasText: "From the second tab." })).toBeVisible();
    await expect(other.locator("del").filter({ hasText: "From the first tab." })).toBeVisible();
    await expect(text(other)).toHaveValue(/From the second tab/);
    expect(await stored(sql, number)).toContain("From the first tab.");
    await expectAccessible(other);
    await other.getByRole("button", { name: "Save mine over it" }).click();
    await expect(saved(other)).toBeVisible();
    expect(await stored(sql, number)).toContain("From the second tab.");
    // The first tab is now the later one, and takes what is stored; its own words stay at hand.
    await text(page).fill(`${before}\nFrom the first tab again.\n`);
    await page.getByRole("button", { name: "Take what is stored, set mine aside" }).click();
    await expect(text(page)).toHaveValue(/From the second tab/);
    await page.getByText("What you had typed before you took what was stored").click();
    await expect(page.getByLabel("Set aside")).toHaveValue(/From the first tab again/);
  });

  test("goes out and comes in as a file, byte for byte, and says what is wrong with one", async ({
    page,
    context,
    sql,
  }) => {
    await signInAsStaff(context, "officer");
    const number = await startDraft(page);
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: "text/markdown", buffer });
    const send = async (buffer: Buffer) => {
      await page.getByLabel("Put a file in its place").setInputFiles(file("policy.md", buffer));
      await page.getByRole("button", { name: "Send the file" }).click();
    };
    await send(Buffer.from([0x61, 0x0a, 0xff, 0x0a]));
    await expect(page.getByText("Line 2: This line is not UTF-8. Save the file with that encoding.")).toBeVisible();
    await send(Buffer.alloc(300_000, 97));
    await expect(page.getByText(/The file has 300000 bytes; a policy has at most 262144/)).toBeVisible();
    const bytes = Buffer.from(`\ufeff${await stored(sql, number)}\r\nWith an odd end: ä 😀\r\n`);
    await send(bytes);
    await expect(page).toHaveURL(/imported=/);
    await expect(text(page)).toHaveValue(/With an odd end: ä 😀/);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the text" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`policy-version-${number}.md`);
    expect(await readFile(await download.path())).toEqual(bytes);
  });

  test("is talked about clause by clause", async ({ page, context, browser }) => {
    await signInAsStaff(context, "officer", { name: "Ada Author" });
    const number = await startDraft(page);
    const colleague = await browser.newContext();
    await signInAsStaff(colleague, "agent", { name: "Cleo Colleague" });
    const other = await colleague.newPage();
    await other.goto(`/admin/policies/${number}`);
    await expect(other.getByText("Only Ada Author edits this text.")).toBeVisible();
    await other.getByLabel("About").selectOption("retention");
    await other.getByLabel("Comment").fill("Is a year enough?");
    await other.getByRole("button", { name: "Comment" }).click();
    await expect(other.getByText("Is a year enough?")).toBeVisible();
    await expectAccessible(other);
    await colleague.close();
    await page.reload();
    const entry = page.getByRole("listitem").filter({ hasText: "Is a year enough?" });
    await expect(entry).toContainText(/Cleo Colleague.*about "How long we keep it"/);
    await entry.getByRole("button", { name: /Settled/ }).click();
    await expect(page.getByText("1 settled")).toBeVisible();
    await page.getByText("1 settled").click();
    await expect(entry).toContainText("Settled by Ada Author");
  });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("a draft is previewed, compared and saved by its buttons", async ({ page, context, sql }) => {
    await signInAsStaff(context, "officer");
    await page.goto("/admin/policies/new");
    await page.getByRole("button", { name: "Start the draft" }).click();
    const number = Number(new URL(page.url()).pathname.split("/").at(-1));
    const before = await text(page).inputValue();
    await text(page).fill(before.replace("What we collect {#collect}", "What we gather {#collect}"));
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(
      page.getByRole("region", { name: "As readers will see it" }).getByRole("heading", { name: "What we gather" }),
    ).toBeVisible();
    await expect(text(page)).toHaveValue(/What we gather/);
    expect(await stored(sql, number)).not.toContain("What we gather");
    await page.getByRole("button", { name: "Changes", exact: true }).click();
    await expect(page.getByRole("region", { name: "What changes" }).locator("ins").first()).toBeVisible();
    await page.getByRole("button", { name: "Save the draft" }).click();
    await expect(page.getByText(/^Saved /)).toBeVisible();
    expect(await stored(sql, number)).toContain("What we gather");
  });
});
