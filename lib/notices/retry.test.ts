import { describe, expect, it } from "vitest";
import { POST } from "@/app/api/webhooks/resend/route";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { makeStaff, staffCtx } from "@/test/people";
import { testResend } from "@/test/resend";
import { systemCtx } from "../context";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";
import { freezeRetry } from "./freeze-retry";
import { retryFailed } from "./retry-failed";

const database = testDatabase();
const fake = testResend();
const ctx = systemCtx("test");

const mailsTo = (address: string) => fake.mails.filter((mail) => mail.to.includes(address));
async function report(type: string, address: string, which = -1) {
  const mail = mailsTo(address).at(which);
  if (!mail) throw new Error("no mail");
  const made = fake.report(type, mail);
  expect((await POST(new Request("http://x.test/api/webhooks/resend", { method: "POST", ...made }))).status).toBe(200);
}

describe("trying failed mails again", () => {
  it("R4: takes those that failed for a passing reason, under a new key, and nobody else; earlier reports count no more", async () => {
    const { noticeId } = await makeNotice();
    const people = holders(5);
    const [refused, unsent, bounced, fine] = people.map((one) => one.email) as [string, string, string, string, string];
    const none = people[4];
    if (none) none.email = "not an address@";
    fake.refusedAddresses.add(refused);
    await freezeRecipients(ctx, { noticeId }, () => stream(people));
    await deliverNotice(ctx, { noticeId });
    await report("email.failed", unsent);
    await report("email.bounced", bounced);
    await report("email.delivered", fine);
    const rows = async () =>
      Object.fromEntries(
        (
          await database.sql`select platform_user_id, state, failure, attempt from notice_recipients
            where notice_id = ${noticeId} order by platform_user_id`
        ).map((row) => [row.platform_user_id.split("-").at(-1), `${row.state} ${row.failure} ${row.attempt}`]),
      );
    const before = {
      0: "failed refused 1",
      1: "failed service 1",
      2: "bounced bounced 1",
      3: "delivered null 1",
      4: "failed address 1",
    };
    expect(await rows()).toEqual(before);

    const officer = staffCtx(await makeStaff("officer"), "officer");
    const stale = { ...officer, actor: { ...officer.actor, steppedUpAt: null } } as typeof officer;
    expect(await retryFailed(stale, { noticeId })).toMatchObject({ reason: "step-up-required" });
    expect(await retryFailed(staffCtx(await makeStaff("agent"), "agent"), { noticeId })).toMatchObject({
      reason: "not-allowed",
    });
    expect(await rows()).toEqual(before);
    fake.refusedAddresses.clear();
    expect(await retryFailed(officer, { noticeId })).toMatchObject({ ok: true });
    for (let i = 0; i < 2; i++) await freezeRetry(ctx, { noticeId });
    expect(await retryFailed(officer, { noticeId })).toMatchObject({ reason: "already-done" });
    for (let i = 0; i < 2; i++) await deliverNotice(ctx, { noticeId });
    expect(await rows()).toEqual({ ...before, 0: "sent null 2", 1: "sent null 2" });
    expect([refused, unsent, bounced, fine].map((address) => mailsTo(address).length)).toEqual([1, 2, 1, 1]);
    const keys = await database.sql`select idempotency_key from notice_batches where notice_id = ${noticeId}`;
    expect(new Set(keys.map((row) => row.idempotency_key)).size).toBe(2);

    await report("email.delivered", unsent);
    await report("email.delivered", refused);
    expect(await rows()).toEqual({ ...before, 0: "delivered null 2", 1: "delivered null 2" });
    const kept = await database.sql`
      select e.type, e.attempt from notice_events e join notice_recipients r on r.id = e.recipient_id
      where r.notice_id = ${noticeId} and r.platform_user_id like '%-1' order by e.id`;
    expect(kept.map((row) => [row.type, row.attempt])).toEqual([
      ["email.failed", 1],
      ["email.delivered", 2],
    ]);
    const [notice] = await database.sql`select completed_at from notices where id = ${noticeId}`;
    expect(notice?.completed_at).toBeInstanceOf(Date);
  });

  it("S27: what is reported late of the first attempt is evidence and decides nothing, before the second went out and after", async () => {
    const { noticeId } = await makeNotice();
    const people = holders(1);
    const [address] = people.map((one) => one.email) as [string];
    await freezeRecipients(ctx, { noticeId }, () => stream(people));
    await deliverNotice(ctx, { noticeId });
    await report("email.failed", address);
    const officer = staffCtx(await makeStaff("officer"), "officer");
    expect(await retryFailed(officer, { noticeId })).toMatchObject({ ok: true });
    await freezeRetry(ctx, { noticeId });
    const row = async () =>
      (
        await database.sql`select state, failure, attempt, provider_id from notice_recipients where notice_id = ${noticeId}`
      )[0];
    const queued = { state: "queued", failure: null, attempt: 2, provider_id: null };
    expect(await row()).toEqual(queued);
    await report("email.delivered", address, 0);
    await report("email.bounced", address, 0);
    expect(await row()).toEqual(queued);
    await deliverNotice(ctx, { noticeId });
    await report("email.complained", address, 0);
    expect(await row()).toEqual({ ...queued, state: "sent", provider_id: mailsTo(address)[1]?.id });
    await report("email.delivered", address, 1);
    expect(await row()).toMatchObject({ state: "delivered" });
    const kept = await database.sql`
      select e.type, e.attempt from notice_events e join notice_recipients r on r.id = e.recipient_id
      where r.notice_id = ${noticeId} order by e.id`;
    expect(kept.map((one) => `${one.type} ${one.attempt}`)).toEqual([
      "email.failed 1",
      "email.delivered 1",
      "email.bounced 1",
      "email.complained 1",
      "email.delivered 2",
    ]);
  });

  it("a notice that was stopped is over", async () => {
    const { noticeId } = await makeNotice();
    await freezeRecipients(ctx, { noticeId }, () => stream(holders(1)));
    const officer = staffCtx(await makeStaff("officer"), "officer");
    await database.sql`update notices set stopped_at = now() where id = ${noticeId}`;
    await database.sql`update notice_recipients set state = 'failed', failure = 'refused' where notice_id = ${noticeId}`;
    expect(await retryFailed(officer, { noticeId })).toMatchObject({ reason: "already-done" });
    await freezeRetry(ctx, { noticeId });
    const [row] = await database.sql`select state, attempt from notice_recipients where notice_id = ${noticeId}`;
    expect(row).toMatchObject({ state: "failed", attempt: 1 });
  });
});
