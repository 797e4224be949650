import { randomUUID } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import { cookieNames } from "@/lib/auth/cookies";
import { randomToken, sha256Hex } from "@/lib/crypto/hash";
import { ResendFake } from "@/test/resend-fake";
import { expect, test } from "../fixtures/test";
import { type Instance, secondInstance } from "../transfers/second-instance";

// A start of its own, since here every mail comes and goes by the mail service, as in production.
test.describe.configure({ mode: "serial", timeout: 180_000 });
test.skip(Boolean(process.env.E2E_BASE_URL), "needs a build of its own");

const service = new ResendFake();
let here: Instance;
test.beforeAll(async () => {
  const address = await service.start();
  here = await secondInstance({
    RESEND_API_KEY: service.apiKey,
    RESEND_BASE_URL: address,
    RESEND_WEBHOOK_SECRET: service.webhookSecret,
  });
});
test.afterAll(async () => {
  await here?.stop();
  await service.stop();
});

/** An agent of that instance, signed in with a passkey a moment ago. */
async function deskThere(browser: Browser): Promise<Page> {
  const [token, personId] = [randomToken(), randomUUID()];
  await here.sql`insert into people (id, email, name) values (${personId}, ${`agent-${personId}@operno.example`}, 'Desk')`;
  await here.sql`insert into staff (id, person_id, role, display_name, enrolled_at)
    values (${randomUUID()}, ${personId}, 'agent', 'Journey agent', now())`;
  await here.sql`insert into sessions (session_token, id, user_id, expires, device, device_hash, stepped_up_at, passkey_at)
    values (${sha256Hex(token)}, ${randomUUID()}, ${personId}, now() + interval '1 day', 'Chrome on Linux', 'none', now(), now())`;
  const context = await browser.newContext({ baseURL: here.origin });
  const url = here.origin.replace(/^http:/, "https:");
  const cookie = { name: cookieNames.session, value: token, url, secure: true, httpOnly: true };
  await context.addCookies([{ ...cookie, sameSite: "Lax" }]);
  return context.newPage();
}

const mailTo = async (address: string, subject: RegExp) => {
  await expect
    .poll(() => service.mails.some((mail) => mail.to.includes(address) && subject.test(mail.subject)), {
      timeout: 30_000,
    })
    .toBe(true);
  return service.mails.findLast((mail) => mail.to.includes(address) && subject.test(mail.subject));
};

test("S27 L1 a mail to the privacy address comes in by the signed webhook, staff answer it, the sender reads the answer", async ({
  browser,
  request,
}) => {
  const from = `kim-${randomUUID().slice(0, 8)}@journey.example`;
  const report = (options: { secret?: string } = {}) =>
    service.receive(
      {
        from: `Kim Sender <${from}>`,
        text: "What do you hold about me?",
        files: [{ filename: "badge.pdf", content: Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") }],
      },
      options,
    );
  const post = async ({ body, headers }: ReturnType<typeof report>) =>
    (await request.post(`${here.origin}/api/webhooks/resend`, { data: Buffer.from(body), headers })).status();
  const forged = report({ secret: `whsec_${Buffer.alloc(24, 9).toString("base64")}` });
  expect(await post(forged)).toBe(401);
  const good = report();
  expect(await post({ ...good, body: good.body.replace("Kim", "Tim") })).toBe(401);
  expect(await post(good)).toBe(200);
  // The service reports until it hears an answer, and again when that was lost.
  expect(await post(good)).toBe(200);

  const confirmed = await mailTo(from, /Privacy Policy Inquiry received/);
  const reference = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(confirmed?.subject ?? "")?.[0] ?? "";
  const [row] = await here.sql`select count(*)::int as n from cases where channel = 'mail'`;
  expect(row?.n).toBe(1);

  const desk = await deskThere(browser);
  await desk.goto(`/admin?q=${reference}`);
  await expect(desk.getByText(reference).first()).toBeVisible();
  await desk.goto(`/admin/cases/${reference}`);
  await expect(desk.getByText("What do you hold about me?").first()).toBeVisible();
  await expect(desk.getByRole("link", { name: "badge.pdf" })).toBeVisible();
  await desk.getByLabel("Your reply").fill("We hold nothing about you.");
  await desk.getByRole("button", { name: "Send the reply" }).click();
  await expect(desk.getByText("We hold nothing about you.").first()).toBeVisible();
  await desk.context().close();

  const answer = await mailTo(from, /A reply to your request/);
  const link = /https?:\/\/\S+\/requests\/status\?[^\s)]+/.exec(confirmed?.text ?? "")?.[0] ?? "";
  expect(`${answer?.text}`).toContain("We hold nothing about you.");
  expect(String(answer?.reply_to)).toContain(reference.toLowerCase());
  const kims = await (await browser.newContext()).newPage();
  await kims.goto(link);
  await kims.getByRole("button", { name: "Open" }).click();
  await expect(kims.getByText("We hold nothing about you.")).toBeVisible();
  await kims.context().close();
});
