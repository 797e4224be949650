import { eq } from "drizzle-orm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { makeStaff, staffCtx } from "@/test/people";
import { type Ctx, systemCtx, visitorCtx } from "../context";
import { policyVersions } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { approveException } from "./approve-exception";
import { deliverNotice } from "./deliver-notice";
import { takesEffectAt } from "./effect-gate";
import { freezeRecipients } from "./freeze-recipients";
import { earliestEffect, noticeHours } from "./notice-period";
import { gateOf, refreshGate } from "./refresh-gate";
import { requestException } from "./request-exception";
import { tendNotices } from "./tend-notices";

const database = testDatabase();
const job = systemCtx("job");

const effectOf = (versionId: string, ctx: Ctx = visitorCtx()) =>
  withRead(ctx, async (tx) => {
    const [row] = await tx.db
      .select({ at: takesEffectAt })
      .from(policyVersions)
      .where(eq(policyVersions.id, versionId));
    return row?.at ?? null;
  });
const refresh = (noticeId: string) => withTransaction(job, (tx) => refreshGate(tx, noticeId));

describe("the notice period", () => {
  it("R14: is thirty full days by the clock of any zone, through any change of summer time", () => {
    const zones = [
      "Pacific/Auckland",
      "Australia/Lord_Howe",
      "America/New_York",
      "Europe/Berlin",
      "Antarctica/Troll",
      "UTC",
    ];
    fc.assert(
      fc.property(fc.integer({ min: 1.7e9, max: 2.2e9 }), fc.constantFrom(...zones), (seconds, zone) => {
        const told = Temporal.Instant.fromEpochMilliseconds(seconds * 1000);
        const after = told.add({ hours: noticeHours }).toZonedDateTimeISO(zone);
        const full = told.toZonedDateTimeISO(zone).add({ days: 30 });
        expect(Temporal.ZonedDateTime.compare(after, full)).toBeGreaterThanOrEqual(0);
        expect(Temporal.Instant.compare(earliestEffect(told), after.toInstant())).toBeGreaterThan(0);
      }),
    );
  });
});

describe("the gate of a version", () => {
  it("opens as announced when everybody was told in time", async () => {
    const { noticeId, versionId, effectiveAt } = await makeNotice();
    expect(await effectOf(versionId)).toBeNull();
    await freezeRecipients(job, { noticeId }, () => stream(holders(30)));
    expect(await effectOf(versionId)).toBeNull();
    await deliverNotice(job, { noticeId });
    expect((await effectOf(versionId))?.equals(effectiveAt)).toBe(true);
  });

  it("opens later when the mailing took too long, never before the last recipient's thirty days", async () => {
    const now = Temporal.Now.instant();
    const effectiveAt = now.add({ hours: 24 * 20 });
    const { noticeId, versionId } = await makeNotice({ announcedAt: now.subtract({ hours: 24 * 11 }), effectiveAt });
    await freezeRecipients(job, { noticeId }, () => stream(holders(3)));
    await deliverNotice(job, { noticeId });
    const [last] =
      await database.sql`select max(sent_at)::text as at from notice_recipients where notice_id = ${noticeId}`;
    const opens = Temporal.Instant.from(last?.at).add({ hours: noticeHours });
    expect((await effectOf(versionId))?.since(opens).total("milliseconds")).toBe(0);
  });

  it("stays shut while somebody was not reached, until two officers logged an exception (S15)", async () => {
    const people = holders(10).map((person, i) => (i < 2 ? { ...person, email: "nobody" } : person));
    const { noticeId, versionId, effectiveAt } = await makeNotice();
    await freezeRecipients(job, { noticeId }, () => stream(people));
    await deliverNotice(job, { noticeId });
    expect(await effectOf(versionId)).toBeNull();
    const [first, second] = [
      staffCtx(await makeStaff("officer"), "officer"),
      staffCtx(await makeStaff("officer"), "officer"),
    ];
    const agent = staffCtx(await makeStaff("agent"), "agent");
    const reason = "Two accounts have no address that works; we wrote to their companies by post.";
    expect(await requestException(agent, { noticeId, reason })).toMatchObject({ reason: "not-allowed" });
    const asked = await requestException(first, { noticeId, reason });
    expect(asked).toMatchObject({ ok: true, value: { recipients: 2 } });
    expect(await requestException(second, { noticeId, reason })).toMatchObject({ reason: "already-done" });
    expect(await effectOf(versionId)).toBeNull();
    const exceptionId = asked.ok ? asked.value.exceptionId : "";
    expect(await approveException(first, { exceptionId })).toMatchObject({ reason: "same-person" });
    await expect(
      database.sql`update notice_exceptions set approved_by = requested_by, approved_at = now() where id = ${exceptionId}`,
    ).rejects.toThrow(/two_people/);
    expect(await approveException(second, { exceptionId })).toMatchObject({ ok: true });
    expect(await approveException(second, { exceptionId })).toMatchObject({ reason: "already-done" });
    expect((await effectOf(versionId))?.equals(effectiveAt)).toBe(true);
    // A third person bounces: the exception no longer covers everybody.
    await database.sql`update notice_recipients set state = 'bounced', failed_at = now() where id =
      (select id from notice_recipients where notice_id = ${noticeId} and state = 'delivered' limit 1)`;
    await tendNotices(systemCtx("job:notice.tend"));
    expect(await effectOf(versionId)).toBeNull();
    const entries =
      await database.sql`select action from audit_entries where object_id = ${noticeId} and action like 'notice.exception%' order by id`;
    expect(entries.map((entry) => entry.action)).toEqual(["notice.exception-requested", "notice.exception-approved"]);
  });

  it("never shuts again once the version has taken effect", async () => {
    const now = Temporal.Now.instant();
    const effectiveAt = now.subtract({ hours: 1 });
    const { noticeId, versionId } = await makeNotice({ announcedAt: now.subtract({ hours: 24 * 40 }), effectiveAt });
    await freezeRecipients(job, { noticeId }, () => stream(holders(2)));
    await deliverNotice(job, { noticeId });
    await database.sql`update notice_recipients set sent_at = now() - interval '35 days', delivered_at = now() - interval '35 days' where notice_id = ${noticeId}`;
    await refresh(noticeId);
    const opened = await effectOf(versionId);
    expect(opened && Temporal.Instant.compare(opened, now)).toBe(-1);
    await database.sql`update notice_recipients set state = 'bounced' where notice_id = ${noticeId}`;
    await refresh(noticeId);
    expect((await effectOf(versionId))?.equals(opened as Temporal.Instant)).toBe(true);
  });

  it("is no hurdle for a version without a notice", async () => {
    const { noticeId, versionId, effectiveAt } = await makeNotice();
    await database.sql`delete from notices where id = ${noticeId}`;
    expect((await effectOf(versionId))?.equals(effectiveAt)).toBe(true);
  });

  it("pure rule: opens at no time that leaves a recipient short without an exception", () => {
    const base = Temporal.Instant.from("2027-01-01T00:00:00Z");
    const count = fc.integer({ min: 0, max: 5 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        fc.integer({ min: -900, max: 900 }),
        (inTime, late, unreached, excepted, hours) => {
          const total = inTime + late + unreached;
          const latest = inTime + late > 0 ? base.add({ hours }) : null;
          const opens = gateOf({ total, late, unreached, latest }, base, excepted, base);
          if (opens === null) expect(unreached).toBeGreaterThan(excepted);
          else if (total > 0 && unreached + late > excepted) {
            expect(latest && Temporal.Instant.compare(opens, latest.add({ hours: noticeHours }))).not.toBe(-1);
          }
        },
      ),
    );
  });
});
