import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeNotice } from "@/test/notices";
import { config } from "@/trust-center.config";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { sendQueuedMail } from "../mail/send-queued-mail";
import { subscriptionToken } from "../mail/subscription-token";
import { askConfirmation } from "./ask-confirmation";
import { clearSubscriptions } from "./clear-subscriptions";
import { confirmSubscription, subscriptionByToken } from "./confirm-subscription";
import { endSubscription } from "./end-subscription";
import { subscribe } from "./subscribe";
import { tellSubscribers } from "./tell-subscribers";

const database = testDatabase();
const ctx = visitorCtx();
const newAddress = () => `reader-${newId()}@subscriber.example`;

/** Hands out every mail that waits, as the worker would. */
async function sendAll(): Promise<void> {
  const waiting = await database.sql`select id from outgoing_mails where sealed is not null order by id`;
  for (const { id } of waiting) await sendQueuedMail(systemCtx("test"), { mailId: id });
}

const mailsTo = (address: string) => database.sql`select * from mailbox where recipient = ${address} order by id`;

/** Asks, lets the job write and hands out the mail; the token of the link in it. */
async function asked(address: string): Promise<string> {
  expect(await subscribe(ctx, { email: address, network: null })).toMatchObject({ ok: true });
  await writeAll();
  const [mail] = (await mailsTo(address)).toReversed();
  return /confirm\?token=([\w-]+)/.exec(String(mail?.text))?.[1] ?? "";
}

async function writeAll(): Promise<void> {
  const rows = await database.sql`select id from policy_subscribers where token_hash is null and confirmed_at is null`;
  for (const { id } of rows) await askConfirmation(systemCtx("test"), { subscriberId: id });
  await sendAll();
}

async function subscribed(): Promise<{ address: string; id: string }> {
  const address = newAddress();
  const token = await asked(address);
  expect(await confirmSubscription(ctx, { token })).toMatchObject({ ok: true });
  const [row] =
    await database.sql`select id from policy_subscribers where confirmed_at is not null order by confirmed_at desc, id desc limit 1`;
  return { address, id: String(row?.id) };
}

describe("a subscription to policy changes", () => {
  it("is confirmed by the mail's link and nothing else; the address stands nowhere in clear", async () => {
    const address = newAddress();
    const token = await asked(address);
    expect(await subscriptionByToken(ctx, token)).toBe("open");
    expect(await subscriptionByToken(ctx, token)).toBe("open");
    expect(await confirmSubscription(ctx, { token: `${token}x` })).toMatchObject({ reason: "not-found" });
    expect(await confirmSubscription(ctx, { token })).toMatchObject({ ok: true });
    expect(await confirmSubscription(ctx, { token })).toMatchObject({ ok: true });
    expect(await subscriptionByToken(ctx, token)).toBe("confirmed");
    const [stored] = await database.sql`
      select (select string_agg(s::text, '') from policy_subscribers s) || (select string_agg(o::text, '') from outgoing_mails o)
        || (select string_agg(data::text, '') from pgboss.job)
        || (select string_agg(convert_from(canonical, 'utf8'), '') from audit_entries) as all`;
    expect(stored?.all).not.toContain(address);
    expect(stored?.all).not.toContain(token);
  });

  it("S16: the form answers the same for a confirmed address, whose owner is told by mail", async () => {
    const { address } = await subscribed();
    const again = await subscribe(ctx, { email: address.toUpperCase(), network: null });
    expect(again).toEqual(await subscribe(ctx, { email: newAddress(), network: null }));
    await writeAll();
    const mails = await mailsTo(address);
    expect(mails.at(-1)).toMatchObject({ template: "subscription-known" });
    expect(mails.at(-1)?.headers).toHaveProperty("List-Unsubscribe-Post");
    const rows = await database.sql`select 1 from policy_subscribers where confirmed_at is null and token_hash is null`;
    expect(rows).toHaveLength(0);
  });

  it("S17: one address can be entered so often, then it takes a pause", async () => {
    const address = newAddress();
    const answers = [];
    for (let i = 0; i < 7; i++) answers.push((await subscribe(ctx, { email: address, network: null })).ok);
    expect(answers.filter(Boolean)).toHaveLength(5);
    expect(await subscribe(ctx, { email: "not an address", network: null })).toMatchObject({ reason: "invalid-input" });
  });

  it("two links of one address make one subscription", async () => {
    const address = newAddress();
    const tokens = [await asked(address), await asked(address)];
    const made = await Promise.all(tokens.map((token) => confirmSubscription(ctx, { token })));
    expect(made.map(({ ok }) => ok)).toEqual([true, true]);
    const rows = await database.sql`
      select address_hash from policy_subscribers where confirmed_at is not null group by address_hash having count(*) > 1`;
    expect(rows).toEqual([]);
  });

  it("brings one mail for a version, however often the job runs, and is never owed by the gate", async () => {
    const { address } = await subscribed();
    const { noticeId, number } = await makeNotice();
    for (let i = 0; i < 2; i++) await tellSubscribers(systemCtx("test"), { noticeId });
    await sendAll();
    const mails = (await mailsTo(address)).filter((mail) => mail.template === "policy-change");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain(`Version ${number}`);
    expect(mails[0]?.text).toContain("Usage logs are deleted after one year instead of two");
    expect(await database.sql`select 1 from notice_recipients where notice_id = ${noticeId}`).toHaveLength(0);
  });

  it("tells of a withdrawal whom it told of the version, and nobody of a version after that", async () => {
    const [told, waiting] = [await subscribed(), await subscribed()];
    const { noticeId, number } = await makeNotice();
    const tell = (withdrawn: boolean) => tellSubscribers(systemCtx("test"), { noticeId, withdrawn });
    const templates = async (address: string) =>
      (await mailsTo(address)).map(({ template }) => template).filter((name) => /^policy/.test(name));
    await tell(false);
    const [mail] =
      await database.sql`select id from outgoing_mails where idempotency_key = ${`subscriber/${noticeId}/${told.id}`}`;
    await sendQueuedMail(systemCtx("test"), { mailId: String(mail?.id) });
    // Not withdrawn: there is nothing to say.
    await tell(true);
    await sendQueuedMail(systemCtx("test"), { mailId: String(mail?.id) });
    expect(await templates(told.address)).toEqual(["policy-change"]);
    await database.sql`update policy_versions set withdrawn_at = now() where number = ${number}`;
    for (let i = 0; i < 2; i++) await tell(true);
    await tell(false);
    await sendAll();
    expect(await templates(told.address)).toEqual(["policy-change", "policy-withdrawn"]);
    expect(await templates(waiting.address)).toEqual([]);
    const [last] = (await mailsTo(told.address)).toReversed();
    expect(last?.text).toContain(`version ${number} of our privacy policy`);
    expect(last?.text).not.toContain("your account");
    expect(last?.headers).toHaveProperty("List-Unsubscribe-Post");
  });

  it("S28: ends with the token of the mail, address and all, and what was still queued does not go out", async () => {
    const { address, id } = await subscribed();
    const { noticeId } = await makeNotice();
    await tellSubscribers(systemCtx("test"), { noticeId });
    expect(await endSubscription(ctx, { token: `${subscriptionToken(id)}x` })).toMatchObject({ reason: "not-found" });
    expect(await endSubscription(ctx, { token: subscriptionToken(newId()).replace(/^[^.]+/, id) })).toMatchObject({
      reason: "not-found",
    });
    for (let i = 0; i < 2; i++)
      expect(await endSubscription(ctx, { token: subscriptionToken(id) })).toMatchObject({ ok: true });
    await sendAll();
    expect((await mailsTo(address)).map((mail) => mail.template)).toEqual(["subscription-confirm"]);
    expect(await database.sql`select 1 from policy_subscribers where id = ${id}`).toHaveLength(0);
  });

  it("has a retention rule of its own, for the asking and for the subscription", async () => {
    const { id } = await subscribed();
    const unconfirmed = newAddress();
    const token = await asked(unconfirmed);
    const later = (duration: Temporal.DurationLike | string) =>
      systemCtx("test", () => Temporal.Now.zonedDateTimeISO("UTC").add(duration).toInstant());
    await clearSubscriptions(later({ hours: config.subscription.confirmHours - 1 }));
    expect(await subscriptionByToken(ctx, token)).toBe("open");
    const late = later({ hours: config.subscription.confirmHours + 1 });
    expect(await confirmSubscription(late, { token })).toMatchObject({ reason: "not-found" });
    await clearSubscriptions(late);
    expect(await subscriptionByToken(ctx, token)).toBeNull();
    const left = () => database.sql`select 1 from policy_subscribers where id = ${id}`;
    expect(await left()).toHaveLength(1);
    await clearSubscriptions(later(config.subscription.keep));
    expect(await left()).toHaveLength(0);
  });
});
