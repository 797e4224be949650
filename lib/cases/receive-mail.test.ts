import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST } from "@/app/api/webhooks/resend/route";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { testResend } from "@/test/resend";
import type { FakeInbound } from "@/test/resend-inbox";
import { mailsTo } from "@/test/sign-in";
import { attachmentDirectory } from "../attachments/attachment-file";
import { clearAttachmentFiles } from "../attachments/clear-files";
import { openAttachment } from "../attachments/open-attachment";
import { systemCtx } from "../context";
import { sealWithMaster } from "../crypto/seal";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { newId } from "../ids";
import { sendQueuedMail } from "../mail/send-queued-mail";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { emptyPassedOn } from "./empty-passed-on";
import { looseMails } from "./loose-mails";
import { inboundPlace } from "./mail-facts";
import { openLooseMail } from "./open-loose-mail";
import { replyToCase } from "./reply-to-case";
import { takeMail } from "./take-mail";

const database = testDatabase();
const fake = testResend();
let storage = "";
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-mails-"));
  process.env.STORAGE_DIR = storage;
  resetEnv();
});
afterAll(() => rm(storage, { recursive: true, force: true }));

const post = async (made: { body: string; headers: Record<string, string> }) =>
  (await POST(new Request("http://x.test/api/webhooks/resend", { method: "POST", ...made }))).status;
const address = () => `kim-${newId()}@sender.example`;
const job = async () => {
  const rows = await database.sql`select id from inbound_mails where processed_at is null`;
  for (const { id } of rows) await takeMail(systemCtx("test"), { inboundId: id });
};
const rowOf = async (providerId: string) =>
  (
    await database.sql`
      select i.*, c.id as case_id, c.reference, c.subject_id, c.channel, c.kind, m.author, m.internal, c.closed_at
      from inbound_mails i left join case_messages m on m.id = i.message_id left join cases c on c.id = m.case_id
      where i.provider_id = ${providerId}`
  )[0] as Record<string, unknown> & { id: string; case_id: string; reference: string };

/** Reported, fetched and decided. */
async function arrives(mail: FakeInbound) {
  const made = fake.receive(mail);
  expect(await post(made)).toBe(200);
  await job();
  return rowOf(made.mail.id);
}
const desk = async () => staffCtx(await makeStaff("agent"), "agent");
const proof = (domain: string) => [
  "Return-Path: <x@sender.example>",
  `Authentication-Results: amazonses.com; spf=pass (spfCheck: ok) client-ip=192.0.2.1; dkim=pass header.i=@${domain}; dmarc=pass header.from=${domain};`,
];
const pdf = Buffer.from("%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");

describe("a mail to the privacy address", () => {
  it("opens an inquiry whose 72 hours run from the mail's receipt, and is confirmed to where it came from", async () => {
    const from = address();
    const createdAt = new Date(Date.now() - 3 * 3_600_000);
    const row = await arrives({ from: `Kim Sender <${from}>`, text: "How long do you keep logs?", createdAt });
    expect(row).toMatchObject({ channel: "mail", kind: "inquiry", nature: "person", author: "subject" });
    const [clock] = await database.sql`
      select due_at = ${createdAt.toISOString()}::timestamptz + interval '72 hours' as kept, stopped_at from case_clocks
      where case_id = ${row.case_id}`;
    expect(clock).toEqual({ kept: true, stopped_at: null });
    const one = await caseForStaff(await desk(), row.reference);
    expect(one).toMatchObject({ contact: { name: "Kim Sender", email: from }, subject: null });
    expect(one?.messages[0]).toMatchObject({ text: "How long do you keep logs?", mail: { proved: false } });
    const [mail] = await mailsTo(database.sql, from);
    expect(mail).toMatchObject({ template: "inquiry-received", props: { reference: row.reference, channel: "mail" } });
  });

  it("S27: nothing personal lies in the job, the record or the log before and after, and a forged report does nothing", async () => {
    const canary = `canary${newId().replaceAll("-", "")}`;
    const mail = {
      from: `${canary} <${canary}@sender.example>`,
      subject: canary,
      text: canary,
      messageId: `<${canary}@x>`,
    };
    const forged = fake.receive(mail, { secret: `whsec_${Buffer.alloc(24, 9).toString("base64")}` });
    expect(await post(forged)).toBe(401);
    expect(await rowOf(forged.mail.id)).toBeUndefined();
    const late = fake.receive(mail, { at: new Date(Date.now() - 6 * 60_000) });
    expect(await post(late)).toBe(401);
    await arrives({ ...mail, files: [{ filename: `${canary}.pdf`, content: pdf }] });
    const places = await database.sql`
      select 'case' as place from cases c where encode(c.contact, 'escape') || to_jsonb(c)::text like ${`%${canary}%`}
      union all select 'inbound' from inbound_mails i where to_jsonb(i)::text || encode(i.sealed, 'escape') like ${`%${canary}%`}
      union all select 'file' from attachments a where to_jsonb(a)::text || encode(a.name, 'escape') like ${`%${canary}%`}
      union all select 'event' from case_events e where to_jsonb(e)::text like ${`%${canary}%`}
      union all select 'receipt' from webhook_receipts e where to_jsonb(e)::text like ${`%${canary}%`}
      union all select 'message' from case_messages m where encode(m.body, 'escape') like ${`%${canary}%`}
      union all select 'audit' from audit_entries a where encode(a.canonical, 'escape') like ${`%${canary}%`}
      union all select 'payload' from audit_payloads p where p.payload::text like ${`%${canary}%`}
      union all select 'job' from pgboss.job j where j.data::text like ${`%${canary}%`}`;
    expect(places).toEqual([]);
  });

  it("R2: reported twice, fetched twice and sent twice with one Message-ID it is one", async () => {
    const from = address();
    const { mail, ...report } = fake.receive({ from, text: "Once." });
    expect(await post(report)).toBe(200);
    expect(await post(report)).toBe(200);
    // The same mail in a report of its own.
    expect(await post(fake.reportReceived(mail))).toBe(200);
    const row = await rowOf(mail.id);
    await Promise.all([1, 2, 3].map(() => takeMail(systemCtx("test"), { inboundId: row.id })));
    const again = await arrives({ from, text: "Once.", messageId: mail.messageId });
    expect(again).toMatchObject({ nature: "repeated", case_id: null, sealed: null });
    const [count] =
      await database.sql`select count(*)::int as n from inbound_mails i join case_messages m on m.id = i.message_id
      where i.sender_hash = ${String((await rowOf(mail.id)).sender_hash)}`;
    expect(count?.n).toBe(1);
    expect(await mailsTo(database.sql, from)).toHaveLength(1);
    // Somebody else's mail may have that Message-ID: it is a mail of its own.
    expect(await arrives({ from: address(), text: "Other.", messageId: mail.messageId })).toMatchObject({
      nature: "person",
    });
  });

  it("is the known person's only when the service proved their domain", async () => {
    const id = await makePerson({ email: `robin-${newId()}@sender.example` });
    const [person] = await database.sql`select email from people where id = ${id}`;
    const from = String(person?.email);
    expect(await arrives({ from, text: "One." })).toMatchObject({ subject_id: null, proved: false });
    const forged = ["Authentication-Results: mx.evil.example; dmarc=pass header.from=sender.example"];
    expect(await arrives({ from, text: "Two.", head: forged })).toMatchObject({ subject_id: null, proved: false });
    // Written below the service's own result, by whoever sent it.
    const below = [...proof("evil.example"), ...proof("sender.example")];
    expect(await arrives({ from, text: "Three.", head: below })).toMatchObject({ subject_id: null, proved: false });
    const unordered = { from, text: "Four.", head: proof("sender.example"), withoutRaw: true };
    expect(await arrives(unordered)).toMatchObject({ subject_id: null, proved: false });
    expect(await arrives({ from, text: "Five.", head: proof("sender.example") })).toMatchObject({
      subject_id: id,
      proved: true,
    });
  });

  it("an address that nobody can answer is kept for staff, and no mail goes anywhere", async () => {
    const row = await arrives({ from: 'Kim <"a b"@sender.example>', text: "Please answer." });
    expect((await caseForStaff(await desk(), row.reference))?.contact?.email).toBe('"a b"@sender.example');
    expect(row.acknowledged_at).toBeNull();
  });

  it("HTML alone becomes text, and nothing of it acts or loads", async () => {
    const html = `<style>p{color:red}</style><p>Please <b>delete</b> it.</p><script>alert(1)</script><img src="https://t.example/x.png"><a href="https://evil.example/in">Sign in</a><blockquote>Earlier</blockquote>`;
    const row = await arrives({ from: address(), html });
    const text = (await caseForStaff(await desk(), row.reference))?.messages[0]?.text ?? "";
    expect(text).toContain("Please delete it.");
    expect(text).toContain("Sign in <https://evil.example/in>");
    expect(text).not.toMatch(/alert|color|t\.example|<p>/);
  });
});

describe("threading", () => {
  it("a reply to our answer lands in its case by address, by what it follows, or by subject, and opens it again", async () => {
    const from = address();
    const first = await arrives({ from, text: "First." });
    const agent = await desk();
    await replyToCase(agent, { caseId: first.case_id, revision: 0, text: "An answer." });
    const [queued] =
      await database.sql`select id from outgoing_mails where template = 'case-reply' and sealed is not null order by created_at desc limit 1`;
    await sendQueuedMail(systemCtx("test"), { mailId: String(queued?.id) });
    const sent = fake.mails.at(-1);
    const name = first.reference.toLowerCase();
    expect(sent?.reply_to).toBe(`privacy+${name}@operno.example`);
    expect(sent?.headers).toMatchObject({ References: `<${name}@operno.example>`, "X-Loop": "privacy@operno.example" });

    const ways: Partial<FakeInbound>[] = [
      { to: [`privacy+${name}@operno.example`], subject: "Re: hello" },
      {
        subject: "AW: hello",
        head: [`References: <other@x.example> <${name}@operno.example>`, "In-Reply-To: <z@x.example>"],
      },
      { subject: `RE: A reply to your request (${name.replaceAll("-", " ").toUpperCase()})` },
    ];
    for (const way of ways) {
      expect((await caseForStaff(agent, first.reference))?.nextClock ?? null).toBeNull();
      const text = "Thanks.\n\nOn Sat, Nov 28, 2026 at 10:00 Operno wrote:\n> An answer.\n>\n> Yours";
      const row = await arrives({ from: `Kim <${from.toUpperCase()}>`, text, ...way });
      expect(row.case_id).toBe(first.case_id);
      const one = await caseForStaff(agent, first.reference);
      expect(one?.nextClock?.rule).toBe("policy-72h");
      expect(one?.messages.at(-1)).toMatchObject({
        text: "Thanks.",
        mail: { whole: expect.stringContaining("> An answer.") },
      });
      await replyToCase(agent, { caseId: first.case_id, revision: one?.revision ?? 0, text: "Again." });
    }
    const open = await caseForStaff(agent, first.reference);
    await decideCase(agent, {
      caseId: first.case_id,
      revision: open?.revision ?? 0,
      decision: "completed",
      text: "Done.",
    });
    const reopened = await arrives({ from, text: "One more thing.", subject: `Re: ${first.reference}` });
    expect(reopened).toMatchObject({ case_id: first.case_id, closed_at: null });
  });

  it("S19: a reference opens nothing: from another address it is a question of its own that points staff at the case", async () => {
    const first = await arrives({ from: address(), text: "Mine." });
    const stranger = address();
    const row = await arrives({ from: stranger, text: "Tell me about it.", subject: `Re: ${first.reference}` });
    expect(row.case_id).not.toBe(first.case_id);
    expect(row.claimed_case_id).toBe(first.case_id);
    const one = await caseForStaff(await desk(), row.reference);
    expect(one?.messages[0]?.mail?.claims).toBe(first.reference);
    // And the answer says nothing of that case.
    const [mail] = await mailsTo(database.sql, stranger);
    expect(mail?.props.reference).toBe(row.reference);
    expect(JSON.stringify(mail)).not.toContain(first.reference);
  });
});

describe("L11: a mail of whom only companies may name", () => {
  it("is looked up in a job when it is proved to be theirs, and never when a reference leads to a person's answer", async () => {
    const looked = async (mail: FakeInbound) => {
      const { case_id: caseId } = await arrives(mail);
      const jobs =
        await database.sql`select 1 from pgboss.job where name = 'identity.ask' and data->>'caseId' = ${caseId}`;
      return jobs.length;
    };
    const mail = () => ({ from: address(), text: "What do you know about me?" });
    expect(await looked({ ...mail(), head: proof("sender.example") })).toBe(1);
    expect(await looked(mail())).toBe(0);
    expect(await looked({ ...mail(), head: proof("sender.example"), subject: "Re: PR-7K2M-Q4XD" })).toBe(0);
    const person = await makePerson();
    const own = { from: `p-${person}@example.test`, text: "Hello", head: proof("example.test") };
    expect(await looked(own)).toBe(0);
  });

  it("goes with the case that was passed on: of the mail stays that it came, so that it is not taken twice and a flood is still bounded", async () => {
    const from = address();
    const messageId = `<${newId()}@sender.example>`;
    const mail = { from, messageId, text: "What do you know about me?" };
    const row = await arrives({ ...mail, files: [{ filename: "a.pdf", content: pdf }] });
    await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed', approval_ground = 'passed-on'
      where id = ${row.case_id}`;
    await emptyPassedOn(systemCtx("test"), { caseId: row.case_id });
    const [kept] = await database.sql`select message_id, sealed from inbound_mails where id = ${row.id}`;
    expect(kept).toEqual({ message_id: null, sealed: null });
    const [left] = await database.sql`select
      (select count(*)::int from case_messages where case_id = ${row.case_id}) as messages,
      (select count(*)::int from attachments where message_id = ${String(row.message_id)}) as files`;
    expect(left).toEqual({ messages: 0, files: 0 });
    // The same mail under another id of the service is still the same.
    expect(await arrives(mail)).toMatchObject({ nature: "repeated" });
  });

  it("S17: passed on and emptied at once, it still counts for how many cases one address opens", async () => {
    const from = address();
    const mail = { from, text: "What do you know about me?", head: proof("sender.example") };
    const confirmed: boolean[] = [];
    for (let n = 0; n < 6; n++) {
      const { case_id: caseId, acknowledged_at: at } = await arrives(mail);
      confirmed.push(at !== null);
      await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed', approval_ground = 'passed-on'
        where id = ${caseId}`;
      await emptyPassedOn(systemCtx("test"), { caseId });
    }
    // Not confirmed it is not handed on either, and waits for staff.
    expect(confirmed).toEqual([true, true, true, true, true, false]);
  });
});

describe("machines", () => {
  const kinds: [string, string, string[]][] = [
    ["an out-of-office reply", "auto-reply", ["Auto-Submitted: auto-replied"]],
    ["an old responder", "auto-reply", ["Precedence: auto_reply"]],
    ["a mailing list", "list", ["List-Id: <all.lists.example>"]],
    ["a mass mailing", "list", ["Precedence: bulk"]],
    ["a report of a mail server", "bounce", ['Content-Type: multipart/report; report-type="delivery-status"']],
    ["an empty return path", "bounce", ["Return-Path: <>"]],
    ["our own mail come back", "own", ["X-Loop: privacy@operno.example"]],
  ];
  it.each(kinds)(
    "%s is recognised, never answered, and kept as a note where it belongs",
    async (_name, nature, head) => {
      const from = address();
      const first = await arrives({ from, text: "A person's." });
      const before = (await mailsTo(database.sql, from)).length;
      const noted = await arrives({
        from,
        text: "I am away.",
        head,
        subject: `Re: ${first.reference}`,
        files: [{ filename: "a.pdf", content: pdf }],
      });
      expect(noted).toMatchObject({ nature, case_id: first.case_id, author: "system", internal: true });
      const loose = await arrives({ from, text: "I am away.", head });
      expect(loose).toMatchObject({ nature, case_id: null });
      expect(await mailsTo(database.sql, from)).toHaveLength(before);
      const [files] =
        await database.sql`select count(*)::int as n from attachments where message_id = ${String(noted.message_id)}`;
      expect(files?.n).toBe(0);
      const [clocks] = await database.sql`select count(*)::int as n from case_clocks where case_id = ${first.case_id}`;
      expect(clocks?.n).toBe(1);
    },
  );

  it("every mail without a case stands on one page, also of a burst that came in at one instant", async () => {
    const agent = await desk();
    const burst = new Set<string>();
    for (let nth = 0; nth < 65; nth++) {
      const id = newId();
      burst.add(id);
      const mail = { from: "list@example.test", subject: `Digest ${nth}`, text: "News." };
      const sealed = sealWithMaster(inboundPlace(id), JSON.stringify(mail));
      await database.sql`insert into inbound_mails (id, provider_id, received_at, processed_at, nature, sealed)
        values (${id}, ${newId()}, '2026-03-02T09:00:00Z', now(), 'list', ${sealed})`;
    }
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const { mails, next } = await looseMails(agent, { before });
      seen.push(...mails.map(({ id }) => id).filter((id) => burst.has(id)));
      before = next ?? undefined;
    } while (before);
    expect([seen.length, new Set(seen).size]).toEqual([65, 65]);
    await database.sql`delete from inbound_mails where id = any(${[...burst]})`;
  });

  it("S14: staff look through those without a case, and make one of a person's; its hours run from when it came in", async () => {
    const agent = await desk();
    const from = `Agent <agent-${newId()}@rights.example>`;
    const createdAt = new Date(Date.now() - 5 * 3_600_000);
    const mail = { from, subject: "Request for Kim", text: "Erase Kim's data.", head: ["Precedence: bulk"], createdAt };
    const { id } = await arrives(mail);
    const { mails } = await looseMails(agent);
    expect(mails.find((one) => one.id === id)).toMatchObject({ from, subject: "Request for Kim", nature: "list" });
    expect((await looseMails(holderCtx(await makePerson()))).mails).toEqual([]);
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await openLooseMail(auditor, { inboundId: id })).toEqual({ ok: false, reason: "not-allowed" });
    const stale = { ...agent, actor: { ...agent.actor, steppedUpAt: null } } as typeof agent;
    expect(await openLooseMail(stale, { inboundId: id })).toEqual({ ok: false, reason: "step-up-required" });
    const made = await openLooseMail(agent, { inboundId: id });
    if (!made.ok) throw new Error(made.reason);
    expect(await openLooseMail(agent, { inboundId: id })).toEqual({ ok: false, reason: "already-done" });
    const one = await caseForStaff(agent, made.value.caseId);
    expect(one?.messages[0]).toMatchObject({ text: "Request for Kim\n\nErase Kim's data.", author: "subject" });
    expect(one?.clocks[0]?.startedAt).toBe(Temporal.Instant.from(createdAt.toISOString()).toString());
    expect((await looseMails(agent)).mails.find((other) => other.id === id)).toBeUndefined();
    const change = withTransaction(agent, (tx) =>
      tx.db.execute(sql`update inbound_mails set nature = 'own' where message_id is null`),
    );
    await expect(change).rejects.toThrow();
  });

  it("who asks for no automatic answer gets a case and none", async () => {
    const from = address();
    const row = await arrives({ from, text: "Erase me.", head: ["X-Auto-Response-Suppress: All"] });
    expect(row).toMatchObject({ nature: "person", kind: "inquiry", acknowledged_at: null });
    expect(await mailsTo(database.sql, from)).toEqual([]);
  });

  it("two instances that answer each other end after one confirmation", async () => {
    const from = `trust-${newId()}@other.example`;
    const first = await arrives({ from, text: "A person's words, sent on by the other instance." });
    // What we send is what the other instance gets, and the other way round.
    const [queued] =
      await database.sql`select id from outgoing_mails where template = 'inquiry-received' and sealed is not null order by created_at desc limit 1`;
    await sendQueuedMail(systemCtx("test"), { mailId: String(queued?.id) });
    const sent = fake.mails.at(-1);
    const head = Object.entries(sent?.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
    expect(head).toContain("Auto-Submitted: auto-replied");
    const theirs = head.map((line) => line.replaceAll("privacy@operno.example", "privacy@other.example"));
    const back = await arrives({ from, subject: `Re: ${sent?.subject}`, text: "We have your question", head: theirs });
    expect(back).toMatchObject({ nature: "auto-reply", case_id: first.case_id, internal: true });
    expect(await mailsTo(database.sql, from)).toEqual([]);
  });
});

describe("files", () => {
  const namesOf = async () => (await readdir(attachmentDirectory()).catch(() => [])).length;

  it("S32 S23: are kept sealed, under a name of ours, and staff get the same bytes", async () => {
    const hostile = `../../etc/"><script>alert(1)</script>\u202Efdp.exe`;
    const row = await arrives({ from: address(), text: "See the file.", files: [{ filename: hostile, content: pdf }] });
    const agent = await desk();
    const [file] = (await caseForStaff(agent, row.reference))?.messages[0]?.attachments ?? [];
    expect(file).toMatchObject({ name: hostile, bytes: pdf.length, type: "application/pdf", refused: null });
    const opened = await openAttachment(agent, { attachmentId: String(file?.id) });
    if (!opened.ok) throw new Error(opened.reason);
    const parts: Buffer[] = [];
    for await (const part of opened.value.body) parts.push(Buffer.from(part));
    expect(Buffer.concat(parts)).toEqual(pdf);
    expect(opened.value.fileName).toMatch(/^PR-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9a-f]{6}-1\.pdf$/);
    expect(await readdir(attachmentDirectory())).toContain(file?.id);
    expect((await readdir(storage)).toSorted()).toEqual(["attachments"]);
  });

  it("one of 50 MB is refused with its reason and not even fetched; the mail and the others are taken", async () => {
    const before = fake.inbox.sentBytes;
    const liar = { filename: "small.pdf", content: Buffer.concat([pdf, Buffer.alloc(12_000_000)]), size: 100 };
    const row = await arrives({
      from: address(),
      text: "Three files.",
      files: [{ filename: "large.pdf", content: pdf, size: 50_000_000 }, liar, { filename: "good.pdf", content: pdf }],
    });
    expect(fake.inbox.sentBytes - before).toBeLessThan(13_000_000);
    const files = (await caseForStaff(await desk(), row.reference))?.messages[0]?.attachments;
    expect(files?.map(({ name, refused }) => [name, refused])).toEqual([
      ["large.pdf", "too-large"],
      ["small.pdf", "unreadable"],
      ["good.pdf", null],
    ]);
  });

  it("R3: killed after the files were written it runs again; nothing is there twice, and the leftover goes", async () => {
    const { mail, ...report } = fake.receive({
      from: address(),
      text: "File.",
      files: [{ filename: "a.pdf", content: pdf }],
    });
    expect(await post(report)).toBe(200);
    const { id } = await rowOf(mail.id);
    for (const point of ["mail.fetched", "mail.stored"]) {
      onFaultPoint((name) => {
        if (name === point) throw new Error("killed");
      });
      await expect(takeMail(systemCtx("test"), { inboundId: id })).rejects.toThrow("killed");
    }
    onFaultPoint();
    expect(await rowOf(mail.id)).toMatchObject({ processed_at: null, message_id: null });
    await takeMail(systemCtx("test"), { inboundId: id });
    const row = await rowOf(mail.id);
    const kept = await database.sql`select id from attachments where message_id = ${String(row.message_id)}`;
    expect(kept).toHaveLength(1);
    const old = new Date(Date.now() - 2 * 3_600_000);
    for (const name of await readdir(attachmentDirectory())) await utimes(join(attachmentDirectory(), name), old, old);
    const before = await namesOf();
    const { removed } = await clearAttachmentFiles(systemCtx("test"));
    expect(removed).toBeGreaterThanOrEqual(1);
    expect(await namesOf()).toBe(before - removed);
    const [known] = await database.sql`select count(*)::int as n from attachments where wrapped_key is not null`;
    expect(await namesOf()).toBe(known?.n);
  });

  it.each(["429", "500", "drop"] as const)(
    "the service answers %s: the job fails and the next try finishes",
    async (fault) => {
      const { mail, ...report } = fake.receive({ from: address(), text: "Later." });
      expect(await post(report)).toBe(200);
      const { id } = await rowOf(mail.id);
      fake.fault = () => fault;
      await expect(takeMail(systemCtx("test"), { inboundId: id })).rejects.toThrow();
      fake.fault = () => "none";
      await takeMail(systemCtx("test"), { inboundId: id });
      expect(await rowOf(mail.id)).toMatchObject({ nature: "person" });
    },
  );
});

describe("floods", () => {
  it("S17: forty mails of one address are kept whole in few cases, with five confirmations", async () => {
    const from = address();
    const mails = Array.from({ length: 40 }, (_, n) => fake.receive({ from, text: `Mail ${n}` }));
    for (const mail of mails) expect(await post(mail)).toBe(200);
    const ids = await database.sql`select id from inbound_mails where processed_at is null`;
    await Promise.all(ids.map(({ id }) => takeMail(systemCtx("test"), { inboundId: String(id) })));
    const [found] = await database.sql`
      select count(distinct m.case_id)::int as cases, count(distinct m.id)::int as messages from inbound_mails i
      join case_messages m on m.id = i.message_id where i.provider_id = any(${mails.map(({ mail }) => mail.id)})`;
    expect(found).toEqual({ cases: 5, messages: 40 });
    expect(await mailsTo(database.sql, from)).toHaveLength(5);
  });

  /** How many cases these mails lie in, and how many messages are in them. */
  const found = async (rows: { id: string }[]) =>
    (
      await database.sql`
        select count(distinct m.case_id)::int as cases, count(distinct m.id)::int as messages from inbound_mails i
        join case_messages m on m.id = i.message_id where i.id = any(${rows.map(({ id }) => id)})`
    )[0];

  it.each([
    ["asks for no automatic answer", ["X-Auto-Response-Suppress: All"]],
    ["may be a mass mailing", ["List-Unsubscribe: <https://x.example>"]],
  ])("S17: of one address that %s and is never confirmed, no more become cases of their own", async (_what, head) => {
    const from = address();
    const rows = [];
    for (let n = 0; n < 9; n++) rows.push(await arrives({ from, subject: `Subject ${n}`, text: `Mail ${n}`, head }));
    expect(await found(rows)).toEqual({ cases: 5, messages: 9 });
    expect(await mailsTo(database.sql, from)).toEqual([]);
    // What is folded into a case is a question of its own, with what it is about.
    const last = await caseForStaff(await desk(), String(rows.at(-1)?.reference));
    expect(last?.messages.map(({ text }) => text)).toEqual([4, 5, 6, 7, 8].map((n) => `Subject ${n}\n\nMail ${n}`));
    // An hour later they are heard like anybody.
    await database.sql`update inbound_mails set opened_at = opened_at - interval '61 minutes'
      where id = any(${rows.map(({ id }) => id)})`;
    rows.push(await arrives({ from, text: "Again.", head }));
    expect(await found(rows)).toEqual({ cases: 6, messages: 10 });
  });

  it("S17: mails whose sender cannot be read are one sender's, however each is written; staff see whose each says it is", async () => {
    await database.sql`update inbound_mails set opened_at = null`;
    const rows = [];
    for (let n = 0; n < 9; n++)
      rows.push(await arrives({ from: `Kim <"a ${n}"@sender.example>`, text: `Mail ${n}`, messageId: `<same@x>` }));
    expect(await found(rows)).toEqual({ cases: 5, messages: 9 });
    const last = await caseForStaff(await desk(), String(rows.at(-1)?.reference));
    expect(last?.messages.at(-1)?.text).toBe(`From: Kim <"a 8"@sender.example>\n\nMail 8`);
  });

  it("S17: one address that floods once the confirmations of everybody are used up gets no more cases either", async () => {
    await database.sql`
      insert into inbound_mails (id, provider_id, received_at, processed_at, nature, acknowledged_at)
      select gen_random_uuid(), 'flood-' || n, now(), now(), 'person', now() from generate_series(1, 300) n`;
    const from = address();
    const rows = [];
    for (let n = 0; n < 9; n++) rows.push(await arrives({ from, text: `Mail ${n}` }));
    expect(await found(rows)).toEqual({ cases: 5, messages: 9 });
    expect(await mailsTo(database.sql, from)).toEqual([]);
  });

  it("S17: answers to a case that cannot be opened again are bounded as well", async () => {
    const from = address();
    const person = await makePerson({ email: from });
    const reference = `PR-${newId().slice(-9, -5)}-${newId().slice(-4)}`.toUpperCase().replaceAll(/[ILOU]/g, "0");
    await database.sql`
      insert into cases (id, reference, kind, channel, subject_id, decision, decided_at, closed_at)
      values (${newId()}, ${reference}, 'deletion', 'dashboard', ${person}, 'cancelled', now(), now()),
             (${newId()}, ${`${reference}X`}, 'deletion', 'dashboard', ${person}, null, null, null)`;
    const rows = [];
    for (let n = 0; n < 7; n++) rows.push(await arrives({ from, text: `Mail ${n}`, subject: `Re: ${reference}` }));
    expect(await found(rows)).toEqual({ cases: 5, messages: 7 });
  });

  it("S17: one mail each of many addresses: every one has its case, and confirmations end at their bound", async () => {
    await database.sql`update inbound_mails set acknowledged_at = null`;
    await database.sql`
      insert into inbound_mails (id, provider_id, received_at, processed_at, nature, acknowledged_at)
      select gen_random_uuid(), 'earlier-' || n, now(), now(), 'person', now() from generate_series(1, 295) n`;
    const rows = [];
    for (let n = 0; n < 10; n++) rows.push(await arrives({ from: address(), text: `Mail ${n}` }));
    expect(rows.every((row) => row.case_id !== null)).toBe(true);
    expect(rows.filter((row) => row.acknowledged_at !== null)).toHaveLength(5);
  });
});
