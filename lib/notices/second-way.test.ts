import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holders, makeNotice, stream } from "@/test/notices";
import { makeStaff, staffCtx } from "@/test/people";
import { systemCtx } from "../context";
import { streamAudience } from "../data-map/audience";
import { closePlatforms } from "../data-map/platform";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { newId } from "../ids";
import { withdrawVersion } from "../policy/withdraw-version";
import { deliverNotice } from "./deliver-notice";
import { recordDeliveryEvent } from "./delivery-event";
import { secondWayCounts } from "./desk-queries";
import { freezeRecipients } from "./freeze-recipients";
import { noticeHours } from "./notice-period";
import { openSecondWays } from "./open-second-ways";
import { noticeProgress } from "./queries";
import { recordSecondWay } from "./record-second-way";
import { refreshGate } from "./refresh-gate";
import { tellOnPlatform } from "./tell-on-platform";
import { tendNotices } from "./tend-notices";

const database = testDatabase();
const ctx = systemCtx("test");
let platform = { name: "", url: "" };
let client: pg.Client;

beforeAll(async () => {
  platform = await platformDatabase();
  process.env.PLATFORM_DATABASE_URL = platform.url;
  resetEnv();
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await closePlatforms();
  await dropDatabase(platform.name);
  delete process.env.PLATFORM_DATABASE_URL;
  resetEnv();
});

/** A delivered notice to the platform's own people, or to invented ones; some of the mails came back. */
async function bouncedNotice(bounces: number, of: "platform" | "strangers" = "platform") {
  const made = await makeNotice();
  const { noticeId } = made;
  await freezeRecipients(ctx, { noticeId }, of === "platform" ? streamAudience : () => stream(holders(4)));
  await deliverNotice(ctx, { noticeId });
  const rows = await database.sql<{ id: string; provider_id: string; platform_user_id: string }[]>`
    select id, provider_id, platform_user_id from notice_recipients where notice_id = ${noticeId} order by id limit ${bounces}`;
  for (const row of rows)
    await withTransaction(ctx, (tx) =>
      recordDeliveryEvent(tx, {
        recipientId: row.id,
        providerId: row.provider_id,
        type: "email.bounced",
        occurredAt: Temporal.Now.instant(),
        webhookId: newId(),
      }),
    );
  await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
  return { ...made, users: rows.map((row) => row.platform_user_id), recipients: rows.map((row) => row.id) };
}

const gate = async (noticeId: string) => {
  const [row] = await database.sql`select gate_opens_at from notices where id = ${noticeId}`;
  return row?.gate_opens_at as Date | null;
};
const ways = (noticeId: string) => database.sql`
  select w.* from notice_second_ways w join notice_recipients r on r.id = w.recipient_id
  where r.notice_id = ${noticeId} order by w.id`;
const open = (noticeId: string) => withTransaction(ctx, (tx) => openSecondWays(tx, noticeId));
const messages = async (users: string[]) =>
  (await client.query("select * from notifications where user_id::text = any($1)", [users])).rows;

describe("people whom the mail did not reach", () => {
  it("change.notice: get a message on the platform, once, and their thirty days count from it", async () => {
    const { noticeId, users, number, effectiveAt } = await bouncedNotice(2);
    expect(await gate(noticeId)).toBeNull();
    await open(noticeId);
    await open(noticeId);
    expect((await ways(noticeId)).map((way) => [way.way, way.told_at])).toEqual(
      Array(2).fill(["platform-message", null]),
    );
    const before = Temporal.Now.instant();
    await tellOnPlatform(ctx, { noticeId });
    await tellOnPlatform(ctx, { noticeId });
    const found = await messages(users);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({
      title: expect.stringContaining("Our privacy policy changes on"),
      body: expect.stringContaining("Usage logs are deleted after one year"),
      link: `http://localhost:3000/privacy/versions/${number}`,
    });
    const opens = Temporal.Instant.fromEpochMilliseconds(Number((await gate(noticeId))?.getTime()));
    expect(Temporal.Instant.compare(opens, before.add({ hours: noticeHours }))).toBeGreaterThanOrEqual(0);
    // The date was chosen so that nobody is late.
    expect(Temporal.Instant.compare(opens, effectiveAt)).toBeLessThan(0);
  });

  it("a run that died after the message was written writes no second one", async () => {
    const { noticeId, users } = await bouncedNotice(1);
    await open(noticeId);
    const dies = tellOnPlatform(ctx, { noticeId }, async (list) => {
      const { putPlatformMessages } = await import("../data-map/platform-outbox");
      await putPlatformMessages(list);
      throw new Error("died");
    });
    await expect(dies).rejects.toThrow("died");
    const [before] = await messages(users);
    await tellOnPlatform(ctx, { noticeId });
    expect(await messages(users)).toEqual(expect.arrayContaining([before]));
    expect((await ways(noticeId)).map((way) => way.told_at)).toEqual([expect.any(Date)]);
  });

  it("without an account there become a task of staff, who say how they told them; the gate opens with the last", async () => {
    const { noticeId, recipients } = await bouncedNotice(2, "strangers");
    await open(noticeId);
    await tellOnPlatform(ctx, { noticeId });
    expect((await ways(noticeId)).map((way) => [way.way, way.failure])).toEqual(Array(2).fill(["staff", "no-account"]));
    expect(await gate(noticeId)).toBeNull();
    const agent = staffCtx(await makeStaff("agent"), "agent");
    const tell = (recipientId: string, by = agent) =>
      recordSecondWay(by, { recipientId, how: "By registered letter, RX 12 345, today." });
    expect(await tell(String(recipients[0]), staffCtx(await makeStaff("auditor"), "auditor"))).toMatchObject({
      reason: "not-allowed",
    });
    const stale = { ...agent, actor: { ...agent.actor, steppedUpAt: null } } as typeof agent;
    expect(await tell(String(recipients[0]), stale)).toMatchObject({ reason: "step-up-required" });
    expect(await tell(newId())).toMatchObject({ reason: "not-found" });
    expect(await tell(String(recipients[0]))).toMatchObject({ ok: true });
    expect(await tell(String(recipients[0]))).toMatchObject({ reason: "already-done" });
    await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
    expect(await gate(noticeId)).toBeNull();
    expect(await tell(String(recipients[1]))).toMatchObject({ ok: true });
    await withTransaction(ctx, (tx) => refreshGate(tx, noticeId));
    expect(await gate(noticeId)).toBeInstanceOf(Date);
    const [stored] = await database.sql`select string_agg(w::text, '') as all from notice_second_ways w`;
    expect(stored?.all).not.toContain("registered letter");
  });

  it("a platform that cannot be written to for an hour leaves them to staff, who lose nothing", async () => {
    const { noticeId } = await bouncedNotice(1);
    await open(noticeId);
    const refused = tellOnPlatform(ctx, { noticeId }, () => Promise.reject(new Error("permission denied")));
    await expect(refused).rejects.toThrow("permission denied");
    const later = systemCtx("test", () => Temporal.Now.instant().add({ minutes: 61 }));
    await withTransaction(later, (tx) => openSecondWays(tx, noticeId));
    expect((await ways(noticeId)).map((way) => [way.way, way.failure])).toEqual([["staff", "not-written"]]);
  });

  it("S20: a login that may only insert there is enough, and nothing else is written", async () => {
    await client.query(
      `do $$ begin create role outbox_only login password 'x'; exception when duplicate_object then null; end $$`,
    );
    await client.query("grant usage on schema public to outbox_only; grant insert on notifications to outbox_only");
    const { noticeId, users } = await bouncedNotice(1);
    await open(noticeId);
    const { homeSystem } = await import("../data-map/load");
    const home = homeSystem();
    if (!home.outbox) throw new Error("no outbox");
    const url = new URL(platform.url);
    url.searchParams.set("options", "-c role=outbox_only");
    const before = home.outbox.url;
    home.outbox.url = () => url.href;
    try {
      await tellOnPlatform(ctx, { noticeId });
    } finally {
      home.outbox.url = before;
    }
    expect((await messages(users)).length).toBeGreaterThan(0);
    expect((await ways(noticeId)).map((way) => way.told_at)).toEqual([expect.any(Date)]);
  });

  it("hear of a withdrawal as they heard of the version: not by mail, and only those who were told", async () => {
    const { noticeId, versionId, users, recipients, number } = await bouncedNotice(3);
    await open(noticeId);
    const [, , untold] = users;
    await tellOnPlatform(ctx, { noticeId }, async (list) => {
      const { putPlatformMessages } = await import("../data-map/platform-outbox");
      return putPlatformMessages(list.filter((one) => one.platformUserId !== untold));
    });
    expect((await ways(noticeId)).map((way) => way.told_at !== null)).toEqual([true, true, false]);
    const officer = staffCtx(await makeStaff("officer"), "officer");
    expect(await withdrawVersion(officer, { versionId })).toMatchObject({ ok: true });
    // What was still to do of the announcement is done with: a version that was withdrawn nobody is told of any more.
    const how = "By registered letter, RX 12 345, today.";
    expect(await recordSecondWay(officer, { recipientId: String(recipients[2]), how })).toMatchObject({
      reason: "not-found",
    });
    await tellOnPlatform(ctx, { noticeId });
    await tendNotices(ctx);
    expect(await ways(noticeId)).toHaveLength(2);

    const [withdrawal] =
      await database.sql`select id from notices where version_id = ${versionId} and kind = 'withdrawal'`;
    const id = String(withdrawal?.id);
    await freezeRecipients(ctx, { noticeId: id });
    await deliverNotice(ctx, { noticeId: id });
    const rows = await database.sql`
      select platform_user_id as user, failure, batch_id from notice_recipients where notice_id = ${id} order by failure`;
    expect(rows.map((row) => row.user)).not.toContain(untold);
    expect(
      rows
        .filter((row) => row.failure === "second-way")
        .map((row) => row.user)
        .sort(),
    ).toEqual([users[0], users[1]].sort());
    expect(rows.filter((row) => row.batch_id === null)).toHaveLength(2);
    await tendNotices(ctx);
    await tellOnPlatform(ctx, { noticeId: id });
    await tellOnPlatform(ctx, { noticeId: id });
    const found = (await messages(users)).filter(({ title }) => title.startsWith("Withdrawn: "));
    expect(found.map((one) => one.user_id).sort()).toEqual([users[0], users[1]].sort());
    expect(found[0]).toMatchObject({
      body: expect.stringContaining(`We told you that version ${number}`),
      link: `http://localhost:3000/privacy/versions/${number}`,
    });
    expect(await noticeProgress(officer, { noticeId: id })).toMatchObject({
      total: rows.length,
      addressed: rows.length - 2,
    });
    expect(await secondWayCounts(officer, { noticeId: id })).toEqual({
      messages: 2,
      waiting: 0,
      forStaff: 0,
      byStaff: 0,
    });
  });
});
