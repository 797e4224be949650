import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Download, Page } from "@playwright/test";
import { root } from "../fixtures/server";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const run = promisify(execFile);
const ada = "ada.winter@lumen-lifts.example";

async function take(page: Page, name: string): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
  return download;
}

/** The command as a person runs it: its exit code and what it says. */
async function verify(...args: string[]): Promise<{ code: number; says: string }> {
  try {
    const { stdout } = await run("npm", ["run", "-s", "evidence:verify", "--", ...args], { cwd: root });
    return { code: 0, says: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, says: stdout + stderr };
  }
}

test("an officer takes a notice's evidence; it is checked offline, and one changed letter is named", async ({
  page,
  context,
  sql,
  request,
}, info) => {
  test.slow();
  const [notice] = await sql`
    select n.id from notices n join policy_versions v on v.id = n.version_id where v.number = 2`;
  await signInAsStaff(context, "officer");
  await page.goto(`/admin/notices/${notice?.id}`);
  const path = info.outputPath("evidence.jsonl");
  const download = await take(page, "Download with addresses");
  expect(download.suggestedFilename()).toMatch(/^evidence-version-2-\d{4}-\d\d-\d\d-with-addresses\.jsonl$/);
  await download.saveAs(path);
  const keys = info.outputPath("keys.json");
  const published = await request.get("/.well-known/evidence-keys.json");
  expect(published.headers()["content-type"]).toContain("application/jwk-set+json");
  await writeFile(keys, await published.body());

  expect(await verify(path, "--keys", keys)).toMatchObject({ code: 0, says: expect.stringContaining("Sound: ") });
  const without = info.outputPath("pseudonyms.jsonl");
  await (await take(page, "Download, people as pseudonyms")).saveAs(without);
  expect(await readFile(without, "utf8")).not.toContain(ada);
  const told = await verify(without, "--keys", keys, "--address", ada);
  expect(told).toMatchObject({ code: 0, says: expect.stringMatching(/Mails to this address: entry \d+\./) });
  expect((await verify(without, "--address", "stranger@nowhere.example")).code).toBe(2);

  const lines = (await readFile(path, "utf8")).split("\n");
  const at = lines.findIndex((line) => line.includes(ada));
  await writeFile(path, lines.with(at, String(lines[at]).replace("delivered", "bounced")).join("\n"));
  expect(await verify(path)).toMatchObject({ code: 1, says: expect.stringContaining(`Entry ${at + 1} was changed`) });
});

test("an auditor takes it without addresses, an agent not at all", async ({ page, context, browser, sql }) => {
  const [notice] = await sql`
    select n.id from notices n join policy_versions v on v.id = n.version_id where v.number = 2`;
  await signInAsStaff(context, "auditor");
  await page.goto(`/admin/notices/${notice?.id}`);
  await expect(page.getByRole("link", { name: "Download, people as pseudonyms" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Download with addresses" })).toHaveCount(0);
  const refused = await page.request.get(`/admin/notices/${notice?.id}/evidence?addresses=1`);
  expect(refused.status()).toBe(403);
  const other = await browser.newContext();
  await signInAsStaff(other, "agent");
  const agent = await other.newPage();
  await agent.goto(`/admin/notices/${notice?.id}`);
  await expect(agent.getByRole("heading", { name: "Recipients", exact: true })).toBeVisible();
  await expect(agent.getByRole("heading", { name: "Evidence" })).toHaveCount(0);
  await other.close();
});

test(
  "a person sees what happened with them and takes it as evidence",
  { tag: "@phone" },
  async ({ page, context }, info) => {
    await signInAs(context, ada);
    await page.goto("/account");
    await page.getByRole("link", { name: "Timeline" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: "Timeline" })).toBeVisible();
    await expect(page.getByRole("link", { name: "We announced version 2 of the privacy policy" })).toBeVisible();
    await expect(
      page.getByRole("link", { name: "Your mail server accepted the mail about version 2 of the privacy policy" }),
    ).toBeVisible();
    await expectAccessible(page);
    const path = info.outputPath("own.jsonl");
    await (await take(page, "Download as evidence")).saveAs(path);
    expect(await verify(path)).toMatchObject({ code: 0, says: expect.stringContaining("computed anew") });
  },
);

test("S14 a stale proof leads to the confirmation, not to a file", async ({ page, context, person }) => {
  await signInAs(context, (await person()).email, { steppedUpAt: null });
  await page.goto("/account/timeline");
  await page.getByRole("link", { name: "Download as evidence" }).click();
  await expect(page).toHaveURL(/\/step-up\?next=%2Faccount%2Ftimeline$/);
});
