import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { forgetPerson } from "../erasure/forget-person";
import { newId } from "../ids";
import { clearInboundMails } from "../mail/clear-inbound-mails";
import { caseForSubject } from "./queries";
import { writeLocalMail } from "./write-local-mail";

const database = testDatabase();
const lastMail = async () => (await database.sql`select * from inbound_mails order by id desc limit 1`)[0];

describe("a mail written in the demo", () => {
  it("becomes what a real one does, and shows its subject no more of it than its words", async () => {
    const email = `robin-${newId()}@sender.example`;
    const personId = await makePerson({ email });
    const made = await writeLocalMail(visitorCtx(), { from: email, text: "Hello.\n\n> earlier", proved: "on" });
    expect(made.ok).toBe(true);
    const [row] = await database.sql`select reference from cases where subject_id = ${personId} and channel = 'mail'`;
    const one = await caseForSubject(holderCtx(personId), String(row?.reference));
    expect(one?.messages).toMatchObject([{ text: "Hello.", mail: null, attachments: [] }]);
  });

  it("is refused where real mail comes in, and in production", async () => {
    const mail = { from: "kim@sender.example", text: "Hello." };
    for (const [name, value] of [
      ["RESEND_API_KEY", "re_test_only"],
      ["TRUST_CENTER_MODE", "production"],
    ] as const) {
      const before = process.env[name];
      process.env[name] = value;
      if (value === "production")
        Object.assign(process.env, { RESEND_API_KEY: "re_x", RESEND_WEBHOOK_SECRET: "whsec_x" });
      resetEnv();
      expect(await writeLocalMail(visitorCtx(), mail)).toEqual({ ok: false, reason: "not-found" });
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
      delete process.env.RESEND_API_KEY;
      delete process.env.RESEND_WEBHOOK_SECRET;
      resetEnv();
    }
  });
});

describe("what is kept of a mail", () => {
  it("goes with its person: content and mark, of the proved ones and of those that only bear the address", async () => {
    const email = `sam-${newId()}@sender.example`;
    const personId = await makePerson({ email });
    await writeLocalMail(visitorCtx(), { from: email, text: "Mine.", proved: "on" });
    await writeLocalMail(visitorCtx(), { from: email, text: "Perhaps mine." });
    await writeLocalMail(visitorCtx(), { from: email, text: "I am away.", automatic: "on" });
    const left = () =>
      database.sql`select sealed is null as emptied, sender_hash from inbound_mails order by id desc limit 3`;
    expect((await left()).map(({ emptied }) => emptied)).toEqual([false, false, false]);
    await withTransaction(systemCtx("test"), async (tx) => {
      const [person] = await tx.db.select().from(people).where(eq(people.id, personId));
      if (person) await forgetPerson(tx, person);
    });
    const gone = { emptied: true, sender_hash: null };
    expect(await left()).toEqual([gone, gone, gone]);
  });

  it("of a machine without a case goes after 90 days, not a second earlier; of a case not by this rule", async () => {
    const from = `away-${newId()}@sender.example`;
    await writeLocalMail(visitorCtx(), { from, text: "A person's." });
    const inCase = await lastMail();
    await writeLocalMail(visitorCtx(), { from, text: "I am away.", automatic: "on" });
    const loose = await lastMail();
    const at = Temporal.Instant.fromEpochMilliseconds(Number(loose?.received_at ?? 0)).add({ hours: 24 * 90 });
    const ids = async () =>
      (await database.sql`select id from inbound_mails where id in (${String(inCase?.id)}, ${String(loose?.id)})`)
        .length;
    await clearInboundMails(systemCtx("test", () => at.subtract({ seconds: 1 })));
    expect(await ids()).toBe(2);
    await clearInboundMails(systemCtx("test", () => at.add({ seconds: 1 })));
    expect(await ids()).toBe(1);
  });
});
