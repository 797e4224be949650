import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, ledgerOf, makeNotice, stream } from "@/test/notices";
import { makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { deliverNotice } from "../notices/deliver-notice";
import { freezeRecipients } from "../notices/freeze-recipients";
import { noticeHours } from "../notices/notice-period";
import { clearEvidence } from "./clear-evidence";
import { openNoticeEvidence } from "./open-notice-evidence";
import { verifyEvidence } from "./verify-evidence";

const database = testDatabase();

/** A version everybody was told of `ago` before now; it took effect on its day. */
async function told(ago: string) {
  const announcedAt = Temporal.Now.zonedDateTimeISO("UTC").subtract(ago).toInstant();
  const clock = () => announcedAt;
  const made = await makeNotice({ announcedAt, effectiveAt: announcedAt.add({ hours: noticeHours + 48 }) });
  const ctx = systemCtx("test", clock);
  await freezeRecipients(ctx, { noticeId: made.noticeId }, () => stream(holders(3)));
  await deliverNotice(ctx, { noticeId: made.noticeId });
  return made;
}

const left = async (noticeId: string) => {
  const [row] = await database.sql`
    select count(r.id)::int as recipients, count(e.id)::int as events from notice_recipients r
    left join notice_events e on e.recipient_id = r.id where r.notice_id = ${noticeId}`;
  return row;
};

describe("the retention of evidence", () => {
  it("counts from when the version was replaced; until then the proof stays however old it is", async () => {
    const years = Temporal.Duration.from(config.evidence.keep).years;
    const old = await told(`P${years + 3}Y`);
    await clearEvidence(systemCtx("test"));
    expect(await left(old.noticeId)).toEqual({ recipients: 3, events: 3 });
    // Replaced, but not long ago.
    await told("P2Y");
    await clearEvidence(systemCtx("test"));
    expect(await left(old.noticeId)).toEqual({ recipients: 3, events: 3 });
    const kept = systemCtx("test", () => Temporal.Now.zonedDateTimeISO("UTC").add({ years }).toInstant());
    await clearEvidence(kept);
    expect(await left(old.noticeId)).toEqual({ recipients: 0, events: 0 });
    const [entry] = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.action = 'notice.evidence-cleared' and e.object_id = ${old.noticeId}`;
    expect(entry?.payload).toEqual({ recipients: 3, keptFor: config.evidence.keep });
    await clearEvidence(kept);
    const again = await database.sql`select 1 from audit_entries where action = 'notice.evidence-cleared'`;
    expect(again).toHaveLength(1);
  });

  it("the address goes earlier, and the proof stands without it", async () => {
    const recent = await told("P200D");
    const old = await told("P2Y");
    await clearEvidence(systemCtx("test"));
    const addresses = async (noticeId: string) =>
      (await ledgerOf(database.sql, noticeId)).map(({ address, content_sha256 }) => [address, content_sha256]);
    for (const [address] of await addresses(recent.noticeId)) expect(address).toContain("@");
    for (const [address, hash] of await addresses(old.noticeId)) {
      expect(address).toBeNull();
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
    }
    const opened = await openNoticeEvidence(staffCtx(await makeStaff("officer"), "officer"), {
      noticeId: old.noticeId,
      addresses: true,
    });
    if (!opened.ok) throw new Error(opened.reason);
    let text = "";
    for await (const part of opened.value.lines) text += part;
    expect(await verifyEvidence(Readable.from(text.split("\n")))).toMatchObject({
      ok: true,
      recipients: 3,
      recomputed: 0,
    });
  });

  it("no report can be removed before", async () => {
    const { noticeId } = await told("P40D");
    const remove = database.sql`delete from notice_events e using notice_recipients r
      where r.id = e.recipient_id and r.notice_id = ${noticeId}`;
    await expect(remove).rejects.toThrow(/append-only/);
  });
});
