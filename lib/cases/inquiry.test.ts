import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { openInquiry } from "./open-inquiry";
import { myCases } from "./queries";
import { replyToCase } from "./reply-to-case";
import { submitInquiry } from "./submit-inquiry";

const database = testDatabase();

const form = (values: Partial<Parameters<typeof submitInquiry>[1]> = {}) => ({
  name: "Kim",
  email: `kim-${newId()}@example.test`,
  message: "How long do you keep logs?",
  idempotencyKey: newId(),
  network: null,
  ...values,
});

async function sent(values: Parameters<typeof form>[0] = {}) {
  const input = form(values);
  const result = await submitInquiry(visitorCtx(), input);
  if (!result.ok) throw new Error(result.reason);
  const [intake] = await database.sql`select id from intakes where reference = ${result.value.reference}`;
  return { ...input, reference: result.value.reference, intakeId: String(intake?.id) };
}

const open = (intakeId: string) => openInquiry(systemCtx("test"), { intakeId });

describe("the public form", () => {
  it("S16: leaves the same behind for a known and an unknown address: nobody is looked up", async () => {
    const person = await makePerson();
    const traces = [];
    for (const email of [`p-${person}@example.test`, "nobody-at-all@example.test"]) {
      const { reference, intakeId } = await sent({ email });
      expect(reference).toMatch(/^PR-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      const [trace] = await database.sql`select
        (select count(*) from intakes where id = ${intakeId} and processed_at is null)::int as intakes,
        (select count(*) from cases where reference = ${reference})::int as cases,
        (select count(*) from pgboss.job where data->>'intakeId' = ${intakeId})::int as jobs,
        (select count(*) from audit_entries where object_id = ${intakeId})::int as audit`;
      traces.push(trace);
    }
    expect(traces[0]).toEqual({ intakes: 1, cases: 0, jobs: 1, audit: 1 });
    expect(traces[1]).toEqual(traces[0]);
  });

  it("S16: takes the same time for both", async () => {
    const person = await makePerson();
    const time = async (email: string) => {
      const began = performance.now();
      await submitInquiry(visitorCtx(), form({ email }));
      return performance.now() - began;
    };
    // Pairs side by side, so that a slow moment of the machine hits both of one.
    const differences: number[] = [];
    for (let round = 0; round < 15; round++) {
      await database.sql`delete from rate_limits`;
      const known = await time(`p-${person}@example.test`);
      differences.push(known - (await time(`u-${newId()}@example.test`)));
    }
    const median = differences.toSorted((a, b) => a - b)[7] ?? 0;
    expect(Math.abs(median)).toBeLessThan(10);
  });

  it("R7: 50 simultaneous clicks are one question, other words under its key are refused", async () => {
    const input = form();
    await submitInquiry(visitorCtx(), input);
    await database.sql`delete from rate_limits`;
    const answers = [];
    for (let batch = 0; batch < 10; batch++) {
      answers.push(...(await Promise.all(Array.from({ length: 5 }, () => submitInquiry(visitorCtx(), input)))));
      await database.sql`delete from rate_limits`;
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(answers[0]?.ok).toBe(true);
    expect(await submitInquiry(visitorCtx(), { ...input, message: "Something else" })).toEqual({
      ok: false,
      reason: "idempotency-mismatch",
    });
  });

  it("S17: one address or network is slowed down, and nobody else", async () => {
    const email = `eager-${newId()}@example.test`;
    const answers = [];
    for (let index = 0; index < 7; index++) answers.push(await submitInquiry(visitorCtx(), form({ email })));
    expect(answers.at(-1)).toEqual({ ok: false, reason: "too-many" });
    expect((await submitInquiry(visitorCtx(), form())).ok).toBe(true);
  });

  it("S11 H4: refuses what is no address, and no words", async () => {
    const wrong = ["", "x", "a@b", '"a b"@x.example', "a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example"];
    for (const email of wrong) {
      expect(await submitInquiry(visitorCtx(), form({ email }))).toEqual({ ok: false, reason: "invalid-input" });
    }
    expect(await submitInquiry(visitorCtx(), form({ message: "\0 \n" }))).toEqual({
      ok: false,
      reason: "invalid-input",
    });
    expect(await submitInquiry(visitorCtx(), form({ message: "x".repeat(10_000_000) }))).toEqual({
      ok: false,
      reason: "invalid-input",
    });
  });
});

describe("the job that opens it", () => {
  it("R2: makes one case, clocked from the form and not from the job", async () => {
    const { intakeId, reference, email } = await sent();
    await database.sql`update intakes set received_at = now() - interval '5 hours' where id = ${intakeId}`;
    await Promise.all([open(intakeId), open(intakeId), open(intakeId)]);
    await open(intakeId);
    const rows =
      await database.sql`select c.kind, c.subject_id, k.rule, k.due_at = c.received_at + interval '72 hours' as kept,
      c.received_at < now() - interval '4 hours' as early from cases c join case_clocks k on k.case_id = c.id
      where c.reference = ${reference}`;
    expect(rows).toEqual([{ kind: "inquiry", subject_id: null, rule: "policy-72h", kept: true, early: true }]);
    const mails = await mailsTo(database.sql, email);
    expect(mails.map((mail) => mail.template)).toEqual(["inquiry-received"]);
    const [intake] =
      await database.sql`select sealed, processed_at is not null as done from intakes where id = ${intakeId}`;
    expect(intake).toEqual({ sealed: null, done: true });
  });

  it("L1: its confirmation by mail stops no clock", async () => {
    const { intakeId, reference } = await sent();
    await open(intakeId);
    const [clock] = await database.sql`select k.stopped_at from case_clocks k join cases c on c.id = k.case_id
      where c.reference = ${reference}`;
    expect(clock?.stopped_at).toBeNull();
  });

  it("links the person who signs in with that address, under their own key", async () => {
    const person = await makePerson();
    const { intakeId, reference } = await sent({ email: `P-${person}@example.test` });
    await open(intakeId);
    expect((await myCases(holderCtx(person))).map((one) => one.reference)).toEqual([reference]);
  });

  it("S32: nothing new is sealed under a destroyed key: such a question belongs to nobody", async () => {
    const person = await makePerson();
    await database.sql`insert into person_keys (person_id, wrapped, master_version, destroyed_at) values (${person}, null, 1, now())`;
    const { intakeId, reference } = await sent({ email: `p-${person}@example.test` });
    await open(intakeId);
    const [row] = await database.sql`select subject_id from cases where reference = ${reference}`;
    expect(row?.subject_id).toBeNull();
  });

  it("S31 S32: name, address and words lie sealed and nowhere else", async () => {
    const canary = `canary${newId().replaceAll("-", "")}`;
    const { intakeId } = await sent({ name: canary, email: `${canary}@example.test`, message: `words ${canary}` });
    await open(intakeId);
    const places = await database.sql`
      select 'case' as place from cases c where encode(c.contact, 'escape') || to_jsonb(c)::text like ${`%${canary}%`}
      union all select 'intake' from intakes i where to_jsonb(i)::text like ${`%${canary}%`}
      union all select 'event' from case_events e where to_jsonb(e)::text like ${`%${canary}%`}
      union all select 'message' from case_messages m where encode(m.body, 'escape') like ${`%${canary}%`}
      union all select 'audit' from audit_entries a where encode(a.canonical, 'escape') like ${`%${canary}%`}
      union all select 'payload' from audit_payloads p where p.payload::text like ${`%${canary}%`}
      union all select 'mail' from outgoing_mails o where encode(o.sealed, 'escape') like ${`%${canary}%`}
      union all select 'job' from pgboss.job j where j.data::text like ${`%${canary}%`}`;
    expect(places).toEqual([]);
  });
});

describe("the answer", () => {
  it("goes to the address that asked, with its words, and stops the clock", async () => {
    const { intakeId, reference, email } = await sent();
    await open(intakeId);
    const agent = await makeStaff("agent");
    const ctx = staffCtx(agent, "agent");
    const found = await caseForStaff(ctx, reference);
    expect(found).toMatchObject({ contact: { name: "Kim", email }, subject: null, nextClock: { rule: "policy-72h" } });
    expect(found?.messages[0]?.text).toBe("How long do you keep logs?");
    const caseId = String(found?.id);
    await replyToCase(ctx, { caseId, revision: 0, text: "Two years." });
    expect((await mailsTo(database.sql, email)).at(-1)).toMatchObject({
      template: "case-reply",
      props: { text: "Two years.", reference },
    });
    expect((await caseForStaff(ctx, reference))?.nextClock).toBeNull();
    expect((await decideCase(ctx, { caseId, revision: 1, decision: "completed", text: "Closed." })).ok).toBe(true);
  });
});
