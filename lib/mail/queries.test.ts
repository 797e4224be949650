import { afterEach, expect, it } from "vitest";
import { GET as mailHtml } from "@/app/dev/mailbox/[id]/html/route";
import MailPage from "@/app/dev/mailbox/[id]/page";
import MailboxPage from "@/app/dev/mailbox/page";
import { testDatabase } from "@/test/database";
import { PolicyNotice } from "../../emails/policy-notice";
import { resetEnv } from "../env";
import { newId } from "../ids";
import { mailboxIsOpen, mailboxMail, mailboxPage } from "./queries";
import { sendNow } from "./send";

testDatabase();
const names = ["TRUST_CENTER_MODE", "RESEND_API_KEY", "RESEND_WEBHOOK_SECRET"] as const;
const before = names.map((name) => [name, process.env[name]] as const);

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  resetEnv();
});

it("the local mailbox shows its mails in the demo and in tests, and nothing of them in production", async () => {
  const to = "mailbox@b.example";
  await sendNow("policy-notice", to, PolicyNotice.PreviewProps, newId());
  let id = "";
  for (const mode of ["test", "demo"]) {
    process.env.TRUST_CENTER_MODE = mode;
    resetEnv();
    expect(mailboxIsOpen()).toBe(true);
    const rows = await mailboxPage({ to });
    expect(rows).toMatchObject([{ recipient: to }]);
    id = String(rows?.[0]?.id);
    expect(await mailboxMail(id)).toMatchObject({ recipient: to });
    expect((await mailHtml(new Request("http://localhost"), { params: Promise.resolve({ id }) })).status).toBe(200);
  }
  process.env.TRUST_CENTER_MODE = "production";
  process.env.RESEND_API_KEY = "re_test_only";
  process.env.RESEND_WEBHOOK_SECRET = "whsec_test";
  resetEnv();
  expect(mailboxIsOpen()).toBe(false);
  expect(await mailboxPage({})).toBeNull();
  expect(await mailboxPage({ to })).toBeNull();
  expect(await mailboxMail(id)).toBeNull();
  const missing = { digest: "NEXT_HTTP_ERROR_FALLBACK;404" };
  await expect(MailboxPage({ searchParams: Promise.resolve({ to }) })).rejects.toMatchObject(missing);
  await expect(MailPage({ params: Promise.resolve({ id }), searchParams: Promise.resolve({}) })).rejects.toMatchObject(
    missing,
  );
  expect((await mailHtml(new Request("http://localhost"), { params: Promise.resolve({ id }) })).status).toBe(404);
});
