import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, ledgerOf, makeNotice, stream } from "@/test/notices";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { testResend } from "@/test/resend";
import { systemCtx, visitorCtx } from "../context";
import { inForce } from "../policy/queries";
import { withdrawVersion } from "../policy/withdraw-version";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";
import { myNotices, noticeProgress } from "./queries";
import { requestException } from "./request-exception";
import { tendNotices } from "./tend-notices";

const database = testDatabase();
const job = systemCtx("job");
const fake = testResend();
const officer = async () => staffCtx(await makeStaff("officer"), "officer");
const deliver = (noticeId: string, run = {}) => deliverNotice(job, { noticeId }, { sleep: async () => {}, ...run });
const wake = (noticeId: string) =>
  database.sql`update notices set canary_at = now(), rest_until = null where id = ${noticeId}`;
const withdrawalOf = async (versionId: string) =>
  (await database.sql`select * from notices where version_id = ${versionId} and kind = 'withdrawal'`)[0];

it("a withdrawal tells exactly those who were or may have been told, once, and ends the announcement", async () => {
  const people = holders(350).map((one, i) => (i === 0 ? { ...one, email: "nobody" } : one));
  const mine = await makePerson({ platformUserId: String(people[1]?.userId) });
  const { noticeId, versionId, number } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(people));
  await wake(noticeId);
  // One batch is recorded, of one the answer is lost, two are never handed over.
  await deliver(noticeId, { limit: 1 });
  fake.fault = () => "take-and-drop";
  await deliver(noticeId, { limit: 1 });
  fake.fault = () => "none";
  const bounced = fake.mails[5]?.id ?? "";
  await database.sql`update notice_recipients set state = 'bounced', failed_at = now() where provider_id = ${bounced}`;
  const announced = fake.perAddress();
  expect(announced.size).toBe(200);

  const ctx = await officer();
  const answers = await Promise.all([1, 2, 3].map(() => withdrawVersion(ctx, { versionId })));
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  const withdrawal = await withdrawalOf(versionId);
  const jobs = await database.sql`
    select 1 from pgboss.job where name = 'notice.freeze' and data->>'noticeId' = ${withdrawal?.id}`;
  expect(jobs).toHaveLength(1);
  await deliver(noticeId);
  expect(fake.mails).toHaveLength(200);
  expect(await noticeProgress(ctx, { noticeId })).toMatchObject({ stopReason: "withdrawn" });
  const [left] = await database.sql`
    select count(*)::int as n from notice_batches where notice_id = ${noticeId} and body is not null`;
  expect(left?.n).toBe(0);

  const withdrawalId = String(withdrawal?.id);
  await freezeRecipients(job, { noticeId: withdrawalId });
  await freezeRecipients(job, { noticeId: withdrawalId });
  await wake(withdrawalId);
  await deliver(withdrawalId);
  await deliver(withdrawalId);
  const again = fake.mails.slice(200);
  const toldTwice = new Set([...announced.keys()].filter((address) => address !== fake.mails[5]?.to[0]));
  expect(again.map((mail) => mail.to[0]).sort()).toEqual([...toldTwice].sort());
  expect(again[0]?.subject).toMatch(/^Withdrawn: our privacy policy does not change on /);
  expect(again[0]?.text).toContain(`/privacy/versions/${number}`);
  const rows = await ledgerOf(database.sql, withdrawalId);
  expect(rows.every((row) => row.state === "sent" && row.content_sha256)).toBe(true);
  expect(await noticeProgress(ctx, { noticeId: withdrawalId })).toMatchObject({
    kind: "withdrawal",
    completedAt: expect.anything(),
    gateOpensAt: null,
    short: 0,
  });
  const reason = "There is nothing to except here.";
  expect(await requestException(ctx, { noticeId: withdrawalId, reason })).toMatchObject({ reason: "already-done" });
  expect(await myNotices(holderCtx(mine))).toMatchObject([
    { kind: "withdrawal", number, withdrawnAt: expect.anything() },
    { kind: "announcement", number, withdrawnAt: expect.anything() },
  ]);
  await tendNotices(systemCtx("job:notice.tend"));
  const later = { ...visitorCtx(), clock: () => Temporal.Now.instant().add({ hours: 24 * 365 }) };
  expect((await inForce(later))?.id).not.toBe(versionId);
});

it("a version that nobody was told of is withdrawn without a notice", async () => {
  const { noticeId, versionId } = await makeNotice();
  await freezeRecipients(job, { noticeId }, () => stream(holders(3)));
  const before = fake.mails.length;
  expect(await withdrawVersion(await officer(), { versionId })).toMatchObject({ ok: true });
  expect(await withdrawalOf(versionId)).toBeUndefined();
  await deliver(noticeId);
  expect(fake.mails).toHaveLength(before);
});

it("a withdrawal that is frozen while the list of its announcement was still being taken tells nobody", async () => {
  const { noticeId, versionId } = await makeNotice();
  const people = holders(2500);
  async function* slowly() {
    yield people.slice(0, 1000);
    expect(await withdrawVersion(await officer(), { versionId })).toMatchObject({ ok: true });
    yield people.slice(1000);
  }
  await freezeRecipients(job, { noticeId }, slowly);
  expect(await noticeProgress(job, { noticeId })).toMatchObject({ startedAt: null, stopReason: "withdrawn" });
  expect(await withdrawalOf(versionId)).toBeUndefined();
});
