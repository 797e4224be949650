import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { POST } from "@/app/api/webhooks/erasure/[provider]/route";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { ProviderFake } from "@/test/provider-fake";
import { config } from "@/trust-center.config";
import { myAccesses } from "../access/queries";
import { carryOutDeletion } from "../cases/carry-out-deletion";
import { expireDeletions } from "../cases/expire-deletions";
import { caseForSubject } from "../cases/queries";
import { submitDeletion } from "../cases/submit-deletion";
import { visitCase } from "../cases/visit-case";
import { type Ctx, systemCtx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { onFaultPoint } from "../faults";
import { releaseHold } from "../holds/release-hold";
import { requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { newId } from "../ids";
import { clearMailRecords } from "../mail/clear-mail-records";
import { providerAnswers, providerTask, providerTasks } from "./queries";
import { recordAnswer } from "./record-answer";
import { remindProviders } from "./remind-providers";
import { tellProvider } from "./tell-provider";

const database = testDatabase();
const platform = demoPlatformPerTest();
let fake: ProviderFake;
beforeEach(async () => {
  fake = new ProviderFake();
  process.env.POSTWRIGHT_ERASURE_URL = await fake.start();
  process.env.POSTWRIGHT_ERASURE_SECRET = fake.secret;
});
afterEach(async () => {
  onFaultPoint();
  delete process.env.POSTWRIGHT_ERASURE_URL;
  delete process.env.POSTWRIGHT_ERASURE_SECRET;
  await fake.stop();
});

const asSystem = systemCtx("test");
const start = Temporal.Now.instant().subtract({ hours: config.deletion.graceDays * 24 + 1 });

/** A person of the demo whose deletion may be carried out now. */
async function due(role = "technician", scope: "person" | "company" = "person") {
  const { rows } = await platform.client.query(
    `select u.id, u.company_id, u.email from users u where u.role = $1 and u.email_verified_at is not null
       and exists (select 1 from devices d where d.user_id = u.id) order by u.created_at limit 1`,
    [role],
  );
  const [user] = rows;
  const email = `me-${newId()}@example.test`;
  const person = await makePerson({
    email,
    platformUserId: user.id,
    platformCompanyId: user.company_id,
    platformOwner: role === "owner",
  });
  const made = await submitDeletion(
    holderCtx(person, () => start),
    { scope, confirmation: email },
  );
  if (!made.ok) throw new Error(made.reason);
  await expireDeletions(asSystem);
  return {
    ...{ person, email },
    ...{ userId: String(user.id), companyId: String(user.company_id), platformEmail: String(user.email) },
    ...made.value,
  };
}

const rows = (caseId: string) =>
  database.sql`select * from provider_erasures where case_id = ${caseId} order by recipient`;
const rowOf = async (caseId: string, recipient: string) =>
  (await rows(caseId)).find((row) => row.recipient === recipient) as Record<string, unknown> & { id: string };
const tell = (id: string) => tellProvider(asSystem, { erasureId: id });
const post = async (provider: string, made: { body: string; headers: Record<string, string> }) =>
  (await POST(new Request("http://x.test/", { method: "POST", ...made }), { params: Promise.resolve({ provider }) }))
    .status;

async function carriedOut() {
  const made = await due();
  await carryOutDeletion(asSystem, { caseId: made.caseId });
  const row = await rowOf(made.caseId, "postwright");
  return { ...made, id: row.id };
}

describe("L6: a provider that received something of what was erased", () => {
  it("is told by what it knows the person, and nothing else, once the erasure has lasted", async () => {
    const { caseId, id, email, platformEmail, userId } = await carriedOut();
    const found = await rows(caseId);
    expect(found.map(({ recipient, way }) => [recipient, way])).toEqual([
      ["gaugeworks", "manual"],
      // Its address is not set here, so nobody can call it.
      ["ledgerline", "manual"],
      ["nordhafen", "none"],
      ["postwright", "webhook"],
    ]);
    const [job] =
      await database.sql`select data from pgboss.job where name = 'provider.tell' and data->>'erasureId' = ${id}`;
    expect(job?.data).toEqual({ erasureId: id });
    await tell(id);
    const [message] = fake.taken;
    expect(message?.id).toBe(id);
    const { type, data } = JSON.parse(message?.body ?? "");
    expect(type).toBe("erasure.requested");
    expect(data).toMatchObject({
      id,
      scope: "person",
      answer_to: expect.stringContaining("/api/webhooks/erasure/postwright"),
    });
    expect(data.categories).toContain("collect.account");
    expect(data.subject.identities.email.toSorted()).toEqual([email, platformEmail].toSorted());
    expect(data.subject.user_ids).toEqual([]);
    expect(data.subject.company_id).toBeNull();
    // What the analytics provider knows is another part of it.
    const agent = await makeStaff("agent");
    const task = await providerTask(staffCtx(agent, "agent"), (await rowOf(caseId, "gaugeworks")).id);
    expect(task?.subject?.user_ids).toEqual([userId]);
    expect(task?.subject?.identities.hardware_id?.length).toBeGreaterThan(0);
    expect(task?.subject?.identities.email).toBeUndefined();
  });

  it("S1: who a task is about is a look of which they have a receipt, and once it is answered needs a reason", async () => {
    const { caseId, person } = await carriedOut();
    const { id } = await rowOf(caseId, "gaugeworks");
    const looks = () =>
      database.sql`select role, purpose, what from record_accesses where case_id = ${caseId} order by at`;
    const one = staffCtx(await makeStaff("agent"), "agent");
    expect(await providerTask(one, id)).toMatchObject({ closedOff: false });
    await providerTask(one, id);
    expect(await looks()).toEqual([{ role: "agent", purpose: "due", what: "provider-task" }]);
    expect((await myAccesses(holderCtx(person))).rows).toMatchObject([{ what: "provider-task", purpose: "due" }]);
    await recordAnswer(one, { erasureId: id, state: "kept", ground: "By law", evidence: "Their letter of today" });
    const other = staffCtx(await makeStaff("agent"), "agent");
    expect(await providerTask(other, id)).toMatchObject({ closedOff: true, subject: null, evidence: [] });
    expect(await looks()).toHaveLength(1);
    await visitCase(other, { caseId, purpose: "complaint" });
    expect(await providerTask(other, id)).toMatchObject({ closedOff: false, evidence: [{ state: "kept" }] });
    expect((await looks()).at(-1)).toEqual({ role: "agent", purpose: "complaint", what: "provider-task" });
  });

  it("S31: personal values lie in no job, no audit entry and no column in clear", async () => {
    const { caseId, id, email, platformEmail } = await carriedOut();
    fake.reply = (message) => ({ ...message, state: "kept", ground: "The canary keeps invoices", until: "2033-12-31" });
    await tell(id);
    const places = await database.sql`
      select (select coalesce(string_agg(t::text, ''), '') from provider_erasures t) as rows,
             (select coalesce(string_agg(data::text, ''), '') from pgboss.job where name like 'provider.%') as jobs,
             (select coalesce(string_agg(convert_from(canonical, 'utf8'), ''), '') from audit_entries) as entries,
             (select coalesce(string_agg(payload::text, ''), '') from audit_payloads) as payloads`;
    for (const text of Object.values(places[0] ?? {}))
      for (const value of [email, platformEmail, "canary"]) expect(text).not.toContain(value);
    const [first] = await withRead(asSystem, (tx) => providerAnswers(tx, caseId)).then((all) =>
      all.filter(({ name }) => name.startsWith("Postwright")),
    );
    expect(first).toMatchObject({
      kind: "Email delivery",
      answer: { state: "kept", ground: "The canary keeps invoices", until: "2033-12-31" },
      notAsked: null,
    });
  });

  it("of a company is told of everybody in it", async () => {
    process.env.LEDGERLINE_ERASURE_URL = process.env.POSTWRIGHT_ERASURE_URL;
    process.env.LEDGERLINE_ERASURE_SECRET = fake.secret;
    try {
      const { caseId, companyId } = await due("owner", "company");
      const { rows: people } = await platform.client.query(
        "select id::text, email from users where company_id = $1 and email_verified_at is not null",
        [companyId],
      );
      await platform.client.query("update invoices set paid_at = now() where paid_at is null");
      await carryOutDeletion(asSystem, { caseId });
      await tell((await rowOf(caseId, "ledgerline")).id);
      const { data } = JSON.parse(fake.taken[0]?.body ?? "");
      expect(data.scope).toBe("company");
      expect(data.subject.company_id).toBe(companyId);
      for (const { email } of people) expect(data.subject.identities.email).toContain(email);
      const agent = await makeStaff("agent");
      const task = await providerTask(staffCtx(agent, "agent"), (await rowOf(caseId, "gaugeworks")).id);
      for (const { id } of people) expect(task?.subject?.user_ids).toContain(id);
    } finally {
      delete process.env.LEDGERLINE_ERASURE_URL;
      delete process.env.LEDGERLINE_ERASURE_SECRET;
    }
  });

  it("is owed nothing when the erasure did not last, and hears of it when a later attempt did, by what that knew", async () => {
    const { caseId, userId } = await due();
    await platform.client.query("alter table access_logs rename to gone");
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow(/access_logs/);
    const row = await rowOf(caseId, "postwright");
    expect(row.owed_at).toBeNull();
    await tell(row.id);
    expect(fake.statuses).toEqual([]);
    expect(await post("postwright", fake.answer({ id: row.id, state: "erased" }))).toBe(404);
    const jobs =
      await database.sql`select 1 from pgboss.job where name = 'provider.tell' and data->>'erasureId' = ${row.id}`;
    expect(jobs).toHaveLength(0);
    await platform.client.query("alter table gone rename to access_logs");
    await platform.client.query("update users set email = 'moved@customer.example' where id = $1", [userId]);
    await carryOutDeletion(asSystem, { caseId });
    await tell((await rowOf(caseId, "postwright")).id);
    expect(fake.taken).toHaveLength(1);
    expect(JSON.parse(fake.taken[0]?.body ?? "").data.subject.identities.email).toContain("moved@customer.example");
  });

  it("is not told of a category in which nothing was erased", async () => {
    const { caseId, userId } = await due();
    for (const table of ["usage_events", "access_logs", "error_reports", "user_sessions", "devices"])
      await platform.client.query(
        table === "error_reports"
          ? `delete from error_reports where hardware_id in (select hardware_id from devices where user_id = $1) or reporter_email = (select email from users where id = $1)`
          : table === "usage_events" || table === "access_logs"
            ? `delete from ${table} where user_id = $1 or device_id in (select id from devices where user_id = $1)`
            : `delete from ${table} where user_id = $1`,
        [userId],
      );
    await carryOutDeletion(asSystem, { caseId });
    expect((await rows(caseId)).map(({ recipient }) => recipient)).not.toContain("gaugeworks");
  });

  it("is told later of a category that a hold keeps back, and until then not of it", async () => {
    const made = await due();
    const { caseId, userId, platformEmail } = made;
    const [one, two] = await Promise.all(
      [1, 2].map(async () => staffCtx(await makeStaff("officer"), "officer")) as [Promise<Ctx>, Promise<Ctx>],
    );
    const note = "A reason in a sentence.";
    const asked = await requestHold(one, {
      ...{ scope: "person", address: platformEmail, collection: "operno/devices", ground: "legal-claim", note },
    });
    if (!asked.ok) throw new Error(asked.reason);
    const { holdId } = asked.value;
    await setHold(two, { holdId });
    const analytics = async () => (await rows(caseId)).filter(({ recipient }) => recipient === "gaugeworks");
    const agent = await makeStaff("agent");
    const categories = async (id: string) => (await providerTask(staffCtx(agent, "agent"), id))?.categories;
    await carryOutDeletion(asSystem, { caseId });
    const first = await analytics();
    expect(first.map(({ owed_at: at }) => at !== null).toSorted()).toEqual([false, true]);
    const owed = first.find(({ owed_at: at }) => at !== null);
    expect(await categories(String(owed?.id))).not.toContain("collect.device");
    expect((await rows(caseId)).filter(({ recipient }) => recipient === "postwright")).toHaveLength(1);
    // Another pass that finds it held still owes nothing new.
    await carryOutDeletion(asSystem, { caseId });
    expect(await analytics()).toHaveLength(2);
    await requestRelease(one, { holdId, reason: note });
    await releaseHold(two, { holdId });
    await carryOutDeletion(asSystem, { caseId });
    const later = (await analytics()).find(({ id }) => id !== owed?.id);
    expect(later?.owed_at).not.toBeNull();
    expect(await categories(String(later?.id))).toContain("collect.device");
    const task = await providerTask(staffCtx(agent, "agent"), String(later?.id));
    expect(task?.subject?.user_ids).toEqual([userId]);
    // Nothing waits any more: what nobody received is forgotten.
    expect((await rows(caseId)).every(({ owed_at: at }) => at !== null)).toBe(true);
  });

  it.each(["erasure.prepared", "erasure.lasting"])("H1: dead at %s, each is told once of who it was", async (point) => {
    const { caseId, platformEmail } = await due();
    onFaultPoint((name) => {
      if (name === point) throw new Error("died");
    });
    await expect(carryOutDeletion(asSystem, { caseId })).rejects.toThrow();
    onFaultPoint();
    await carryOutDeletion(asSystem, { caseId });
    await carryOutDeletion(asSystem, { caseId });
    const row = await rowOf(caseId, "postwright");
    await tell(row.id);
    expect(fake.taken).toHaveLength(1);
    expect(JSON.parse(fake.taken[0]?.body ?? "").data.subject.identities.email).toContain(platformEmail);
  });
});

describe("W1: the call", () => {
  it.each(["500", "hang", "redirect", "take-and-drop"] as const)(
    "is tried again after %s, same id and bytes",
    async (fault) => {
      const { caseId, id } = await carriedOut();
      fake.fault = (call) => (call === 0 ? fault : "none");
      // The configured time, but not for a test that lets it pass.
      const hurried = fault === "hang" ? { signal: AbortSignal.timeout(200) } : {};
      await expect(tellProvider(asSystem, { erasureId: id }, hurried)).rejects.toThrow();
      const row = await rowOf(caseId, "postwright");
      expect(row).toMatchObject({ told_at: null, attempts: 1, last_failure: expect.stringMatching(/^[a-z0-9-]+$/) });
      expect(row.sealed).not.toBeNull();
      await tell(id);
      expect(fake.taken).toHaveLength(1);
      expect(await rowOf(caseId, "postwright")).toMatchObject({
        attempts: 2,
        last_failure: null,
        told_at: expect.any(Date),
      });
      await tell(id);
      expect(fake.taken).toHaveLength(1);
      expect(fake.statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    },
  );

  it("R2: killed after the provider took it, the next try says the same and counts once", async () => {
    const { caseId, id } = await carriedOut();
    onFaultPoint((name) => {
      if (name === "provider.sent") throw new Error("died");
    });
    await expect(tell(id)).rejects.toThrow("died");
    onFaultPoint();
    await Promise.all([tell(id), tell(id)]);
    expect(fake.taken).toHaveLength(1);
    expect(fake.statuses.every((status) => status === 200)).toBe(true);
    expect((await rowOf(caseId, "postwright")).told_at).not.toBeNull();
  });

  it("of an address that is gone becomes a task for staff", async () => {
    const { caseId, id } = await carriedOut();
    fake.fault = () => "410";
    await tell(id);
    expect(await rowOf(caseId, "postwright")).toMatchObject({
      way: "manual",
      told_at: null,
      last_failure: "status-410",
    });
    await tell(id);
    expect(fake.statuses).toEqual([410]);
  });

  it("may be answered in the reply, by nobody else's id", async () => {
    const { caseId, id } = await carriedOut();
    fake.reply = () => ({ id: newId(), state: "erased" });
    await tell(id);
    expect((await rowOf(caseId, "postwright")).answered_at).toBeNull();
    const other = await carriedOut();
    fake.reply = (message) => ({ id: message.id, state: "nothing-held" });
    await tell(other.id);
    expect(await rowOf(other.caseId, "postwright")).toMatchObject({ answer: "nothing-held", sealed: null });
  });

  it("without a usable key is a failure that says so", async () => {
    const { caseId, id } = await carriedOut();
    process.env.POSTWRIGHT_ERASURE_SECRET = "whsec_!";
    await expect(tell(id)).rejects.toThrow("unusable-secret");
    delete process.env.POSTWRIGHT_ERASURE_SECRET;
    await expect(tell(id)).rejects.toThrow("not-configured");
    expect((await rowOf(caseId, "postwright")).last_failure).toBe("not-configured");
  });
});

describe("S27: an answer", () => {
  it("is taken once, destroys what identified the person, and stands on their page", async () => {
    const { caseId, id, person, reference } = await carriedOut();
    await tell(id);
    const answer = fake.answer({ id, state: "erased" });
    expect(await Promise.all([post("postwright", answer), post("postwright", answer)])).toEqual([200, 200]);
    expect(await post("postwright", answer)).toBe(200);
    expect(await rowOf(caseId, "postwright")).toMatchObject({ answer: "erased", sealed: null });
    const entries = () =>
      database.sql`select 1 from audit_entries where action = 'provider.answered' and object_id = ${caseId}`;
    expect(await entries()).toHaveLength(1);
    const found = await caseForSubject(holderCtx(person), reference);
    expect(found?.providers.find(({ id: one }) => one === id)?.answer?.state).toBe("erased");
    // A stranger sees nothing of it.
    const stranger = holderCtx(await makePerson());
    expect(await withRead(stranger, (tx) => providerAnswers(tx, caseId))).toEqual([]);
    // Ids are kept for 90 days, and no answer is taken twice after that either.
    await clearMailRecords(systemCtx("test", () => Temporal.Now.instant().add({ hours: 24 * 91 })));
    expect(await post("postwright", answer)).toBe(200);
    expect(await entries()).toHaveLength(1);
  });

  it("with another key, altered, late, early or without headers is refused and changes nothing", async () => {
    const { caseId, id } = await carriedOut();
    await tell(id);
    const good = fake.answer({ id, state: "erased" });
    const at = (minutes: number) => ({ at: new Date(Date.now() + minutes * 60_000) });
    const wrong = [
      fake.answer({ id, state: "erased" }, { secret: `whsec_${Buffer.alloc(32, 1).toString("base64")}` }),
      { ...good, body: good.body.replace("erased", "kept") },
      { ...good, headers: { ...good.headers, "webhook-id": "msg_other" } },
      { ...good, headers: {} },
      fake.answer({ id, state: "erased" }, at(-6)),
      fake.answer({ id, state: "erased" }, at(6)),
    ];
    for (const one of wrong) expect(await post("postwright", one)).toBe(401);
    for (const provider of ["ledgerline", "gaugeworks", "nordhafen", "nobody", "../postwright"])
      expect(await post(provider, good)).toBe(401);
    expect(await post("postwright", fake.answer({ id, state: "shredded" }))).toBe(400);
    expect(await post("postwright", fake.answer({ id: newId(), state: "erased" }))).toBe(404);
    const foreign = (await rowOf(caseId, "gaugeworks")).id;
    expect(await post("postwright", fake.answer({ id: foreign, state: "erased" }))).toBe(404);
    expect(await post("postwright", { ...good, body: "x".repeat(17_000) })).toBe(413);
    expect((await rowOf(caseId, "postwright")).answered_at).toBeNull();
    expect(await post("postwright", good)).toBe(200);
  });

  it("may say later that what was kept is gone, and never the other way round", async () => {
    const { caseId, id } = await carriedOut();
    await tell(id);
    const kept = { id, state: "kept", ground: "Tax law", until: "2033-12-31" };
    expect(await post("postwright", fake.answer(kept))).toBe(200);
    expect(await rowOf(caseId, "postwright")).toMatchObject({ answer: "kept", until: expect.anything(), sealed: null });
    expect(await post("postwright", fake.answer({ id, state: "erased" }))).toBe(200);
    expect(await post("postwright", fake.answer({ id, state: "erased" }))).toBe(200);
    expect(await post("postwright", fake.answer(kept))).toBe(409);
    expect(await rowOf(caseId, "postwright")).toMatchObject({ answer: "erased", ground: null, until: null });
  });
});

describe("a provider that staff tell", () => {
  const input = (erasureId: string) => ({
    erasureId,
    state: "erased" as const,
    evidence: "Letter 4711 of 3 November.",
  });

  it("S14: is written down with fresh proof, sealed evidence and an end of what identified the person", async () => {
    const { caseId } = await carriedOut();
    const { id } = await rowOf(caseId, "gaugeworks");
    const agent = await makeStaff("agent");
    const stale = staffCtx(agent, "agent");
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = null;
    const auditor = await makeStaff("auditor");
    expect(await recordAnswer(stale, input(id))).toEqual({ ok: false, reason: "step-up-required" });
    expect(await recordAnswer(staffCtx(auditor, "auditor"), input(id))).toEqual({ ok: false, reason: "not-allowed" });
    expect(await recordAnswer(holderCtx(await makePerson()), input(id))).toEqual({ ok: false, reason: "not-allowed" });
    const ctx = staffCtx(agent, "agent");
    expect(await recordAnswer(ctx, { ...input(id), evidence: "short" })).toEqual({
      ok: false,
      reason: "invalid-input",
    });
    expect(await recordAnswer(ctx, input(newId()))).toEqual({ ok: false, reason: "not-found" });
    const none = (await rowOf(caseId, "nordhafen")).id;
    expect(await recordAnswer(ctx, input(none))).toEqual({ ok: false, reason: "not-found" });
    expect((await recordAnswer(ctx, { ...input(id), state: "told" })).ok).toBe(true);
    expect((await rowOf(caseId, "gaugeworks")).sealed).not.toBeNull();
    expect(await recordAnswer(ctx, { ...input(id), state: "told" })).toEqual({ ok: false, reason: "already-done" });
    expect((await recordAnswer(ctx, input(id))).ok).toBe(true);
    expect(await recordAnswer(ctx, input(id))).toEqual({ ok: false, reason: "already-done" });
    const row = await rowOf(caseId, "gaugeworks");
    expect(row).toMatchObject({ sealed: null, answer: "erased", told_by: agent.staffId, answered_by: agent.staffId });
    expect(String(row.evidence)).not.toContain("4711");
    const task = await providerTask(staffCtx(auditor, "auditor"), id);
    expect(task).toMatchObject({ subject: null, evidence: [{ state: "told" }, { state: "erased" }] });
    expect(await providerTask(holderCtx(await makePerson()), id)).toBeNull();
  });

  it("S20: the database lets staff change nothing else of it", async () => {
    const { caseId } = await carriedOut();
    const { id } = await rowOf(caseId, "gaugeworks");
    const agent = await makeStaff("agent");
    const change = (set: string) =>
      withTransaction(staffCtx(agent, "agent"), (tx) =>
        tx.db.execute(sql.raw(`update provider_erasures set ${set} where id = '${id}'`)),
      );
    await expect(change("recipient = 'somebody'")).rejects.toThrow();
    await expect(change("answered_at = now(), answer = 'erased'")).rejects.toThrow();
    await change("told_at = now()");
  });

  it("is reminded of, overdue on the desk after a month, and mailed about in numbers", async () => {
    const { caseId, id } = await carriedOut();
    await tell(id);
    const agent = await makeStaff("agent");
    const manual = (await rowOf(caseId, "gaugeworks")).id;
    const later = (days: number) => () => Temporal.Now.instant().add({ hours: 24 * days });
    await remindProviders(systemCtx("test", later(config.providerAnswers.remindDays - 1)));
    expect((await rowOf(caseId, "gaugeworks")).reminders).toBe(0);
    const run = systemCtx("test", later(config.providerAnswers.remindDays + 1));
    await remindProviders(run);
    await remindProviders(run);
    expect((await rowOf(caseId, "gaugeworks")).reminders).toBe(1);
    const jobs = await database.sql`
      select data from pgboss.job where name = 'provider.tell' and data->>'erasureId' = ${id} and data ? 'reminder'`;
    expect(jobs.map(({ data }) => data)).toEqual([{ erasureId: id, reminder: 1 }]);
    const mails = await database.sql`select 1 from outgoing_mails where template = 'provider-tasks'`;
    expect(mails).toHaveLength(1);
    await tellProvider(asSystem, { erasureId: id, reminder: 1 });
    await tellProvider(asSystem, { erasureId: id, reminder: 1 });
    expect(fake.taken.map((one) => one.id)).toEqual([id, `${id}_1`]);
    expect(JSON.parse(fake.taken[1]?.body ?? "")).toMatchObject({ type: "erasure.reminder", data: { id } });
    expect(fake.taken[1]?.body).not.toContain("@");

    const desk = async (days: number) => {
      const { tasks, counts } = await providerTasks(staffCtx(agent, "agent", later(days)));
      return {
        task: tasks.find((one) => one.id === manual),
        count: counts.find(({ recipient }) => recipient === "gaugeworks"),
      };
    };
    expect((await desk(27)).task?.overdue).toBe(false);
    expect((await desk(32)).task?.overdue).toBe(true);
    expect((await desk(32)).count?.overdue).toBeGreaterThan(0);
    expect((await providerTasks(holderCtx(await makePerson()))).tasks).toEqual([]);
    expect((await recordAnswer(staffCtx(agent, "agent"), input(manual))).ok).toBe(true);
    expect((await desk(32)).task).toBeUndefined();
  });
});
