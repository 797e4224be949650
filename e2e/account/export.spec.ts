import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type postgres from "postgres";
import { sha256Hex } from "@/lib/crypto/hash";
import { cases } from "@/lib/db/schema";
import { withTransaction } from "@/lib/db/transaction";
import { createPackage } from "@/lib/exports/create-package";
import { newId, newReference } from "@/lib/ids";
import { readZip } from "@/test/read-zip";
import { signInAs } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

/** Asks for a copy as a person does and opens the page of its package. */
async function askForCopy(page: Page, sql: postgres.Sql, personId: string): Promise<string> {
  await page.goto("/account/requests/new?kind=access");
  await page.getByRole("button", { name: "Ask for a copy" }).click();
  await page.waitForURL(/\/account\/requests\/PR-/);
  const [row] = await sql`select id from packages where person_id = ${personId} order by requested_at desc limit 1`;
  await page.goto(`/account/packages/${row?.id}`);
  return String(row?.id);
}

/** As the form does for a device first seen a moment ago; servers under test have no waiting time of their own. */
function askFromFreshDevice(personId: string, sessionId: string): Promise<string> {
  const now = Temporal.Now.instant();
  const actor = { kind: "holder", personId, sessionId, steppedUpAt: now, freshUntil: now.add({ hours: 24 }) } as const;
  return withTransaction({ actor, requestId: newId() }, async (tx) => {
    const caseId = newId();
    await tx.db.insert(cases).values({
      id: caseId,
      reference: newReference(),
      kind: "access",
      channel: "dashboard",
      subjectId: personId,
      requesterId: personId,
    });
    return (await createPackage(tx, { caseId, personId, scope: "person" })).packageId;
  });
}

/** Until the page says so by itself; without scripts it asks again by a refresh. */
const untilReady = (page: Page) => expect(page.getByText("Ready", { exact: true })).toBeVisible({ timeout: 40_000 });

test(
  "P1 P3 S14 a copy: asked for, watched, confirmed, downloaded, and equal to the database",
  { tag: "@phone" },
  async ({ page, person, mailbox, sql, platform, browser }, info) => {
    const robin = await person();
    const { personId, sessionId } = await signInAs(page.context(), robin.email);
    const packageId = await askForCopy(page, sql, personId);
    await untilReady(page);
    expect((await mailbox.latest(robin.email, /was asked for/)).text).toContain(packageId);
    expect((await mailbox.latest(robin.email, /is ready/)).link("/account/packages/")).toContain(packageId);

    // A session that proved itself too long ago sees the package and not its file.
    await sql`update sessions set stepped_up_at = now() - interval '6 minutes' where id = ${sessionId}`;
    await page.reload();
    await expect(page.getByRole("link", { name: "Download" })).toHaveCount(0);
    await expectAccessible(page);
    const part = `/api/packages/${packageId}/parts/1`;
    expect((await page.request.get(part)).status()).toBe(403);
    await page.getByRole("button", { name: "Confirm and download" }).click();
    await page.waitForURL(/\/step-up/);
    await page.getByRole("button", { name: /code/i }).first().click();
    const code = (await mailbox.latest(robin.email, /confirm|code/i)).code();
    await page
      .getByLabel(/code|digits/i)
      .first()
      .fill(code);
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.waitForURL(new RegExp(packageId));

    const download = page.getByRole("link", { name: "Download" });
    await expect(download).toBeVisible();
    await expectAccessible(page);
    const arrived = page.waitForEvent("download");
    await download.click();
    const file = await (await arrived).path();
    const zip = await readFile(file);
    await expect(page.getByText(sha256Hex(zip))).toBeVisible();
    const files = await readZip(zip);

    for (const [table, column] of [
      ["users", "id"],
      ["devices", "user_id"],
      ["usage_events", "user_id"],
      ["work_orders", "assigned_to"],
    ] as const) {
      const lines = String(files.get(`data/${table}.json`))
        .split("\n")
        .slice(0, -1);
      const fields = Object.keys(JSON.parse(lines[0] ?? "{}") as object);
      const rows = await platform<{ row: string }[]>`
      select row_to_json(t)::text as row from (select ${platform(fields)} from ${platform(table)} where ${platform(column)} = ${robin.userId}) t`;
      expect(lines, table).toEqual(rows.map(({ row }) => row));
      expect(String(files.get(`data/${table}.csv`)).split("\n")[0]).toBe(fields.join(","));
    }

    // The page inside opens by itself, with no network, and says what is there; hostile text stays text.
    const viewer = join(info.outputDir, "index.html");
    await mkdir(info.outputDir, { recursive: true });
    await writeFile(viewer, files.get("index.html") ?? "");
    const apart = await browser.newContext({ offline: true });
    const inside = await apart.newPage();
    const complaints: string[] = [];
    inside.on("console", (message) => complaints.push(message.text()));
    await inside.goto(`file://${viewer}`);
    await expect(inside.getByRole("heading", { level: 1 })).toContainText("Your data");
    await expect(inside.getByText("Replace the pump </script>").first()).toBeVisible();
    expect(complaints).toEqual([]);
    await apart.close();

    expect((await mailbox.latest(robin.email, /was downloaded/)).text).toContain("end the sessions");
  },
);

test("P2 a download that broke off goes on with a range; S19 another person's link opens nothing", async ({
  page,
  person,
  sql,
  browser,
  baseURL,
}) => {
  const [robin, other] = [await person(), await person()];
  const { personId } = await signInAs(page.context(), robin.email);
  const packageId = await askForCopy(page, sql, personId);
  await untilReady(page);
  const part = `/api/packages/${packageId}/parts/1`;
  const whole = await page.request.get(part);
  const headers = whole.headers();
  const body = await whole.body();
  expect(headers["cache-control"]).toContain("no-store");
  expect(headers["content-disposition"]).toMatch(/^attachment; filename="operno-data-\d{4}-\d\d-\d\d\.zip"$/);
  expect(headers["repr-digest"]).toBe(`sha-256=:${Buffer.from(sha256Hex(body), "hex").toString("base64")}:`);
  const first = await page.request.get(part, { headers: { Range: "bytes=0-4999" } });
  expect(first.status()).toBe(206);
  expect(first.headers()["content-range"]).toBe(`bytes 0-4999/${body.length}`);
  const rest = await page.request.get(part, {
    headers: { Range: "bytes=5000-", "If-Range": first.headers().etag ?? "" },
  });
  expect(Buffer.concat([await first.body(), await rest.body()]).equals(body)).toBe(true);
  const outside = await page.request.get(part, { headers: { Range: `bytes=${body.length}-` } });
  expect(outside.status()).toBe(416);
  const changed = await page.request.get(part, { headers: { Range: "bytes=5-9", "If-Range": '"other"' } });
  expect(changed.status()).toBe(200);
  const head = await page.request.head(part);
  expect([head.status(), head.headers().etag]).toEqual([200, headers.etag]);

  for (const signedIn of [true, false]) {
    const apart = await browser.newContext({ baseURL: String(baseURL) });
    if (signedIn) await signInAs(apart, other.email);
    const foreign = await apart.request.get(part);
    const missing = await apart.request.get(part.replace(packageId, "0198c0de-0000-7000-8000-000000000000"));
    expect([foreign.status(), await foreign.text()]).toEqual([404, await missing.text()]);
    await apart.close();
  }
});

test("P2 an expired package is gone and is made again for nothing", async ({ page, person, sql }) => {
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  const packageId = await askForCopy(page, sql, personId);
  await untilReady(page);
  await sql`update packages set expires_at = now() - interval '1 second' where id = ${packageId}`;
  const gone = await page.request.get(`/api/packages/${packageId}/parts/1`, { headers: { Accept: "text/html" } });
  expect(gone.status()).toBe(410);
  expect(await gone.text()).toContain(`/account/packages/${packageId}`);
  await page.reload();
  await expect(page.getByText("This package has been deleted")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Make it again" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/account/packages/") && !url.pathname.endsWith(packageId));
  await untilReady(page);
  await page.goto("/account/packages");
  await expect(page.getByText("Expired", { exact: true })).toBeVisible();
  await expect(page.getByText("Ready", { exact: true })).toBeVisible();
  await expectAccessible(page);
});

test("R13 a full disk is said plainly, with nothing to download and nothing for the person to do", async ({
  page,
  person,
  sql,
}) => {
  const robin = await person();
  const { personId, sessionId } = await signInAs(page.context(), robin.email);
  // As lib/exports/disk-full.long.test.ts finds the row after a try on a disk that is really full; its next try is a day off.
  const packageId = await askFromFreshDevice(personId, sessionId);
  await sql`update packages set not_before = null, started_at = now(), failure = 'disk-full' where id = ${packageId}`;
  await page.goto(`/account/packages/${packageId}`);
  await expect(page.getByText("Our storage is full. Nothing half-written is kept.")).toBeVisible();
  await expect(page.getByText("We try again by ourselves; there is nothing for you to do.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Download" })).toHaveCount(0);
  await expectAccessible(page);
});

test("S14 asked for from a fresh device: waits, and the mail stops it without a session", async ({
  page,
  person,
  mailbox,
  browser,
}) => {
  const robin = await person();
  const { personId, sessionId } = await signInAs(page.context(), robin.email);
  const packageId = await askFromFreshDevice(personId, sessionId);
  await page.goto(`/account/packages/${packageId}`);
  await expect(page.getByText("It waits, for your safety")).toBeVisible();
  await expectAccessible(page);
  const link = (await mailbox.latest(robin.email, /was asked for/)).link("/stop-package");
  const apart = await browser.newContext();
  const anywhere = await apart.newPage();
  await anywhere.goto(link);
  await anywhere.reload();
  await anywhere.getByRole("button", { name: "It was not me: stop it" }).click();
  await expect(anywhere.getByText("Nothing was handed out.")).toBeVisible();
  await apart.close();
  await page.reload();
  await expect(page.getByText("You stopped it")).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("P3 the page of a package asks for news by itself until there is a file", async ({ page, person, sql }) => {
    const robin = await person();
    const { personId } = await signInAs(page.context(), robin.email);
    await askForCopy(page, sql, personId);
    await untilReady(page);
    await expect(page.getByRole("link", { name: "Download" })).toBeVisible();
  });
});
