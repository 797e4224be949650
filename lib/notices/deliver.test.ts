import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, ledgerOf, makeNotice, stream } from "@/test/notices";
import { makeStaff, staffCtx } from "@/test/people";
import { type FakeMail, ResendFake } from "@/test/resend-fake";
import { systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { newId } from "../ids";
import { startWorker } from "../jobs/worker";
import { queueMail } from "../mail/queue-mail";
import { claimBatch, type Run, takeFence } from "./claim-batch";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";
import { pauseNotice } from "./pause-notice";
import { noticeProgress } from "./queries";
import { receiveWebhook } from "./receive-webhook";
import { recordOutcome } from "./record-outcome";
import { resumeNotice } from "./resume-notice";
import { settleBatch } from "./settle-batch";
import { stopNotice } from "./stop-notice";
import { tendNotices } from "./tend-notices";

const database = testDatabase();
let fake: ResendFake;
const job = systemCtx("job:notice.deliver");
const noSleep = async () => {};

beforeAll(() => {
  process.env.RESEND_API_KEY = "re_test_only";
});
beforeEach(async () => {
  fake = new ResendFake();
  process.env.RESEND_BASE_URL = await fake.start();
  process.env.RESEND_WEBHOOK_SECRET = fake.webhookSecret;
  resetEnv();
});
afterEach(async () => {
  onFaultPoint();
  await fake.stop();
});
afterAll(() => {
  delete process.env.RESEND_API_KEY;
  delete process.env.RESEND_BASE_URL;
  delete process.env.RESEND_WEBHOOK_SECRET;
  resetEnv();
});

const frozen = async (count: number) => {
  const people = holders(count);
  const notice = await makeNotice();
  await freezeRecipients(systemCtx("job:notice.freeze"), notice, () => stream(people));
  return { ...notice, people };
};
/** The canary's rest is over. */
const wake = (noticeId: string) => database.sql`update notices set rest_until = null where id = ${noticeId}`;
const deliver = (noticeId: string, run = {}) => deliverNotice(job, { noticeId }, { sleep: noSleep, ...run });
const everybodyOnce = (people: { email: string }[]) => {
  const counts = fake.perAddress();
  expect(counts.size).toBe(people.length);
  expect(people.filter((person) => counts.get(person.email) !== 1)).toEqual([]);
};
/** A mail as the service read it, its fields again in the order they were sent in. */
const inOrder = (mail?: Partial<FakeMail>) => {
  const { from, to, reply_to, subject, html, text, headers, tags } = mail ?? {};
  return { from, to, reply_to, subject, html, text, headers, tags };
};
const noticeRow = async (noticeId: string) => (await database.sql`select * from notices where id = ${noticeId}`)[0];
const report = async (type: string, mail: { id: string; tags?: never[] }, options = {}) => {
  const { body, headers } = fake.report(type, mail, options);
  return receiveWebhook(systemCtx("webhook"), body, (name) => headers[name] ?? null);
};

describe("delivery", () => {
  it("R5, R6: several calls at once where the rate leaves plenty of room, one after the other where it does not", async () => {
    for (const rate of [1000, 5]) {
      fake.mostAtOnce = 0;
      fake.rate = rate;
      fake.fault = () => ({ slowMs: 300 });
      const { noticeId, people } = await frozen(700);
      await deliver(noticeId, { sleep: (ms: number) => new Promise((done) => setTimeout(done, ms)) });
      await wake(noticeId);
      await deliver(noticeId, { sleep: (ms: number) => new Promise((done) => setTimeout(done, ms)) });
      if (rate === 5) expect(fake.mostAtOnce).toBe(1);
      else expect([2, 3]).toContain(fake.mostAtOnce);
      expect(people.filter((person) => fake.perAddress().get(person.email) !== 1)).toEqual([]);
      expect(fake.requests.every(({ status }) => status === 200)).toBe(true);
      expect((await noticeRow(noticeId))?.completed_at).not.toBeNull();
    }
  });

  it("R4: hands over the frozen bytes under one key a batch, each with its hash on record", async () => {
    const { noticeId, people, number } = await frozen(250);
    const before =
      await database.sql`select body_sha256, idempotency_key, size, octet_length(body) as bytes from notice_batches where notice_id = ${noticeId} order by position`;
    expect(before.map((batch) => batch.size)).toEqual([100, 100, 50]);
    // A hundred mails differ in a few words: frozen, they take little more than one.
    expect(Math.max(...before.map((batch) => batch.bytes))).toBeLessThan(40_000);
    await deliver(noticeId);
    await wake(noticeId);
    await deliver(noticeId);
    everybodyOnce(people);
    expect(fake.requests.map((request) => [request.bodySha256, request.key])).toEqual(
      before.map((batch) => [batch.body_sha256, batch.idempotency_key]),
    );
    const rows = await ledgerOf(database.sql, noticeId);
    expect(rows.every((row) => row.state === "sent" && row.sent_at)).toBe(true);
    const mailTo = new Map(fake.mails.map(({ id, key: _, ...mail }) => [mail.to[0], { id, mail }]));
    for (const row of rows) {
      const sent = mailTo.get(String(row.address));
      expect(row.provider_id).toBe(sent?.id);
      // The service's own parsing keeps the order of the fields, so these are the bytes it was given.
      expect(row.content_sha256).toBe(sha256Hex(JSON.stringify(inOrder(sent?.mail))));
    }
    const berlin = fake.mails.find((mail) => mail.to[0] === people[0]?.email);
    expect(berlin?.text).toMatch(/at \d\d:\d\d (CET|CEST|GMT\+\d)/);
    expect(berlin?.text).toContain(`http://localhost:3000/privacy/versions/${number}`);
    expect(berlin?.text).toContain("2 years");
    // Braces in the policy's own words are no places to fill.
    expect(berlin?.text).not.toContain(`${people[0]?.email} stays`);
    expect(berlin?.html).toContain(`version ${number}`.replace("v", "V"));
    expect((await noticeRow(noticeId))?.completed_at).toBeInstanceOf(Date);
    const [left] =
      await database.sql`select count(*)::int as n from notice_batches where notice_id = ${noticeId} and body is not null`;
    expect(left?.n).toBe(0);
  });

  it("R4, R5: nobody gets two and nobody none under dropped answers, 500, 429 and refused connections", async () => {
    const { noticeId, people } = await frozen(700);
    const faults = ["take-and-drop", "500", "429", "take-and-500", "drop", "none"] as const;
    fake.fault = (n) => faults[n % faults.length] ?? "none";
    for (let run = 0; run < 20; run++) {
      await wake(noticeId);
      await deliver(noticeId);
    }
    everybodyOnce(people);
    const keys = new Map<string, Set<string>>();
    for (const { key, bodySha256 } of fake.requests) {
      keys.set(String(key), (keys.get(String(key)) ?? new Set()).add(bodySha256));
    }
    expect([...keys.values()].every((bodies) => bodies.size === 1)).toBe(true);
    expect(await noticeProgress(systemCtx("test"), { noticeId })).toMatchObject({ states: { sent: 700, queued: 0 } });
  });

  it("R5: while a quota is used up the mailing rests, and goes on to everybody once the service takes more", async () => {
    const { noticeId, people } = await frozen(250);
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    fake.fault = () => "quota";
    await deliver(noticeId);
    expect(fake.requests).toHaveLength(1);
    const minutes = (Number((await noticeRow(noticeId))?.rest_until) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(14);
    expect(minutes).toBeLessThanOrEqual(15);
    fake.fault = () => "none";
    await wake(noticeId);
    vi.spyOn(Date, "now").mockReturnValue(Date.now() + 15 * 60_000);
    await deliver(noticeId).finally(() => vi.restoreAllMocks());
    everybodyOnce(people);
  });

  it("H1: dying at any point of freezing and delivering loses nobody and tells nobody twice", async () => {
    const people = holders(230);
    const { noticeId } = await makeNotice();
    for (let deaths = 1, done = false; !done && deaths < 60; deaths++) {
      let left = deaths;
      onFaultPoint(() => {
        if (--left === 0) throw new Error("died");
      });
      try {
        await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(people));
        await wake(noticeId);
        await deliver(noticeId);
        done = (await noticeRow(noticeId))?.completed_at != null;
      } catch (error) {
        expect((error as Error).message).toBe("died");
      }
    }
    onFaultPoint();
    everybodyOnce(people);
    const [rows] =
      await database.sql`select count(*)::int as n, count(distinct platform_user_id)::int as users from notice_recipients where notice_id = ${noticeId}`;
    expect(rows).toMatchObject({ n: 230, users: 230 });
  });

  it("R3: two workers at once send each mail once, and the one overtaken writes nothing", async () => {
    const { noticeId, people } = await frozen(300);
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    await Promise.all([deliver(noticeId), deliver(noticeId), deliver(noticeId)]);
    everybodyOnce(people);
    const { noticeId: second } = await frozen(100);
    const old = (await takeFence(job, second)) as Run;
    const batch = await claimBatch(job, second, old);
    await takeFence(job, second);
    const ids = Array.from({ length: 100 }, () => newId());
    const outcome = { kind: "accepted", ids, pace: { waitMs: 0, room: 1 }, delivered: false } as const;
    const held = { noticeId: second, fence: old.fence, batchId: String(batch?.id) };
    expect(await recordOutcome(job, held, outcome, 0)).toBeNull();
    const [row] =
      await database.sql`select count(*)::int as n from notice_recipients where notice_id = ${second} and state <> 'queued'`;
    expect(row?.n).toBe(0);
  });

  it("R5: keeps the service's rate and leaves a call of each window free", async () => {
    const { noticeId, people } = await frozen(400);
    fake.rate = 2;
    const waits: number[] = [];
    const skipAhead = { offset: 0 };
    fake.now = () => Date.now() + skipAhead.offset;
    const sleep = async (ms: number) => {
      waits.push(ms);
      skipAhead.offset += ms;
    };
    await deliver(noticeId, { sleep });
    await wake(noticeId);
    await deliver(noticeId, { sleep });
    everybodyOnce(people);
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect(fake.requests.every((request) => request.status === 200)).toBe(true);
  });

  it("R5: an unknown outcome older than the key goes to a person, never to an automatic resend", async () => {
    const { noticeId, people } = await frozen(50);
    fake.fault = () => "take-and-drop";
    await deliver(noticeId);
    await database.sql`update notice_batches set first_attempt_at = now() - interval '24 hours' where notice_id = ${noticeId}`;
    fake.fault = () => "none";
    const requests = fake.requests.length;
    await wake(noticeId);
    await deliver(noticeId);
    expect(fake.requests).toHaveLength(requests);
    const progress = await noticeProgress(systemCtx("test"), { noticeId });
    expect(progress?.batches.undecided).toMatchObject([{ size: 50, failure: "outcome-unknown" }]);
    expect(progress?.completedAt).toBeNull();
    const batchId = String(progress?.batches.undecided[0]?.id);
    const officer = await makeStaff("officer");
    const agent = await makeStaff("agent");
    expect(await settleBatch(staffCtx(agent, "agent"), { batchId, decision: "count-as-sent" })).toMatchObject({
      reason: "not-allowed",
    });
    expect(await settleBatch(staffCtx(officer, "officer"), { batchId, decision: "count-as-sent" })).toMatchObject({
      ok: true,
    });
    await deliver(noticeId);
    everybodyOnce(people);
    expect(await noticeProgress(systemCtx("test"), { noticeId })).toMatchObject({
      states: { sent: 50 },
      completedAt: expect.anything(),
    });
  });

  it("R5: an officer who saw that nothing went out sends again under a new key", async () => {
    const { noticeId, people } = await frozen(20);
    fake.fault = () => "drop";
    await deliver(noticeId);
    await database.sql`update notice_batches set first_attempt_at = now() - interval '24 hours' where notice_id = ${noticeId}`;
    fake.fault = () => "none";
    await wake(noticeId);
    await deliver(noticeId);
    const [batch] = await database.sql`select id from notice_batches where notice_id = ${noticeId}`;
    const officer = staffCtx(await makeStaff("officer"), "officer");
    expect(await settleBatch(officer, { batchId: batch?.id, decision: "send-again" })).toMatchObject({ ok: true });
    await deliver(noticeId);
    everybodyOnce(people);
  });

  it("R5: reports that came meanwhile prove a batch whose answer was lost", async () => {
    const { noticeId, people } = await frozen(3);
    fake.fault = () => "take-and-drop";
    await deliver(noticeId);
    for (const mail of fake.mails.slice(0, 3)) expect(await report("email.delivered", mail as never)).toBe("taken");
    await database.sql`update notice_batches set first_attempt_at = now() - interval '24 hours' where notice_id = ${noticeId}`;
    await wake(noticeId);
    await deliver(noticeId);
    everybodyOnce(people);
    expect(await noticeProgress(systemCtx("test"), { noticeId })).toMatchObject({
      states: { delivered: 3 },
      batches: { undecided: [] },
      completedAt: expect.anything(),
    });
  });

  it("records addresses that no mail can reach, and those the service refuses, without harm to others", async () => {
    const people = holders(120);
    const odd = people.map((person, i) =>
      i < 3 ? { ...person, email: ["x", "a@b@c\r\nBcc: d", "ü@ö.example"][i] as string } : person,
    );
    fake.refusedAddresses.add(String(odd[50]?.email));
    const { noticeId } = await makeNotice();
    await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(odd));
    await deliver(noticeId);
    await wake(noticeId);
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(116);
    const failed =
      await database.sql`select failure, count(*)::int as n from notice_recipients where notice_id = ${noticeId} and state = 'failed' group by 1 order by 1`;
    expect(failed.map((row) => [row.failure, row.n])).toEqual([
      ["address", 3],
      ["refused", 1],
    ]);
    const rows = await ledgerOf(database.sql, noticeId);
    expect(rows).toHaveLength(120);
    const idOf = new Map(fake.mails.map((mail) => [mail.to[0], mail.id]));
    for (const row of rows.filter(({ state }) => state === "sent"))
      expect(row.provider_id).toBe(idOf.get(String(row.address)));
  });
});

describe("control", () => {
  it("R6: starts with a canary share, rests, and is woken by the minute's round", async () => {
    const { noticeId, people } = await frozen(300);
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(100);
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(100);
    await database.sql`delete from pgboss.job where name = 'notice.deliver'`;
    await tendNotices(systemCtx("job:notice.tend"));
    const none =
      await database.sql`select 1 from pgboss.job where name = 'notice.deliver' and data->>'noticeId' = ${noticeId}`;
    expect(none).toHaveLength(0);
    await database.sql`update notices set rest_until = now() - interval '1 second' where id = ${noticeId}`;
    await tendNotices(systemCtx("job:notice.tend"));
    const woken =
      await database.sql`select 1 from pgboss.job where name = 'notice.deliver' and data->>'noticeId' = ${noticeId}`;
    expect(woken).toHaveLength(1);
    await deliver(noticeId);
    everybodyOnce(people);
  });

  it("R6: stops itself when the canary bounces, and goes on after an officer looked", async () => {
    const { noticeId, people } = await frozen(300);
    await deliver(noticeId);
    for (const mail of fake.mails.slice(0, 8)) await report("email.bounced", mail as never);
    await wake(noticeId);
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(100);
    expect(await noticeRow(noticeId)).toMatchObject({ pause_reason: "bounces" });
    const [entry] =
      await database.sql`select action from audit_entries where object_id = ${noticeId} and action = 'notice.stopped-itself'`;
    expect(entry).toBeDefined();
    const officer = staffCtx(await makeStaff("officer"), "officer");
    expect(await resumeNotice(officer, { noticeId })).toMatchObject({ ok: true });
    await deliver(noticeId);
    everybodyOnce(people);
  });

  it("R6: pauses, resumes and stops by an officer's hand; stopping erases what was frozen", async () => {
    const { noticeId } = await frozen(500);
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    const officer = staffCtx(await makeStaff("officer"), "officer");
    const agent = staffCtx(await makeStaff("agent"), "agent");
    await deliver(noticeId, { limit: 1 });
    expect(await pauseNotice(agent, { noticeId })).toMatchObject({ reason: "not-allowed" });
    expect(await pauseNotice(officer, { noticeId })).toMatchObject({ ok: true });
    expect(await pauseNotice(officer, { noticeId })).toMatchObject({ reason: "already-done" });
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(100);
    expect(await resumeNotice(officer, { noticeId })).toMatchObject({ ok: true });
    await deliver(noticeId, { limit: 2 });
    expect(fake.mails).toHaveLength(300);
    expect(await stopNotice(officer, { noticeId, reason: "A wrong date in the text" })).toMatchObject({ ok: true });
    await deliver(noticeId);
    expect(fake.mails).toHaveLength(300);
    const [left] =
      await database.sql`select count(*)::int as n from notice_batches where notice_id = ${noticeId} and body is not null`;
    expect(left?.n).toBe(0);
    expect(await resumeNotice(officer, { noticeId })).toMatchObject({ reason: "already-done" });
  });

  it("S14: a power over a mailing needs a fresh proof", async () => {
    const { noticeId } = await frozen(1);
    const who = await makeStaff("officer");
    const stale = staffCtx(who, "officer");
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = Temporal.Now.instant().subtract({ minutes: 6 });
    for (const attempt of [
      pauseNotice(stale, { noticeId }),
      resumeNotice(stale, { noticeId }),
      stopNotice(stale, { noticeId, reason: "because" }),
    ]) {
      expect(await attempt).toMatchObject({ reason: "step-up-required" });
    }
  });

  it("R6: a wrong key at the service pauses the mailing and loses nobody", async () => {
    const { noticeId, people } = await frozen(150);
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    process.env.RESEND_API_KEY = "re_wrong";
    resetEnv();
    await deliver(noticeId);
    expect(await noticeRow(noticeId)).toMatchObject({ pause_reason: "refused" });
    process.env.RESEND_API_KEY = "re_test_only";
    resetEnv();
    await resumeNotice(staffCtx(await makeStaff("officer"), "officer"), { noticeId });
    await deliver(noticeId);
    everybodyOnce(people);
  });

  it("R6: sign-in mail goes out of the queue while the same worker runs a mailing", async () => {
    await database.sql`delete from pgboss.job where name in ('notice.deliver', 'mail.send')`;
    const { noticeId, people } = await frozen(400);
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    fake.fault = (_, body) => (body.startsWith("[") ? { slowMs: 1000 } : "none");
    const worker = await startWorker(["notice.deliver", "mail.send"]);
    try {
      await vi.waitFor(() => expect(fake.mails.length).toBeGreaterThanOrEqual(100), 5000);
      const props = { code: "12345678", link: "x".repeat(43), minutes: 10 };
      const mail = { template: "sign-in-code", to: "now@b.example", props, idempotencyKey: newId() } as const;
      await withTransaction(visitorCtx(), (tx) => queueMail(tx, mail));
      await vi.waitFor(() => expect(fake.perAddress().get("now@b.example")).toBe(1), 5000);
      // The mailing was still going: not every batch had even been handed over.
      expect(fake.mails.length).toBeLessThanOrEqual(people.length - 100 + 1);
      await vi.waitFor(async () => expect((await noticeRow(noticeId))?.completed_at).toBeInstanceOf(Date), 10_000);
    } finally {
      await worker.stop(5);
    }
    expect(fake.perAddress().get("now@b.example")).toBe(1);
    expect(fake.mails).toHaveLength(people.length + 1);
  });

  it("2,000 recipients, one in three calls failing, in bounded time", async () => {
    const started = performance.now();
    const { noticeId, people } = await frozen(2000);
    const frozenMs = performance.now() - started;
    await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
    fake.fault = (n) => (n % 3 === 1 ? "take-and-drop" : "none");
    const at = performance.now();
    await deliver(noticeId);
    const seconds = (performance.now() - at) / 1000;
    everybodyOnce(people);
    console.log(
      `frozen ${Math.round(2000 / (frozenMs / 1000))} mails/s, handed over ${Math.round(2000 / seconds)} mails/s`,
    );
    expect(seconds).toBeLessThan(20);
  });
});
