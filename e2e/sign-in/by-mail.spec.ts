import { expect, expectAccessible, test } from "../fixtures/test";
import { SignInPage } from "./sign-in-page";

test("S12 by code: type the address, read the mail, type the code", { tag: "@phone" }, async ({
  page,
  person,
  mailbox,
}) => {
  const robin = await person();
  const signIn = new SignInPage(page);
  await page.goto("/account/sessions");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Faccount%2Fsessions$/);
  await expectAccessible(page);
  await signIn.ask(robin.email);
  await expect(page.getByText(robin.email)).toBeVisible();
  await expectAccessible(page);
  const mail = await mailbox.latest(robin.email, /your code/i);
  // A wrong code keeps the page and says what to do.
  await signIn.type(mail.code() === "000000" ? "000001" : "000000");
  await expect(page.getByRole("main").getByRole("alert")).toContainText("not right");
  await expectAccessible(page);
  await signIn.type(mail.code());
  await expect(page).toHaveURL(/\/account\/sessions$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sessions");
  await expect(page.getByText("This one")).toBeVisible();
  await expectAccessible(page);
  const alert = await mailbox.latest(robin.email, /new device/i);
  expect(alert.text).toContain("Chrome on");
});

test("S12 by link: the page has a button, and only pressing it signs in", async ({ page, person, mailbox, sql }) => {
  const robin = await person();
  const signIn = new SignInPage(page);
  await signIn.open();
  await signIn.ask(robin.email);
  const mail = await mailbox.latest(robin.email, /your code/i);
  const link = mail.link("/sign-in/link");
  // A mail scanner opens the link first, without cookies: nothing happens.
  for (let scan = 0; scan < 3; scan++) expect((await fetch(link)).status).toBe(200);
  await page.goto(link);
  await expectAccessible(page);
  expect(await page.context().cookies()).not.toContainEqual(expect.objectContaining({ name: "__Host-tc-session" }));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account$/);
  const cookie = (await page.context().cookies()).find(({ name }) => name === "__Host-tc-session");
  expect(cookie).toMatchObject({ secure: true, httpOnly: true, sameSite: "Lax", path: "/" });
  // What the database holds is not what the browser holds (S29).
  expect(await sql`select 1 from sessions where session_token = ${String(cookie?.value)}`).toHaveLength(0);
  await page.context().clearCookies({ name: "__Host-tc-session" });
  await page.goto(link);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is over");
});

test("S12 a stolen link: another browser gets nothing and is told why", async ({
  page,
  browser,
  person,
  mailbox,
  baseURL,
}) => {
  const robin = await person();
  const signIn = new SignInPage(page);
  await signIn.open();
  await signIn.ask(robin.email);
  const mail = await mailbox.latest(robin.email, /your code/i);
  const thief = await browser.newContext({ baseURL: String(baseURL) });
  const other = await thief.newPage();
  await other.goto(mail.link("/sign-in/link"));
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Another browser asked for this");
  await expect(other.getByRole("button", { name: "Sign in" })).toHaveCount(0);
  await expectAccessible(other);
  // The thief's own page is waiting for no code either.
  await other.goto("/sign-in/code");
  await expect(other.getByText("not waiting for a code")).toBeVisible();
  await thief.close();
  // The person is not locked out by that.
  await signIn.type(mail.code());
  await expect(page).toHaveURL(/\/account$/);
});

test("S12 an expired code and link say so and offer a new one", async ({ page, person, mailbox, sql }) => {
  const robin = await person();
  const signIn = new SignInPage(page);
  await signIn.open();
  await signIn.ask(robin.email);
  const mail = await mailbox.latest(robin.email, /your code/i);
  await sql`update challenges set expires_at = now() - interval '1 second'
            where id = (select id from challenges where link_hash = encode(sha256(${new URL(mail.link("/sign-in/link")).searchParams.get("token") ?? ""}::bytea), 'hex'))`;
  await signIn.type(mail.code());
  await expect(page.getByRole("main").getByRole("alert")).toContainText("no longer valid");
  await page.goto(mail.link("/sign-in/link"));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link is over");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Ask for a new one" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("S16 an unknown address sees the same pages; only the mail says so", async ({ page, person, mailbox }) => {
  const known = (await person()).email;
  const unknown = `nobody-${Date.now()}@journey.example`;
  const seen: (string | undefined)[] = [];
  for (const address of [known, unknown]) {
    await page.context().clearCookies();
    const signIn = new SignInPage(page);
    await signIn.open();
    await signIn.ask(address);
    seen.push((await page.getByRole("main").textContent())?.replace(address, "ADDRESS"));
  }
  expect(seen[1]).toBe(seen[0]);
  const mail = await mailbox.latest(unknown, /does not know/i);
  await new SignInPage(page).type(mail.code());
  await expect(page).toHaveURL(/\/account$/);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("S12 by code, with a wrong address and a wrong code first", async ({ page, person, mailbox }) => {
    const robin = await person();
    await page.goto("/sign-in");
    await page.getByLabel("Your mail address").fill("robin at example");
    await page.getByRole("button", { name: "Mail me a code" }).click();
    await expect(page.getByText("Type one mail address")).toBeVisible();
    await expect(page.getByLabel("Your mail address")).toHaveValue("robin at example");
    await page.getByLabel("Your mail address").fill(robin.email);
    await page.getByRole("button", { name: "Mail me a code" }).click();
    await expect(page).toHaveURL(/\/sign-in\/code$/);
    const mail = await mailbox.latest(robin.email, /your code/i);
    await page.getByLabel("Code of six digits").fill(mail.code() === "000000" ? "000001" : "000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("That code is not right")).toBeVisible();
    await page.getByLabel("Code of six digits").fill(mail.code());
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(/\/account$/);
  });
});

test("S18 a place to go on to that is not ours leads to the account", async ({ page, person, mailbox }) => {
  const robin = await person();
  await page.goto("/sign-in?next=//evil.example");
  const signIn = new SignInPage(page);
  await signIn.ask(robin.email);
  await signIn.type((await mailbox.latest(robin.email, /your code/i)).code());
  await expect(page).toHaveURL(/\/account$/);
});

test("S12 next-auth's own endpoints are not there", async ({ request }) => {
  for (const path of ["callback/email?token=x&email=a@b.example", "session", "signin/email", "csrf", "providers"]) {
    expect((await request.get(`/api/auth/${path}`)).status(), path).toBe(404);
    expect((await request.post(`/api/auth/${path}`)).status(), path).toBe(404);
  }
});
