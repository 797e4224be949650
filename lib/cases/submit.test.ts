import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { systemCtx, visitorCtx } from "../context";
import { packages } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { completeDataRequest } from "./complete-data-request";
import { caseForSubject, myCases } from "./queries";
import { submitDataRequest } from "./submit-data-request";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();
const access = (idempotencyKey: string = newId()) => ({ kind: "access", scope: "person", idempotencyKey }) as const;

describe("asking for data", () => {
  it("R1: leaves a case, clocks, timeline, audit entry, package, job and mail together", async () => {
    const person = await makePerson();
    const result = await submitDataRequest(holderCtx(person), access());
    if (!result.ok) throw new Error(result.reason);
    const { caseId, packageId, reference } = result.value;
    const [row] = await database.sql`select * from cases where id = ${caseId}`;
    expect(row).toMatchObject({ kind: "access", subject_id: person, requester_id: person, channel: "dashboard" });
    const clocks = await database.sql`select rule, stopped_at is null as running from case_clocks
      where case_id = ${caseId} order by rule`;
    expect(clocks).toEqual([
      { rule: "ccpa-10bd", running: false },
      { rule: "ccpa-45d", running: true },
      { rule: "gdpr-1m", running: true },
      { rule: "policy-72h", running: true },
    ]);
    const events = await database.sql`select type from case_events where case_id = ${caseId}`;
    expect(events.map((event) => event.type)).toEqual(
      expect.arrayContaining(["case.received", "case.acknowledged", "package.requested"]),
    );
    const [audit] = await database.sql`select count(*)::int as n from audit_entries where object_id = ${caseId}`;
    expect(audit?.n).toBe(1);
    const jobs = await database.sql`select data from pgboss.job where name = 'package.write'`;
    expect(jobs.map((job) => job.data.packageId)).toContain(packageId);
    const mails = await mailsTo(database.sql, `p-${person}@example.test`);
    expect(mails.map((mail) => [mail.template, mail.props.reference])).toEqual([["package-requested", reference]]);
  });

  it("L1: the row's earliest running clock is what the desk sorts by", async () => {
    const person = await makePerson();
    const result = await submitDataRequest(holderCtx(person), access());
    if (!result.ok) throw new Error(result.reason);
    const [row] = await database.sql`
      select next_due_at = received_at + interval '72 hours' as kept from cases where id = ${result.value.caseId}`;
    expect(row?.kept).toBe(true);
    await database.sql`update case_clocks set stopped_at = now() where case_id = ${result.value.caseId}`;
    const [after] = await database.sql`select next_due_at from cases where id = ${result.value.caseId}`;
    expect(after?.next_due_at).toBeNull();
  });

  it("R7: 50 simultaneous clicks make one request and get one answer", async () => {
    const person = await makePerson();
    const input = access();
    const answers = await Promise.all(Array.from({ length: 50 }, () => submitDataRequest(holderCtx(person), input)));
    expect(answers.every((answer) => answer.ok)).toBe(true);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    const [count] = await database.sql`select
      (select count(*) from cases where subject_id = ${person})::int as cases,
      (select count(*) from packages where person_id = ${person})::int as packages,
      (select count(*) from outgoing_mails where person_id = ${person})::int as mails`;
    expect(count).toEqual({ cases: 1, packages: 1, mails: 1 });
  });

  it("R7: the same key with another request is refused, and another person's same key is theirs", async () => {
    const [a, b] = [await makePerson(), await makePerson()];
    const input = access();
    const first = await submitDataRequest(holderCtx(a), input);
    expect(await submitDataRequest(holderCtx(a), { ...input, kind: "portability" })).toEqual({
      ok: false,
      reason: "idempotency-mismatch",
    });
    const other = await submitDataRequest(holderCtx(b), input);
    expect(other.ok && first.ok && other.value.caseId !== first.value.caseId).toBe(true);
  });

  it("P3 S14: needs a fresh step-up; a new device's package waits", async () => {
    const person = await makePerson();
    const stale = holderCtx(person);
    stale.actor = {
      ...stale.actor,
      steppedUpAt: Temporal.Now.instant().subtract({ minutes: 6 }),
    } as typeof stale.actor;
    expect(await submitDataRequest(stale, access())).toEqual({ ok: false, reason: "step-up-required" });
    const freshUntil = Temporal.Now.instant().add({ hours: 20 });
    const fresh = holderCtx(person);
    fresh.actor = { ...fresh.actor, freshUntil } as typeof fresh.actor;
    const result = await submitDataRequest(fresh, access());
    if (!result.ok) throw new Error(result.reason);
    const found = await caseForSubject(fresh, result.value.reference);
    expect(found?.status.state).toBe("scheduled");
    expect(found?.package?.notBefore).not.toBeNull();
  });

  it("S19: a company's data is for its owner; nobody but a holder asks", async () => {
    const worker = await makePerson({ platformUserId: "u1", platformCompanyId: "c1" });
    const owner = await makePerson({ platformUserId: "u2", platformCompanyId: "c1", platformOwner: true });
    const company = { ...access(), scope: "company" } as const;
    expect(await submitDataRequest(holderCtx(worker), company)).toEqual({ ok: false, reason: "not-allowed" });
    expect((await submitDataRequest(holderCtx(owner), company)).ok).toBe(true);
    expect(await submitDataRequest(visitorCtx(), access())).toEqual({ ok: false, reason: "sign-in-required" });
    const officer = await makeStaff("officer");
    expect(await submitDataRequest(staffCtx(officer, "officer"), access())).toEqual({
      ok: false,
      reason: "sign-in-required",
    });
  });

  it("S2: arguments of any shape are parsed", async () => {
    const ctx = holderCtx(await makePerson());
    for (const wrong of [null, [], { kind: "deletion" }, { ...access(), scope: "all" }, { ...access("x") }]) {
      expect(await submitDataRequest(ctx, wrong as never)).toEqual({ ok: false, reason: "invalid-input" });
    }
  });
});

describe("a finished package", () => {
  const ready = (packageId: string) =>
    database.sql`update packages set ready_at = now(), expires_at = now() + interval '7 days' where id = ${packageId}`;

  it("R2: closes the request once, however often the job runs", async () => {
    const person = await makePerson();
    const result = await submitDataRequest(holderCtx(person), access());
    if (!result.ok) throw new Error(result.reason);
    const { packageId, caseId, reference } = result.value;
    await completeDataRequest(systemCtx("test"), { packageId });
    expect((await caseForSubject(holderCtx(person), reference))?.closedAt).toBeNull();
    await ready(packageId);
    for (const position of [1, 2]) {
      await database.sql`insert into package_parts (id, package_id, position, file_name, bytes, sha256)
        values (${newId()}, ${packageId}, ${position}, 'part.zip', 5, 'x')`;
    }
    await Promise.all([1, 2, 3].map(() => completeDataRequest(systemCtx("test"), { packageId })));
    const found = await caseForSubject(holderCtx(person), reference);
    expect(found).toMatchObject({
      decision: "completed",
      status: { state: "ready", who: "you" },
      nextClock: null,
      package: { parts: 2 },
    });
    const [audit] = await database.sql`select count(*)::int as n from audit_entries
      where object_id = ${caseId} and action = 'case.completed'`;
    expect(audit?.n).toBe(1);
  });

  it("does not close over a question that nobody answered", async () => {
    const person = await makePerson();
    const ctx = holderCtx(person);
    const result = await submitDataRequest(ctx, access());
    if (!result.ok) throw new Error(result.reason);
    const { addSubjectMessage } = await import("./add-subject-message");
    await addSubjectMessage(ctx, { reference: result.value.reference, message: "Does it hold my photos too?" });
    await ready(result.value.packageId);
    await completeDataRequest(systemCtx("test"), { packageId: result.value.packageId });
    const found = await caseForSubject(ctx, result.value.reference);
    expect(found?.closedAt).toBeNull();
    expect(found?.nextClock?.rule).toBe("policy-72h");
  });
});

describe("asking in words", () => {
  it("S31 S32: the words are sealed and appear nowhere else", async () => {
    const person = await makePerson();
    const canary = `canary-${newId()}`;
    const result = await submitPlainRequest(holderCtx(person), {
      kind: "correction",
      message: `My name is ${canary}`,
      idempotencyKey: newId(),
    });
    if (!result.ok) throw new Error(result.reason);
    const found = await caseForSubject(holderCtx(person), result.value.reference);
    expect(found?.messages.map((message) => message.text)).toEqual([`My name is ${canary}`]);
    const places = await database.sql`
      select 'case' as place from cases c where to_jsonb(c)::text like ${`%${canary}%`}
      union all select 'event' from case_events e where to_jsonb(e)::text like ${`%${canary}%`}
      union all select 'message' from case_messages m where encode(m.body, 'escape') like ${`%${canary}%`}
      union all select 'audit' from audit_entries a where encode(a.canonical, 'escape') like ${`%${canary}%`}
      union all select 'payload' from audit_payloads p where p.payload::text like ${`%${canary}%`}
      union all select 'mail' from outgoing_mails o where encode(o.sealed, 'escape') like ${`%${canary}%`}
      union all select 'job' from pgboss.job j where j.data::text like ${`%${canary}%`}`;
    expect(places).toEqual([]);
  });

  it("S32: a body copied to another message does not open", async () => {
    const person = await makePerson();
    const ctx = holderCtx(person);
    const ask = () => submitPlainRequest(ctx, { kind: "objection", message: "Stop it", idempotencyKey: newId() });
    const [first, second] = [await ask(), await ask()];
    if (!first.ok || !second.ok) throw new Error();
    await database.sql`update case_messages set body = (select body from case_messages where case_id = ${first.value.caseId})
      where case_id = ${second.value.caseId}`;
    await expect(caseForSubject(ctx, second.value.reference)).rejects.toThrow();
  });

  it("S32: nothing can be read once the person's key is destroyed, and the page says so", async () => {
    const person = await makePerson();
    const result = await submitPlainRequest(holderCtx(person), {
      kind: "restriction",
      message: "Keep it, do not use it",
      idempotencyKey: newId(),
    });
    if (!result.ok) throw new Error(result.reason);
    await database.sql`update person_keys set wrapped = null, destroyed_at = now() where person_id = ${person}`;
    expect((await caseForSubject(holderCtx(person), result.value.reference))?.messages[0]?.text).toBeNull();
  });

  it("R7: a repeated form is one case, other words under its key are refused", async () => {
    const ctx = holderCtx(await makePerson());
    const input = { kind: "objection", message: "Stop it", idempotencyKey: newId() } as const;
    const answers = await Promise.all([1, 2, 3, 4].map(() => submitPlainRequest(ctx, input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(await submitPlainRequest(ctx, { ...input, message: "Stop that" })).toEqual({
      ok: false,
      reason: "idempotency-mismatch",
    });
    expect(await myCases(ctx)).toHaveLength(1);
  });

  it("H4: NUL, empty and overlong words", async () => {
    const ctx = holderCtx(await makePerson());
    const ask = (message: string) => submitPlainRequest(ctx, { kind: "correction", message, idempotencyKey: newId() });
    expect((await ask("a\0b")).ok).toBe(true);
    expect(await ask(" \n ")).toEqual({ ok: false, reason: "invalid-input" });
    expect(await ask("x".repeat(10_001))).toEqual({ ok: false, reason: "invalid-input" });
  });
});

describe("S17: somebody signed in", () => {
  it("asks ten times an hour, of any kind; a form sent again counts nothing, and nobody else is slowed", async () => {
    const ctx = holderCtx(await makePerson());
    const forms = Array.from({ length: 10 }, () => access());
    for (const form of forms)
      for (let click = 0; click < 2; click++) expect((await submitDataRequest(ctx, form)).ok).toBe(true);
    const plain = { kind: "objection", message: "Stop", idempotencyKey: newId() } as const;
    const many = { ok: false, reason: "too-many" };
    expect(await submitDataRequest(ctx, access())).toEqual(many);
    expect(await submitPlainRequest(ctx, plain)).toEqual(many);
    expect((await submitDataRequest(ctx, forms[0] ?? access())).ok).toBe(true);
    expect(await myCases(ctx)).toHaveLength(10);
    expect((await submitPlainRequest(holderCtx(await makePerson()), plain)).ok).toBe(true);
  });

  it("writes thirty messages an hour", async () => {
    const ctx = holderCtx(await makePerson());
    const made = await submitPlainRequest(ctx, { kind: "objection", message: "Stop", idempotencyKey: newId() });
    if (!made.ok) throw new Error(made.reason);
    const write = () => addSubjectMessage(ctx, { reference: made.value.reference, message: "And?" });
    for (let sent = 0; sent < 30; sent++) expect((await write()).ok).toBe(true);
    expect(await write()).toEqual({ ok: false, reason: "too-many" });
  });
});

it("S20: row security alone keeps one person's cases from another", async () => {
  const [a, b] = [await makePerson(), await makePerson()];
  await submitDataRequest(holderCtx(a), access());
  const seen = await withTransaction(holderCtx(b), async (tx) => [
    ...(await tx.db.select().from(packages)),
    ...(await tx.db.execute(`select * from cases`)),
    ...(await tx.db.execute(`select * from case_messages`)),
    ...(await tx.db.execute(`select * from case_events`)),
    ...(await tx.db.execute(`select * from case_clocks`)),
  ]);
  expect(seen).toEqual([]);
});
