import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";
import { SignInPage } from "./sign-in-page";

test("S9 ending a session elsewhere puts it out at its next request", async ({ page, browser, person, baseURL }) => {
  const robin = await person();
  const away = await browser.newContext({ baseURL: String(baseURL) });
  const other = await away.newPage();
  await signInAs(page.context(), robin.email);
  await signInAs(away, robin.email);
  await other.goto("/account/sessions");
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Sessions");
  await page.goto("/account/sessions");
  await expect(page.getByRole("button", { name: /^Sign out Chrome/ })).toHaveCount(2);
  await expectAccessible(page);
  const rows = page.getByRole("listitem").filter({ hasText: "last seen" });
  await rows.getByRole("button", { name: /^Sign out Chrome/ }).click();
  await expect(page.getByRole("button", { name: /^Sign out Chrome/ })).toHaveCount(1);
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in\?next=/);
  await away.close();
});

test("S9 signing out ends the session, also for a copy of its cookie", { tag: "@phone" }, async ({ page, person }) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  const copy = await page.context().cookies();
  await page.goto("/sign-out");
  await expectAccessible(page);
  await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");
  await page.context().addCookies(copy);
  await page.goto("/account/sessions");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("S7 a person's pages are not stored anywhere", async ({ page, person }) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  const answer = await page.goto("/account/sessions");
  expect(answer?.headers()["cache-control"]).toContain("no-store");
});

test("S14 step-up: a new code, then on to where it was asked for", async ({ page, person, mailbox, sql }) => {
  const robin = await person();
  const { sessionId } = await signInAs(page.context(), robin.email, { steppedUpAt: new Date(Date.now() - 3_600_000) });
  const before = (await page.context().cookies()).find(({ name }) => name === "__Host-tc-session")?.value;
  await page.goto("/step-up?next=/account/sessions");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Mail me a code" }).click();
  const mail = await mailbox.latest(robin.email, /confirm/i);
  expect(mail.text).toContain("/not-me?token=");
  await expectAccessible(page);
  await new SignInPage(page).type(mail.code());
  await expect(page).toHaveURL(/\/account\/sessions$/);
  const [row] =
    await sql`select stepped_up_at > now() - interval '1 minute' as fresh from sessions where id = ${sessionId}`;
  expect(row?.fresh).toBe(true);
  // The session has another token now (S9).
  const after = (await page.context().cookies()).find(({ name }) => name === "__Host-tc-session")?.value;
  expect(after).not.toBe(before);
});

test("S14 this was not me: one press signs everybody out", async ({ page, browser, person, mailbox, baseURL }) => {
  const robin = await person();
  await page.goto("/sign-in");
  const signIn = new SignInPage(page);
  await signIn.ask(robin.email);
  await signIn.type((await mailbox.latest(robin.email, /your code/i)).code());
  await expect(page).toHaveURL(/\/account$/);
  const mail = await mailbox.latest(robin.email, /new device/i);
  const owner = await browser.newContext({ baseURL: String(baseURL) });
  const there = await owner.newPage();
  await there.goto(mail.link("/not-me"));
  await expectAccessible(there);
  await page.goto("/account/sessions");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sessions");
  await there.getByRole("button", { name: /Sign everybody out/ }).click();
  await expect(there.getByText("Stopped", { exact: false }).first()).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await owner.close();
});
