import { eq } from "drizzle-orm";
import fc from "fast-check";
import { createElement } from "react";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { ResendFake } from "@/test/resend-fake";
import { PolicyNotice } from "../../emails/policy-notice";
import { templates } from "../../emails/registry";
import { systemCtx, visitorCtx } from "../context";
import { mailPreferences, outgoingMails } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { newId } from "../ids";
import { mailAddress } from "./mail-address";
import { mailUrl } from "./mail-url";
import { composeMail, MailRefused } from "./message";
import { queueMail } from "./queue-mail";
import { renderMail } from "./render-mail";
import { sendNow } from "./send";
import { sendQueuedMail } from "./send-queued-mail";
import { readUnsubscribeToken, unsubscribeToken } from "./unsubscribe-token";

const database = testDatabase();
const props = PolicyNotice.PreviewProps;
const content = { subject: "Hello", html: "<p>Hello</p>", text: "Hello" };

const queued = async (key: string) => {
  const [row] = await database.sql`select * from outgoing_mails where idempotency_key = ${key}`;
  return row;
};
const received = (key: string) => database.sql`select * from mailbox where idempotency_key = ${key}`;

describe("addresses and headers", () => {
  it("S25: no CR, LF or other control character reaches a header field", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("\r", "\n", "\r\n", "\u2028", "\0", "\u0085"),
        (text, bad) => {
          expect(() => composeMail("a@b.example", { ...content, subject: text + bad })).toThrow(MailRefused);
          expect(() => composeMail("a@b.example", content, { "X-Test": bad + text })).toThrow(MailRefused);
          expect(() => composeMail(`a${bad}@b.example`, content)).toThrow(MailRefused);
          expect(() => composeMail(`a@b.example${bad}Bcc: x@y.example`, content)).toThrow(MailRefused);
        },
      ),
    );
  });

  it("S25: an address is exactly one address", () => {
    for (const wrong of [
      "",
      "a",
      "a@b",
      "@b.example",
      "a@",
      "a b@c.example",
      "A <a@b.example>",
      "a@b.example,c@d.example",
    ]) {
      expect(mailAddress(wrong)).toBeNull();
    }
    for (const wrong of [
      '"a b"@c.example',
      "a@[127.0.0.1]",
      "a@1.2.3.4",
      "a@b..example",
      ".a@b.example",
      `${"x".repeat(65)}@b.example`,
    ]) {
      expect(mailAddress(wrong)).toBeNull();
    }
    expect(mailAddress("jörg@b.example")).toBeNull();
    expect(mailAddress("a@b\uff0eexample")).toBeNull();
    expect(mailAddress("Ada.Winter+x@Bücher.example")).toBe("Ada.Winter+x@xn--bcher-kva.example");
  });

  it("S25: links come from the configured origin only", () => {
    expect(mailUrl("/account?x=1")).toBe("http://localhost:3000/account?x=1");
    for (const wrong of [
      "//evil.example",
      "/\\evil.example",
      "https://evil.example",
      "account",
      "/a\r\nb",
      "javascript:x",
    ]) {
      expect(() => mailUrl(wrong)).toThrow();
    }
  });
});

describe("rendering", () => {
  it("gives HTML that loads nothing, and text with the same facts and whole addresses", async () => {
    const mail = await renderMail("policy-notice", props);
    expect(mail.subject).toBe("Our privacy policy changes on 4 February 2027");
    expect(mail.html).not.toMatch(/<img|<link|<script|url\(/);
    expect(mail.html).toContain("prefers-color-scheme: dark");
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain("Usage logs are kept for 1 year.");
      expect(part).toContain("http://localhost:3000/privacy/changes/1/2");
    }
    expect(mail.text).toContain("Compare old and new:\nhttp://localhost:3000/privacy/changes/1/2\n");
    expect(mail.text.split("\n").filter((line) => line.length > 78 && !line.includes("http"))).toEqual([]);
  });

  it("escapes what people wrote", async () => {
    const hostile = `</p><script>alert(1)</script><a href="https://evil.example">x</a>`;
    const mail = await renderMail("policy-notice", {
      ...props,
      highlights: [{ label: hostile, sentence: hostile, oldText: hostile, newText: hostile }],
    });
    expect(mail.html).not.toContain("<script>");
    expect(mail.html).not.toContain('href="https://evil');
  });

  it("S25: sends words that speak of what a mail must not load, and refuses a mail that loads it", async () => {
    const text = 'Put an img src=logo there, style="x: url(y)", use url(x), @import and <style>@import</style>';
    const reply = await renderMail("case-reply", { reference: "OP-1", kind: "inquiry", asksBack: false, text });
    expect(reply.text).toContain("img src=logo");
    const highlights = [{ label: text, sentence: text, oldText: text, newText: text }];
    expect((await renderMail("policy-notice", { ...props, highlights })).html).toContain("use url(x)");

    const { component } = templates["case-decided"];
    for (const loading of [
      createElement("img", { src: "/x.png" }),
      createElement("td", { background: "/x.png" } as object),
      createElement("p", { style: { background: "url(/x.png)" } }),
      createElement("style", null, "@import '/x.css'"),
      createElement("style", null, "p { background: url(/x.png) }"),
      createElement("iframe", { title: "x" }),
    ]) {
      templates["case-decided"].component = () => loading;
      try {
        await expect(renderMail("case-decided", {} as never)).rejects.toThrow("loads something");
      } finally {
        templates["case-decided"].component = component;
      }
    }
  });
});

describe("stored mails", () => {
  it("R1: exist exactly when their transaction commits, sealed", async () => {
    const key = newId();
    await withTransaction(visitorCtx(), async (tx) => {
      await queueMail(tx, { template: "policy-notice", to: "gone@b.example", props, idempotencyKey: `no-${key}` });
      throw new Error("rolled back");
    }).catch(() => {});
    await withTransaction(visitorCtx(), (tx) =>
      queueMail(tx, { template: "policy-notice", to: "canary-1@b.example", props, idempotencyKey: key }),
    );
    expect(await queued(`no-${key}`)).toBeUndefined();
    const row = await queued(key);
    expect(row?.sealed.toString("latin1")).not.toContain("canary-1");
    const jobs = await database.sql`select data::text from pgboss.job where name = 'mail.send'`;
    expect(jobs.map((job) => job.data)).toEqual([JSON.stringify({ mailId: row?.id }).replace(":", ": ")]);
  });

  it("R2: go out once for one key, and their content is erased", async () => {
    const key = newId();
    const queue = () =>
      withTransaction(visitorCtx(), (tx) =>
        queueMail(tx, { template: "policy-notice", to: "once@b.example", props, idempotencyKey: key }),
      );
    await Promise.all([queue(), queue(), queue()]);
    const mailId = (await queued(key))?.id as string;
    const run = () => sendQueuedMail(systemCtx("test"), { mailId });
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await received(key)).toHaveLength(1);
    expect(await queued(key)).toMatchObject({ sealed: null, sent_at: expect.any(Date) });
    const ids = await Promise.all([1, 2].map(() => sendNow("policy-notice", "once@b.example", props, key)));
    expect(new Set(ids.map((sent) => sent.providerId)).size).toBe(1);
  });

  it("S28: other kinds carry one-click headers and stop when the person says so", async () => {
    const personId = await makePerson();
    const [first, second, security] = [newId(), newId(), newId()];
    const queue = (idempotencyKey: string, kind: "case-updates" | "security") =>
      withTransaction(holderCtx(personId), (tx) =>
        queueMail(tx, { template: "policy-notice", to: "opt@b.example", personId, props, idempotencyKey, kind }),
      );
    const send = async (key: string) => sendQueuedMail(systemCtx("test"), { mailId: (await queued(key))?.id });
    await queue(first, "case-updates");
    await send(first);
    const [mail] = await received(first);
    expect(mail?.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect(mail?.headers["List-Unsubscribe"]).toMatch(/^<http:\/\/localhost:3000\/unsubscribe\/one-click\?token=\S+>$/);
    expect(mail?.text).toContain(`Stop mails of this kind`);
    expect(mail?.text).toMatch(/<http:\/\/localhost:3000\/unsubscribe\?token=\S+>/);
    await withTransaction(holderCtx(personId), (tx) =>
      tx.db.insert(mailPreferences).values({ personId, kind: "case-updates" }),
    );
    await queue(second, "case-updates");
    await queue(security, "security");
    await send(second);
    await send(security);
    expect(await received(second)).toHaveLength(0);
    expect(await queued(second)).toMatchObject({ sealed: null, skipped_at: expect.any(Date) });
    const [kept] = await received(security);
    expect(kept?.headers).not.toHaveProperty("List-Unsubscribe");
  });

  it("R5: one with an unknown outcome older than the service keeps keys is given up, not sent again", async () => {
    const key = newId();
    await withTransaction(visitorCtx(), (tx) =>
      queueMail(tx, { template: "policy-notice", to: "late@b.example", props, idempotencyKey: key }),
    );
    const mailId = (await queued(key))?.id as string;
    await withTransaction(systemCtx("test"), (tx) =>
      tx.db
        .update(outgoingMails)
        .set({ firstAttemptAt: tx.now.subtract({ hours: 24 }) })
        .where(eq(outgoingMails.id, mailId)),
    );
    await sendQueuedMail(systemCtx("test"), { mailId });
    expect(await received(key)).toHaveLength(0);
    expect(await queued(key)).toMatchObject({ failure: "outcome-unknown", sealed: null });
  });

  it("R5: while the service refuses our key a mail is kept, also longer than it keeps keys, and goes out once it takes it", async () => {
    const fake = new ResendFake();
    process.env.RESEND_BASE_URL = await fake.start();
    const withKey = (value: string) => {
      process.env.RESEND_API_KEY = value;
      resetEnv();
    };
    try {
      const key = newId();
      await withTransaction(visitorCtx(), (tx) =>
        queueMail(tx, { template: "policy-notice", to: "kept@b.example", props, idempotencyKey: key }),
      );
      const mailId = (await queued(key))?.id as string;
      const send = (hours = 0) =>
        sendQueuedMail(
          systemCtx("test", () => Temporal.Now.instant().add({ hours })),
          { mailId },
        );
      withKey("re_rotated");
      await expect(send()).rejects.toMatchObject({ why: "invalid_api_key", final: false });
      await expect(send(30)).rejects.toMatchObject({ final: false });
      expect(await queued(key)).toMatchObject({ failed_at: null, sealed: expect.anything() });
      // One attempt of unknown outcome among them counts from when it was made.
      withKey(fake.apiKey);
      fake.fault = () => "drop";
      await expect(send(31)).rejects.toMatchObject({ final: false });
      withKey("re_rotated");
      await expect(send(32)).rejects.toMatchObject({ final: false });
      expect((await queued(key))?.first_attempt_at).not.toBeNull();
      fake.fault = () => "none";
      withKey(fake.apiKey);
      await send(33);
      expect(fake.perAddress().get("kept@b.example")).toBe(1);
      expect(await queued(key)).toMatchObject({ sealed: null, sent_at: expect.any(Date) });
    } finally {
      delete process.env.RESEND_API_KEY;
      delete process.env.RESEND_BASE_URL;
      resetEnv();
      await fake.stop();
    }
  });

  it("R5: while the service takes no more a mail waits as long as it says and loses no try; after two days it is one that fails", async () => {
    const fake = new ResendFake();
    process.env.RESEND_BASE_URL = await fake.start();
    process.env.RESEND_API_KEY = fake.apiKey;
    resetEnv();
    try {
      const key = newId();
      await withTransaction(visitorCtx(), (tx) =>
        queueMail(tx, { template: "policy-notice", to: "later@b.example", props, idempotencyKey: key }),
      );
      const mailId = (await queued(key))?.id as string;
      const start = Temporal.Now.instant();
      const send = (hours = 0) =>
        sendQueuedMail(
          systemCtx("test", () => start.add({ hours })),
          { mailId },
        );
      await database.sql`delete from pgboss.job where name = 'mail.send'`;
      const waiting = () =>
        database.sql`select extract(epoch from start_after - ${start.toString()}::timestamptz)::float8 as seconds
                     from pgboss.job where name = 'mail.send' and data->>'mailId' = ${mailId}`;
      fake.fault = () => "quota";
      await send();
      const [row, ...more] = await waiting();
      expect(more).toEqual([]);
      expect(row?.seconds).toBeGreaterThan(890);
      expect(row?.seconds).toBeLessThan(910);
      expect(await queued(key)).toMatchObject({ failed_at: null, first_attempt_at: null, sealed: expect.anything() });
      // Once more, by a job that ran twice: one waits.
      await send();
      expect(await waiting()).toHaveLength(1);
      await expect(send(49)).rejects.toMatchObject({ why: "daily_quota_exceeded", final: false });
      expect(await queued(key)).toMatchObject({ failed_at: null, sealed: expect.anything() });
      expect(fake.requests).toHaveLength(1);
    } finally {
      delete process.env.RESEND_API_KEY;
      delete process.env.RESEND_BASE_URL;
      resetEnv();
      await fake.stop();
    }
  });

  it("S25: one to an address that is none fails with a word and no retry", async () => {
    const key = newId();
    await withTransaction(visitorCtx(), (tx) =>
      queueMail(tx, { template: "policy-notice", to: "a@b.example\r\nBcc: c@d.example", props, idempotencyKey: key }),
    );
    await sendQueuedMail(systemCtx("test"), { mailId: (await queued(key))?.id });
    expect(await queued(key)).toMatchObject({ failure: "address", sealed: null });
  });
});

describe("the unsubscribe token", () => {
  it("S28: opens exactly its person and kind", () => {
    const personId = newId();
    const token = unsubscribeToken(personId, "case-updates");
    expect(readUnsubscribeToken(token)).toEqual({ personId, kind: "case-updates" });
    expect(readUnsubscribeToken(token.replace("case-updates", "package-updates"))).toBeNull();
    expect(readUnsubscribeToken(token.replace(personId, newId()))).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => readUnsubscribeToken(text) === null));
  });
});
