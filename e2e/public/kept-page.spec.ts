import { signInAs } from "../fixtures/sign-in";
import { expect, test } from "../fixtures/test";

const browser = { accept: "text/html" };

test("S8 a page that was kept brings one script, with the nonce of its own answer", async ({ request }) => {
  const nonces = new Set<string>();
  for (const path of [
    "/",
    "/privacy",
    "/privacy",
    "/privacy?from=a-mail",
    "/privacy/versions",
    "/privacy/versions/1",
  ]) {
    const answer = await request.get(path, { headers: browser });
    const policy = answer.headers()["content-security-policy"] ?? "";
    const [, nonce] = /script-src 'nonce-([^']+)' 'strict-dynamic';/.exec(policy) ?? [];
    expect((await answer.text()).match(/<script[^>]*>/g), path).toEqual([`<script nonce="${nonce}">`]);
    expect(answer.headers()["cache-control"], path).toContain("no-store");
    expect(answer.headers()["strict-transport-security"], path).toMatch(/max-age=/);
    expect(answer.headers()["x-request-id"], path).toMatch(/^[0-9a-f-]{36}$/);
    nonces.add(String(nonce));
  }
  expect(nonces.size).toBe(6);
});

test("S7 what a visitor gets holds nothing of whoever is signed in", async ({ browser: chromium, person, baseURL }) => {
  const context = await chromium.newContext({ baseURL: String(baseURL) });
  const page = await context.newPage();
  const nav = page.getByRole("navigation", { name: "Main" });
  await page.goto("/privacy");
  await expect(nav.getByRole("link", { name: "Sign in" })).toBeVisible();
  await signInAs(context, (await person()).email);
  await page.goto("/privacy");
  await expect(nav.getByRole("link", { name: "Your data" })).toBeVisible();
  await context.clearCookies();
  await page.goto("/privacy");
  await expect(nav.getByRole("link", { name: "Sign in" })).toBeVisible();
  await context.close();
});

test("choosing the colours ends on the page itself, which reloads without asking", async ({ page }) => {
  for (const [path, colours] of [
    ["/privacy/versions/1", "Dark"],
    ["/", "Light"],
  ] as const) {
    await page.goto(path);
    const method = page.waitForResponse((answer) => answer.request().method() === "POST");
    await page.getByRole("button", { name: colours }).click();
    expect((await method).status()).toBe(303);
    await expect(page.locator("html")).toHaveAttribute("data-theme", colours.toLowerCase());
    await expect(page).toHaveURL(path);
  }
});
