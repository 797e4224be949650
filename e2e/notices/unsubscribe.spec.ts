import { unsubscribeToken } from "@/lib/mail/unsubscribe-token";
import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const packages = "Progress of my packages";

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    test("S28 opening the link changes nothing, its button ends one kind of mail, the account turns it on again", async ({
      page,
      context,
      person,
      sql,
    }) => {
      const { personId } = await signInAs(context, (await person()).email);
      const ended = async () =>
        (await sql`select kind from mail_preferences where person_id = ${personId}`).map((row) => row.kind);
      await page.goto(`/unsubscribe?token=${unsubscribeToken(personId, "package-updates")}`);
      await expect(page.getByText("What still arrives, and why")).toBeVisible();
      expect(await ended()).toEqual([]);
      await page.getByRole("button", { name: "Stop these mails" }).click();
      await expect(page.getByText("You get no more mails about")).toBeVisible();
      expect(await ended()).toEqual(["package-updates"]);
      if (javaScriptEnabled) await expectAccessible(page);
      await page.getByRole("link", { name: /turn them on again/ }).click();
      const box = page.getByLabel(packages);
      await expect(box).not.toBeChecked();
      await box.check();
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Saved. It holds from the next mail on.")).toBeVisible();
      await expect(page.getByLabel(packages)).toBeChecked();
      expect(await ended()).toEqual([]);
    });
  });
}

test("S28 a mail program ends mails by one POST, without cookies", async ({
  playwright,
  baseURL,
  person,
  context,
  sql,
}) => {
  const { personId } = await signInAs(context, (await person()).email);
  const nobody = await playwright.request.newContext({ baseURL: String(baseURL) });
  const address = `/unsubscribe/one-click?token=${unsubscribeToken(personId, "case-updates")}`;
  const shown = await nobody.get(address, { maxRedirects: 0 });
  expect(shown.status()).toBe(303);
  expect(await sql`select 1 from mail_preferences where person_id = ${personId}`).toHaveLength(0);
  const answer = await nobody.post(address, { form: { "List-Unsubscribe": "One-Click" } });
  expect(answer.status()).toBe(200);
  expect(await sql`select 1 from mail_preferences where person_id = ${personId}`).toHaveLength(1);
  expect((await nobody.post(`${address}x`)).status()).toBe(404);
  await nobody.dispose();
});

test("S28 a link that was cut off says so and helps on", { tag: "@phone" }, async ({ page }) => {
  await page.goto("/unsubscribe?token=cut-off");
  await expect(page.getByText("This link says nothing we understand")).toBeVisible();
  await expectAccessible(page);
});
