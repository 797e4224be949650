import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { systemCtx } from "@/lib/context";
import { withTransaction } from "@/lib/db/transaction";
import { enqueue } from "@/lib/jobs/queue";
import { openWithReason } from "../desk/arrange";
import { root } from "../fixtures/server";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const run = promisify(execFile);

/** A command as a person runs it: its exit code and what it says. */
async function npm(...args: string[]): Promise<{ code: number; says: string }> {
  try {
    const { stdout } = await run("npm", ["run", "-s", ...args], { cwd: root });
    return { code: 0, says: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, says: stdout + stderr };
  }
}

test("L6 R9 an erasure leaves a receipt that opens without an account and is checked offline, and a restore does not undo it", async ({
  page,
  person,
  mailbox,
  browser,
  request,
  sql,
  platform,
}, info) => {
  test.slow();
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  await page.goto("/account/deletion");
  await page.getByLabel("Type your address to confirm").fill(robin.email);
  await page.getByRole("button", { name: "Plan the deletion" }).click();
  await expect(page.getByText("Deletion is planned")).toBeVisible();
  const report = { id: randomUUID(), reporter_email: robin.email, message: "it broke" };
  await platform`insert into error_reports ${platform({ ...report, reported_at: new Date(Date.now() - 60_000) })}`;
  await sql`update deletions set grace_ends_at = now() - interval '1 second' where person_id = ${personId}`;
  await withTransaction(systemCtx("e2e"), (tx) => enqueue(tx, "deletion.expire", {}));
  const carriedOut = async () =>
    (await sql`select carried_out_at is not null as yes from deletions where person_id = ${personId}`)[0]?.yes;
  await expect.poll(carriedOut, { timeout: 60_000 }).toBe(true);

  // The mail leads there, in a browser that knows nobody and runs no script.
  const mail = await mailbox.latest(robin.email, /your data was deleted/i);
  const link = mail.link("/receipt/");
  const elsewhere = await browser.newContext({ javaScriptEnabled: false });
  const reader = await elsewhere.newPage();
  await reader.goto(link);
  await expect(reader.getByRole("heading", { level: 1, name: "Receipt: a person's data was deleted" })).toBeVisible();
  await expect(reader.getByRole("row", { name: /^Devices 1/ })).toBeVisible();
  await expect(reader.getByText(/none of them holds what was erased/)).toBeVisible();
  for (const value of [robin.email, robin.userId, robin.name]) expect(await reader.content()).not.toContain(value);
  const [download] = await Promise.all([
    reader.waitForEvent("download"),
    reader.getByRole("link", { name: "Download the signed file" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^receipt-PR-[0-9A-Z]{4}-[0-9A-Z]{4}-1\.json$/);
  const path = info.outputPath("receipt.json");
  await download.saveAs(path);
  await elsewhere.close();

  const keys = info.outputPath("keys.json");
  await writeFile(keys, await (await request.get("/.well-known/evidence-keys.json")).body());
  const proof = ["--account", robin.userId, "--link", link];
  expect(await npm("receipt:verify", "--", path, "--keys", keys, ...proof)).toMatchObject({
    code: 0,
    says: expect.stringMatching(/^Sound: [\s\S]*one of the keys given[\s\S]*It is this account's/),
  });
  const altered = info.outputPath("altered.json");
  await writeFile(altered, (await readFile(path, "utf8")).replace('"keepDays":35', '"keepDays":5'));
  expect(await npm("receipt:verify", "--", altered)).toEqual({
    code: 1,
    says: "Not sound: receipt.backups was altered.\n",
  });

  // The person, who is forgotten here by now, has the link; staff have the case.
  const [one] =
    await sql`select c.reference from cases c join deletions d on d.case_id = c.id where d.person_id = ${personId}`;
  await page.goto(link);
  await expectAccessible(page);
  const desk = await browser.newContext();
  await signInAsStaff(desk, "officer");
  const staffPage = await desk.newPage();
  await openWithReason(staffPage, String(one?.reference));
  await expect(staffPage.getByRole("link", { name: "Open the receipt" })).toBeVisible();
  await desk.close();

  // A backup brings a row of theirs back.
  await platform`insert into error_reports ${platform({ ...report, reported_at: new Date(Date.now() - 60_000 * 60) })}`;
  expect(await npm("erasure:replay", "--", "--dry-run")).toMatchObject({ code: 1 });
  expect(await platform`select 1 from error_reports where id = ${report.id}`).toHaveLength(1);
  expect(await npm("erasure:replay")).toMatchObject({ code: 0, says: expect.stringContaining("in step") });
  expect(await platform`select 1 from error_reports where id = ${report.id}`).toHaveLength(0);
});
