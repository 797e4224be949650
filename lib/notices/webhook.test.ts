import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POST } from "@/app/api/webhooks/resend/route";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { testResend } from "@/test/resend";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";

const database = testDatabase();
const fake = testResend();

const post = async (made: { body: string; headers: Record<string, string> }) =>
  (await POST(new Request("http://x.test/api/webhooks/resend", { method: "POST", ...made }))).status;

/** One sent mail and its row. */
async function sentMail() {
  const { noticeId } = await makeNotice();
  await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(holders(1)));
  await deliverNotice(systemCtx("job"), { noticeId });
  const mail = fake.mails.at(-1);
  if (!mail) throw new Error("no mail");
  const row = async () => (await database.sql`select * from notice_recipients where notice_id = ${noticeId}`)[0];
  return { mail, row, noticeId };
}

describe("reports of the mail service", () => {
  it("S27: move a recipient to delivered and leave evidence", async () => {
    const { mail, row } = await sentMail();
    expect(await row()).toMatchObject({ state: "sent", provider_id: mail.id });
    expect(await post(fake.report("email.delivered", mail))).toBe(200);
    expect(await row()).toMatchObject({ state: "delivered", delivered_at: expect.any(Date) });
    const [event] = await database.sql`select type from notice_events where recipient_id = ${(await row())?.id}`;
    expect(event?.type).toBe("email.delivered");
    await expect(database.sql`update notice_events set type = 'x'`).rejects.toThrow(/append-only/);
  });

  it("S27: a forged, altered, late or early one changes nothing and is refused with 401", async () => {
    const { mail, row } = await sentMail();
    const good = fake.report("email.bounced", mail);
    const minutes = (n: number) => ({ at: new Date(Date.now() + n * 60_000) });
    const wrong = [
      fake.report("email.bounced", mail, { secret: `whsec_${Buffer.alloc(24, 9).toString("base64")}` }),
      { ...good, body: good.body.replace("email.bounced", "email.delivered") },
      { ...good, body: ` ${good.body}` },
      { ...good, headers: { ...good.headers, "svix-id": "msg_other" } },
      { ...good, headers: { ...good.headers, "svix-signature": "v1,AAAA" } },
      { ...good, headers: { ...good.headers, "svix-timestamp": "1e9" } },
      { body: good.body, headers: {} },
      fake.report("email.bounced", mail, minutes(-6)),
      fake.report("email.bounced", mail, minutes(6)),
    ];
    for (const one of wrong) expect(await post(one)).toBe(401);
    expect(await row()).toMatchObject({ state: "sent" });
    expect(await post(good)).toBe(200);
  });

  it("S27: a replay changes nothing", async () => {
    const { mail, row } = await sentMail();
    const once = fake.report("email.delivered", mail);
    expect(await Promise.all([post(once), post(once), post(once)])).toEqual([200, 200, 200]);
    expect(await post(once)).toBe(200);
    const events = await database.sql`select 1 from notice_events where recipient_id = ${(await row())?.id}`;
    expect(events).toHaveLength(1);
  });

  it("S27: the order of arrival does not matter", async () => {
    const states: [string[], string][] = [
      [["email.sent", "email.delivered"], "delivered"],
      [["email.sent", "email.delivery_delayed", "email.delivered", "email.complained"], "complained"],
      [["email.sent", "email.delivered", "email.bounced"], "bounced"],
      [["email.sent", "email.suppressed"], "failed"],
    ];
    for (const [types, state] of states) {
      const orders = fc.sample(fc.shuffledSubarray(types, { minLength: types.length }), 2);
      for (const order of orders) {
        const { mail, row } = await sentMail();
        for (const type of order) expect(await post(fake.report(type, mail))).toBe(200);
        expect([order, (await row())?.state]).toEqual([order, state]);
      }
    }
  });

  it("S27: one that arrives before the answer to the hand-over finds its recipient by our tag", async () => {
    const { noticeId } = await makeNotice();
    await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(holders(1)));
    fake.fault = () => "take-and-drop";
    await deliverNotice(systemCtx("job"), { noticeId }, { limit: 1 });
    fake.fault = () => "none";
    const mail = fake.mails.at(-1);
    const row = async () => (await database.sql`select * from notice_recipients where notice_id = ${noticeId}`)[0];
    expect((await row())?.state).toBe("queued");
    expect(await post(fake.report("email.delivered", mail as never))).toBe(200);
    expect(await row()).toMatchObject({ state: "delivered", provider_id: mail?.id });
    await deliverNotice(systemCtx("job"), { noticeId });
    expect(await row()).toMatchObject({ state: "delivered", provider_id: mail?.id });
  });

  it("S27: a tag does not move a recipient that has another mail's id", async () => {
    const { mail, row } = await sentMail();
    expect(await post(fake.report("email.bounced", { id: newId(), tags: mail.tags }))).toBe(200);
    expect(await row()).toMatchObject({ state: "sent", provider_id: mail.id });
  });

  it("S27: unknown mails and unknown kinds are accepted, put on record and change nothing", async () => {
    const stray = fake.report("email.delivered", { id: newId() }, { id: "msg_stray" });
    expect(await post(stray)).toBe(200);
    expect(await post(fake.report("domain.updated", { id: newId() }, { id: "msg_domain" }))).toBe(200);
    const kept =
      await database.sql`select id, matched from webhook_receipts where id in ('msg_stray', 'msg_domain') order by id`;
    expect(kept.map((row) => [row.id, row.matched])).toEqual([
      ["msg_domain", false],
      ["msg_stray", false],
    ]);
  });

  it("H4: signed nonsense is answered, never thrown; a huge body is not read", async () => {
    for (const createdAt of ["yesterday", "2026-02-31T00:00:00Z", ""]) {
      expect(await post(fake.report("email.sent", { id: "x" }, { createdAt }))).toBe(400);
    }
    const resend = fake.report("email.sent", { id: "x" }, { createdAt: "2026-11-22 23:41:12.126+00" });
    expect(await post(resend)).toBe(200);
    expect(await post({ ...resend, body: "x".repeat(70_000) })).toBe(413);
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string(), async (body, id) => {
        const headers = { "svix-id": encodeURIComponent(id), "svix-timestamp": "1", "svix-signature": "v1,x" };
        expect(await post({ body, headers })).toBe(401);
      }),
      { numRuns: 40 },
    );
  });
});
