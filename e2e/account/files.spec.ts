import { readFile } from "node:fs/promises";
import { arrangeCase } from "../desk/arrange";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("S19 S5 a file sent in the thread is staff's to save, and nobody else's; a wrong one is refused with words", {
  tag: "@phone",
}, async ({ page, browser, person, request }) => {
  const robin = await person();
  const { reference } = await arrangeCase(page.context(), robin.email);
  await page.goto(`/account/requests/${reference}`);
  await expectAccessible(page);
  await page.getByLabel("Write to our privacy team").fill("Here is the letter.");
  const field = page.getByLabel("Files (optional)");
  await field.setInputFiles({ name: "run.png", mimeType: "image/png", buffer: Buffer.from("MZ\x90\0 not a picture") });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("One of the files is of a kind we do not take")).toBeVisible();
  await expect(page.getByLabel("Write to our privacy team")).toHaveValue("Here is the letter.");
  await field.setInputFiles({ name: "Brief vom 3. März.png", mimeType: "image/png", buffer: png });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const link = page.getByRole("link", { name: "Brief vom 3. März.png" });
  await expect(link).toBeVisible();
  const at = String(await link.getAttribute("href"));

  const own = await page.request.get(at);
  expect(own.status()).toBe(200);
  expect(own.headers()).toMatchObject({
    "content-type": "image/png",
    "content-disposition": expect.stringMatching(/^attachment; filename="PR-[\w-]+\.png"$/),
    "x-content-type-options": "nosniff",
    "content-security-policy": expect.stringMatching(/^default-src 'none'.*sandbox$/),
    "cache-control": "private, no-store",
  });
  expect((await request.get(at)).status()).toBe(404);
  const another = await browser.newContext({ baseURL: new URL(page.url()).origin });
  await signInAs(another, (await person()).email);
  expect((await another.request.get(at)).status()).toBe(404);
  await another.close();

  const staff = await browser.newContext({ baseURL: new URL(page.url()).origin });
  await signInAsStaff(staff, "auditor");
  const desk = await staff.newPage();
  await desk.goto(`/admin/cases/${reference}`);
  const waiting = desk.waitForEvent("download");
  await desk.getByRole("link", { name: "Brief vom 3. März.png" }).click();
  expect(await readFile(await (await waiting).path())).toEqual(png);
  await staff.close();
});
