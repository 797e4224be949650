import { signInAs } from "./fixtures/sign-in";
import { expect, test } from "./fixtures/test";

/** What holds for every answer of the site, whatever the page. */
const paths = ["/", "/privacy", "/sign-in", "/account", "/admin", "/api/health/live", "/there-is-nothing-here"];

test("S8 every answer carries the headers that protect it", async ({ request }) => {
  for (const path of paths) {
    const headers = (await request.get(path, { maxRedirects: 0 })).headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy, path).toMatch(/script-src 'nonce-[\w+/=]{20,}' 'strict-dynamic'(;|$)/);
    expect(policy, path).not.toContain("unsafe");
    for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      expect(policy, path).toContain(part);
    }
    expect(headers["strict-transport-security"], path).toMatch(/max-age=(\d{8,})/);
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers["referrer-policy"], path).toBe("same-origin");
    expect(headers["permissions-policy"], path).toContain("camera=()");
    expect(headers["x-powered-by"], path).toBeUndefined();
    expect(headers["x-request-id"], path).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("S8 each answer has a nonce of its own, and every script on the page carries it", async ({ request }) => {
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const answer = await request.get("/privacy");
    const [, nonce] = /'nonce-([^']+)'/.exec(answer.headers()["content-security-policy"] ?? "") ?? [];
    nonces.add(String(nonce));
    const scripts = (await answer.text()).match(/<script[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
  }
  expect(nonces.size).toBe(3);
});

test("S8 no page needs an inline style", async ({ request }) => {
  for (const path of ["/", "/privacy", "/privacy/changes/1/2", "/contact", "/sign-in"]) {
    const html = await (await request.get(path)).text();
    expect(html.replace(/<script[\s\S]*?<\/script>/g, ""), path).not.toMatch(/<style|\sstyle="/);
  }
});

test("S4 the image optimiser is off", async ({ request }) => {
  for (const url of ["/icon.svg", "http://169.254.169.254/latest", "https://evil.example/a.png"]) {
    const answer = await request.get(`/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`);
    expect([400, 404]).toContain(answer.status());
  }
});

test("S5 headers that only the framework may set change nothing", async ({ request }) => {
  const answer = await request.get("/admin", {
    headers: {
      "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy",
      "x-middleware-next": "1",
      "x-path": "/account",
    },
    maxRedirects: 0,
  });
  expect(answer.headers().location).toContain("/sign-in");
  expect(answer.headers()["content-security-policy"]).toContain("nonce-");
});

test("S7 what was shown to one person is not shown to the next", async ({ browser, person, baseURL }) => {
  const [ada, ben] = [await person(), await person()];
  const context = await browser.newContext({ baseURL: String(baseURL) });
  const page = await context.newPage();
  await signInAs(context, ada.email);
  const first = await page.goto("/account");
  expect(first?.headers()["cache-control"]).toContain("no-store");
  await expect(page.getByText(ada.email).first()).toBeVisible();
  // "Back" after a page between: the same address twice would be one entry of the browser's history.
  await page.goto("/privacy");
  await context.clearCookies();
  await signInAs(context, ben.email);
  await page.goBack();
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByText(ben.email).first()).toBeVisible();
  expect(await page.content()).not.toContain(ada.email);
  await page.goto("/privacy");
  await context.clearCookies();
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in\b/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const shown = await page.content();
  expect(shown).not.toContain(ben.email);
  expect(shown).not.toContain(ada.email);
  await page.goto("/account");
  expect(new URL(page.url()).pathname).toBe("/sign-in");
  expect(await page.content()).not.toContain(ben.email);
  await context.close();
});
