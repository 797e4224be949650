import { isSigned, type PublicKey, verifyingKey } from "@/lib/crypto/ed25519";
import { signInAs, signInAsStaff } from "../fixtures/sign-in";
import { expect, expectAccessible, test } from "../fixtures/test";

const platformKey = () => ({ authorization: `Bearer ${process.env.PLATFORM_API_KEY}` });

test("L9 L12 objecting to improvement is one click, holds at once, and one click takes it back", {
  tag: "@phone",
}, async ({ page, person, mailbox }) => {
  const robin = await person();
  await signInAs(page.context(), robin.email);
  await page.goto("/account");
  await page.getByRole("link", { name: /^Object/ }).click();
  const section = page.getByRole("region", { name: "Improvement and analytics" });
  await expect(section.getByText("In use", { exact: true })).toBeVisible();
  await section.getByRole("button", { name: /^Object/ }).click();
  await expect(section.getByText("Stopped", { exact: true })).toBeVisible();
  await expect(section.getByText("It stays stopped until you take that back.")).toBeVisible();
  await expectAccessible(page);
  const mail = await mailbox.latest(robin.email, /We stopped using your data for improvement/);
  expect(mail.text).toContain("That is for good");
  await section.getByRole("button", { name: /^Take it back/ }).click();
  await expect(section.getByText("In use", { exact: true })).toBeVisible();
  const fixed = page.getByRole("region", { name: "Security" });
  await expect(fixed.getByRole("button")).toHaveCount(0);
  await expect(fixed.getByText(/It protects your account and everybody else's/)).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("L7 a restriction: the platform is told no, signed, and the person sees it on their timeline", async ({
    page,
    person,
    request,
  }) => {
    const robin = await person();
    await signInAs(page.context(), robin.email);
    const ask = async (purpose: string) => {
      const answer = await request.get(`/api/v1/processing/${robin.userId}?purpose=${purpose}`, {
        headers: platformKey(),
      });
      expect(answer.status()).toBe(200);
      return answer.json();
    };
    expect(await ask("communication")).toMatchObject({
      subject: robin.userId,
      allowed: true,
      reason: "no-limit",
      since: null,
    });
    await page.goto("/account/uses");
    await page.getByLabel("I need it for a legal claim").check();
    await page.getByRole("button", { name: "Limit it" }).click();
    await expect(page.getByText(/You had every use limited \(GDPR Art. 18\(1\)\(c\)\)/)).toBeVisible();
    const told = await ask("communication");
    expect(told).toMatchObject({ allowed: false, reason: "restriction" });
    await ask("communication");
    expect(await ask("security")).toMatchObject({ allowed: true, reason: "protection-of-others" });

    const { keys } = await (await request.get("/.well-known/evidence-keys.json")).json();
    const [head = "", body = "", signature = ""] = String(told.jws).split(".");
    const header = JSON.parse(Buffer.from(head, "base64url").toString());
    const key = keys.find(({ kid }: PublicKey) => kid === header.kid);
    expect(isSigned(verifyingKey(key), `${head}.${body}`, signature)).toBe(true);
    const claims = JSON.parse(Buffer.from(body, "base64url").toString());
    expect(claims).toMatchObject({ sub: robin.userId, purpose: "communication", allowed: false });
    expect(claims.exp * 1000).toBe(Date.parse(told.validUntil));

    const { changes } = await (await request.get("/api/v1/processing/changes", { headers: platformKey() })).json();
    expect(changes).toContainEqual(
      expect.objectContaining({ subject: robin.userId, kind: "restriction", what: "asked" }),
    );
    const bulk = await request.post("/api/v1/processing", {
      headers: platformKey(),
      data: {
        questions: [
          { subject: robin.userId, purpose: "analytics" },
          { subject: "nobody", purpose: "analytics" },
        ],
      },
    });
    expect((await bulk.json()).answers.map(({ allowed }: { allowed: boolean }) => allowed)).toEqual([false, true]);

    await page.goto("/account/timeline");
    await expect(page.getByText(/was stopped from using your data for communication, 2 times on/)).toBeVisible();
    await expect(page.getByText(/You had every use limited: your data is only stored/)).toBeVisible();
  });
});

test("W5 S5 the platform's addresses answer wrong questions in problem details, and nobody without a key", async ({
  request,
}) => {
  const at = (query: string, headers = platformKey()) => request.get(`/api/v1/processing/someone${query}`, { headers });
  for (const authorization of ["", "Bearer x", `Bearer ${"0".repeat(64)}`, `Basic ${process.env.PLATFORM_API_KEY}`]) {
    const answer = await at("?purpose=improvement", { authorization });
    expect(answer.status()).toBe(401);
    expect(answer.headers()["content-type"]).toMatch(/^application\/problem\+json/);
  }
  for (const query of [
    "",
    "?purpose=marketing",
    "?purpose=improvement&system=nowhere",
    "?purpose=improvement&sytem=operno",
  ]) {
    const answer = await at(query);
    expect(answer.status(), query).toBe(400);
    expect(await answer.json()).toMatchObject({ status: 400, title: "Bad request" });
  }
  const post = (data: unknown) => request.post("/api/v1/processing", { headers: platformKey(), data: data as object });
  expect((await post({ questions: [] })).status()).toBe(400);
  const question = { subject: "someone", purpose: "improvement" };
  expect((await post({ questions: Array.from({ length: 1001 }, () => question) })).status()).toBe(400);
  expect((await post({ questions: Array.from({ length: 1000 }, () => question) })).status()).toBe(200);
  expect((await request.get("/api/v1/processing/changes?after=-1", { headers: platformKey() })).status()).toBe(400);
});

test("L7 staff weigh a restriction, announce its end by mail, and the person sees when", async ({
  page,
  person,
  browser,
  mailbox,
  sql,
}) => {
  const robin = await person();
  const { personId } = await signInAs(page.context(), robin.email);
  await page.goto("/account/uses");
  await page.getByRole("button", { name: "Limit it" }).click();
  await expect(page.getByText(/You had every use limited/)).toBeVisible();
  const [row] = await sql`select reference from cases where subject_id = ${personId}`;
  const context = await browser.newContext();
  await signInAsStaff(context, "agent");
  const desk = await context.newPage();
  await desk.goto(`/admin/cases/${row?.reference}`);
  const what = desk.locator("#processing");
  await expect(what.getByText("To be weighed")).toBeVisible();
  await expectAccessible(desk);
  await what.getByLabel("What holds from now on").fill("We only store it until we agree on what is right.");
  await what.getByRole("button", { name: "Uphold" }).click();
  await expect(what.getByText("Upheld", { exact: true })).toBeVisible();
  await what.locator("summary", { hasText: "Announce that it ends" }).click();
  await what.getByLabel("Why").selectOption("accuracy-settled");
  await what.getByLabel("The reasons, in words for this person").first().fill("The number was wrong and is right now.");
  await what.getByRole("button", { name: "Announce it" }).click();
  await expect(what.getByText("End announced")).toBeVisible();
  const mail = await mailbox.latest(robin.email, /we no longer apply/);
  expect(mail.text).toMatch(/What was\s+disputed was checked/);
  await page.reload();
  await expect(page.getByText(/It ends on/)).toBeVisible();
  await expect(page.getByText("Stored only").first()).toBeVisible();
  await context.close();
});

test.describe("Global Privacy Control", () => {
  test.use({ extraHTTPHeaders: { "sec-gpc": "1" } });

  test("W4 the signal stops improvement from a public page on, is shown as such, and what is taken back stays taken back", async ({
    page,
    person,
    sql,
  }) => {
    const robin = await person();
    const { personId } = await signInAs(page.context(), robin.email);
    const heard = async () => (await sql`select 1 from processing_records where person_id = ${personId}`).length;
    for (let visit = 0; visit < 2; visit++) {
      await page.goto("/privacy");
      await expect.poll(heard).toBe(1);
    }
    await page.goto("/account/uses");
    const section = page.getByRole("region", { name: "Improvement and analytics" });
    await expect(section.getByText(/Your browser sends Global Privacy Control/)).toBeVisible();
    await expect(section.getByText("Stopped", { exact: true })).toBeVisible();
    await section.getByRole("button", { name: /^Take it back/ }).click();
    await expect(section.getByText("In use", { exact: true })).toBeVisible();
    await page.reload();
    await expect(section.getByText("In use", { exact: true })).toBeVisible();
    await page.goto("/account/timeline");
    await expect(page.getByText(/Global Privacy Control signal objected to improvement/)).toBeVisible();
  });
});
