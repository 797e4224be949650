import { eq, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { ProviderFake } from "@/test/provider-fake";
import { decideCase } from "../cases/decide-case";
import { caseForSubject } from "../cases/queries";
import { withdrawMessage } from "../cases/withdraw-message";
import { type Ctx, systemCtx } from "../context";
import { people } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";
import { onFaultPoint } from "../faults";
import { requestHold } from "../holds/request-hold";
import { withdrawHold } from "../holds/withdraw-hold";
import { newId } from "../ids";
import { applyCorrection } from "./apply-correction";
import { decideItem } from "./decide-item";
import { type OwnField, ownFields } from "./own-fields";
import { proposeCorrection } from "./propose-correction";
import { correctionOf, untoldCorrections } from "./queries";
import { recordTold, tellCorrection } from "./tell-correction";

const database = testDatabase();
const platform = demoPlatformPerTest();
const asSystem = systemCtx("test");
// Each test has the same people on another copy of the platform.
beforeEach(() => database.sql`delete from correction_items where settled_at is null`);
afterEach(() => onFaultPoint());

/** A technician of the demo who is signed in here. */
async function technician(nth = 0) {
  const { rows } = await platform.client.query(
    `select id, company_id, email from users where role = 'technician' and email_verified_at is not null order by id offset $1 limit 1`,
    [nth],
  );
  const [user] = rows;
  const personId = await makePerson({
    email: `me-${newId()}@example.test`,
    platformUserId: user.id,
    platformCompanyId: user.company_id,
  });
  return { personId, userId: String(user.id), email: String(user.email), ctx: holderCtx(personId) };
}

async function fieldOf(ctx: Ctx, label: string): Promise<OwnField> {
  const groups = await ownFields(ctx);
  if (!groups.ok) throw new Error(groups.reason);
  const found = groups.value
    .flatMap(({ records }) => records.flatMap(({ fields }) => fields))
    .find((one) => one.label === label);
  if (!found) throw new Error(`no field ${label}`);
  return found;
}

async function propose(ctx: Ctx, values: Record<string, string>, key: string = newId()) {
  const items = await Promise.all(
    Object.entries(values).map(async ([label, value]) => ({
      handle: (await fieldOf(ctx, label)).handle,
      value,
      evidence: "As in my contract.",
    })),
  );
  const made = await proposeCorrection(ctx, { items, why: "", idempotencyKey: key });
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}

const user = async (id: string) => (await platform.client.query("select * from users where id = $1", [id])).rows[0];
const apply = (caseId: string) => applyCorrection(asSystem, { caseId });
const caseRow = async (id: string) => (await database.sql`select * from cases where id = ${id}`)[0];
const itemsOf = (caseId: string) =>
  database.sql`select * from correction_items where case_id = ${caseId} order by position`;

async function agent() {
  return staffCtx(await makeStaff("agent"), "agent");
}
async function decide(ctx: Ctx, caseId: string, position: number, how: "approved" | "declined") {
  const item = (await itemsOf(caseId))[position];
  const at = { caseId, revision: (await caseRow(caseId))?.revision, itemId: String(item?.id) };
  return decideItem(
    ctx,
    how === "approved"
      ? { ...at, decision: "approved" }
      : { ...at, decision: "declined", ground: "correct-as-it-is", text: "Your contract says what stands there." },
  );
}

describe("what a person may have put right", () => {
  it("L5 S2: is what the map calls their own, with the values that stand there, and nobody else's handle opens it", async () => {
    const [me, other] = [await technician(0), await technician(1)];
    const mine = await ownFields(me.ctx);
    if (!mine.ok) throw new Error(mine.reason);
    const shown = mine.value.flatMap(({ records }) => records.flatMap(({ fields }) => fields));
    const row = await user(me.userId);
    expect(shown.find(({ label }) => label === "Full name")).toMatchObject({ value: row.full_name, by: "rule" });
    expect(shown.find(({ label }) => label === "Job title")).toMatchObject({ value: row.job_title, by: "staff" });
    expect(shown.find(({ label }) => label === "Email address")).toMatchObject({ value: row.email, by: "address" });
    for (const label of ["Id", "Role on the platform", "Password hash", "Created at", "Settings"])
      expect(shown.map((one) => one.label)).not.toContain(label);
    const { handle } = await fieldOf(me.ctx, "Full name");
    for (const forged of [handle, "x".repeat(43), (await fieldOf(me.ctx, "Email address")).handle]) {
      const made = await proposeCorrection(other.ctx, {
        items: [{ handle: forged, value: "Somebody Else", evidence: "none" }],
        ...{ why: "", idempotencyKey: newId() },
      });
      expect(made).toEqual({ ok: false, reason: "not-found" });
    }
    expect((await user(me.userId)).full_name).toBe(row.full_name);
  });

  it("L5: tells rows of one collection apart by the day they began, those of one day by the time, of one time by a number", async () => {
    const me = await technician(2);
    const { rows } = await platform.client.query("select id from work_order_notes where author_id = $1 limit 4", [
      me.userId,
    ]);
    for (const [nth, time] of ["01T08", "02T09", "02T10", "02T10"].entries())
      await platform.client.query("update work_order_notes set created_at = $2 where id = $1", [
        rows[nth].id,
        `2025-03-${time}:00Z`,
      ]);
    const mine = await ownFields(me.ctx);
    if (!mine.ok) throw new Error(mine.reason);
    const labels = mine.value.flatMap(({ records }) => records.map(({ label }) => label));
    expect(labels).toContain("Account");
    expect(labels.filter((label) => label.includes("March 2025"))).toEqual([
      "Work-order notes, 2 March 2025 at 10:00 UTC, 1 of 2",
      "Work-order notes, 2 March 2025 at 10:00 UTC, 2 of 2",
      "Work-order notes, 2 March 2025 at 09:00 UTC",
      "Work-order notes, 1 March 2025",
    ]);
    expect(labels).toEqual([...new Set(labels)]);
  });

  it("is nothing where no login changes rows: then nothing is said to be put right at once", async () => {
    const me = await technician(0);
    const url = process.env.PLATFORM_ERASER_DATABASE_URL;
    delete process.env.PLATFORM_ERASER_DATABASE_URL;
    try {
      expect(await ownFields(me.ctx)).toEqual({ ok: true, value: [] });
    } finally {
      process.env.PLATFORM_ERASER_DATABASE_URL = url;
    }
    const again = await ownFields(me.ctx);
    expect(again.ok && again.value.length > 0).toBe(true);
  });

  it("S14 P3: is shown to nobody who did not prove themselves lately, nor to staff or visitors", async () => {
    const me = await technician();
    const stale = holderCtx(me.personId, () => Temporal.Now.instant().subtract({ minutes: 6 }));
    expect(await ownFields({ ...stale, clock: () => Temporal.Now.instant() })).toEqual({
      ok: false,
      reason: "step-up-required",
    });
    expect(await ownFields(await agent())).toEqual({ ok: false, reason: "sign-in-required" });
    const key = newId();
    const { handle } = await fieldOf(me.ctx, "Phone");
    const refused = await proposeCorrection(
      { ...stale, clock: () => Temporal.Now.instant() },
      { items: [{ handle, value: "+49 30 111222", evidence: "" }], why: "", idempotencyKey: key },
    );
    expect(refused).toEqual({ ok: false, reason: "step-up-required" });
  });
});

describe("a rule", () => {
  it("L5: puts the own name right at once, keeps before and after, and follows it here", async () => {
    const me = await technician();
    const before = (await user(me.userId)).full_name;
    const { caseId, reference } = await propose(me.ctx, { "Full name": "Robin Ó Corráin" });
    const [job] =
      await database.sql`select data from pgboss.job where name = 'correction.apply' and data->>'caseId' = ${caseId}`;
    expect(job?.data).toEqual({ caseId });
    await apply(caseId);
    expect((await user(me.userId)).full_name).toBe("Robin Ó Corráin");
    expect(await caseRow(caseId)).toMatchObject({
      decision: "approved",
      closed_at: expect.any(Date),
      next_due_at: null,
    });
    const view = await correctionOf(me.ctx, caseId);
    expect(view?.items).toMatchObject([
      { before, after: "Robin Ó Corráin", settled: true, appliedAt: expect.any(String) },
    ]);
    const [person] = await database.sql`select name from people where id = ${me.personId}`;
    expect(person?.name).toBe("Robin Ó Corráin");
    expect((await caseForSubject(me.ctx, reference))?.events.map(({ type }) => type)).toContain("correction.applied");
    const [mail] =
      await database.sql`select 1 from outgoing_mails where template = 'correction-settled' and person_id = ${me.personId}`;
    expect(mail).toBeDefined();
    // Again, nothing more happens.
    await platform.client.query("update users set full_name = 'Later' where id = $1", [me.userId]);
    await apply(caseId);
    expect((await user(me.userId)).full_name).toBe("Later");
  });

  it("S14: decides nothing for a session from a new device; staff look", async () => {
    const me = await technician();
    const { actor } = me.ctx;
    if (actor.kind !== "holder") throw new Error("a holder");
    const fresh: Ctx = { ...me.ctx, actor: { ...actor, freshUntil: Temporal.Now.instant().add({ hours: 3 }) } };
    const { caseId } = await propose(fresh, { "Full name": "Robin New" });
    await apply(caseId);
    expect((await user(me.userId)).full_name).not.toBe("Robin New");
    expect((await decide(await agent(), caseId, 0, "approved")).ok).toBe(true);
    await apply(caseId);
    expect((await user(me.userId)).full_name).toBe("Robin New");
  });

  it("S20: is not what a holder's own statement can make of a field for staff", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { "Job title": "Head of lifts" });
    const forged = withTransaction(me.ctx, (tx) =>
      tx.db.execute(
        sql`update correction_items set decision = 'approved', decided_at = now() where case_id = ${caseId}`,
      ),
    );
    await forged.catch(() => {});
    expect((await itemsOf(caseId))[0]?.decision).toBeNull();
    // Even where somebody got past that: the map is asked again.
    await database.sql`update correction_items set decision = 'approved', decided_at = now(), by = 'rule' where case_id = ${caseId}`;
    await apply(caseId);
    expect((await user(me.userId)).job_title).not.toBe("Head of lifts");
    expect((await itemsOf(caseId))[0]).toMatchObject({ problem: "gone", decision: null });
  });
});

describe("staff", () => {
  it("L2 L5: approve one value and decline the other; the case says both and holds the reasons", async () => {
    const me = await technician();
    const before = await user(me.userId);
    const { caseId, reference } = await propose(me.ctx, { "Job title": "Lift engineer", "Hourly rate": "61.50" });
    const staff = await agent();
    expect(await decide(staff, caseId, 0, "approved")).toMatchObject({ ok: true });
    await apply(caseId);
    expect((await caseRow(caseId))?.closed_at).toBeNull();
    const whole = await decideCase(staff, {
      ...{ caseId, revision: (await caseRow(caseId))?.revision, text: "Done.", decision: "approved" },
    });
    expect(whole).toEqual({ ok: false, reason: "not-ready" });
    expect(await decide(staff, caseId, 1, "declined")).toMatchObject({ ok: true });
    expect(await user(me.userId)).toEqual({ ...before, job_title: "Lift engineer" });
    const found = await caseForSubject(me.ctx, reference);
    expect(found).toMatchObject({ decision: "partly" });
    const words = found?.messages.find(({ text }) => text === "Hourly rate: Your contract says what stands there.");
    const at = { caseId, revision: (await caseRow(caseId))?.revision, messageId: String(words?.id) };
    expect(await withdrawMessage(staff, { ...at, ground: "mistaken" })).toEqual({
      ok: false,
      reason: "decision-words",
    });
    const view = await correctionOf(me.ctx, caseId);
    expect(view?.items[1]).toMatchObject({
      decision: "declined",
      ground: "correct-as-it-is",
      before: before.hourly_rate,
    });
  });

  it("S14 S19: need a fresh proof and the right role, and two at once do not decide the same", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { "Job title": "Lift engineer" });
    const who = await makeStaff("agent");
    const stale: Ctx = {
      ...staffCtx(who, "agent", () => Temporal.Now.instant().subtract({ minutes: 6 })),
      clock: () => Temporal.Now.instant(),
    };
    expect(await decide(stale, caseId, 0, "approved")).toEqual({ ok: false, reason: "step-up-required" });
    expect(await decide(staffCtx(await makeStaff("auditor"), "auditor"), caseId, 0, "approved")).toEqual({
      ok: false,
      reason: "not-allowed",
    });
    const [a, b] = [await agent(), await agent()];
    const answers = await Promise.all([decide(a, caseId, 0, "approved"), decide(b, caseId, 0, "declined")]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it("get back what changed meanwhile, with what stands there now, and nothing is overwritten", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { "Job title": "Lift engineer", "Hourly rate": "61.50" });
    const staff = await agent();
    await decide(staff, caseId, 0, "approved");
    await decide(staff, caseId, 1, "approved");
    await platform.client.query("update users set job_title = 'Promoted' where id = $1", [me.userId]);
    await apply(caseId);
    expect(await user(me.userId)).toMatchObject({ job_title: "Promoted", hourly_rate: "61.50" });
    const view = await correctionOf(staff, caseId);
    expect(view?.items[0]).toMatchObject({ problem: "changed", found: "Promoted", decision: null });
    expect((await caseRow(caseId))?.closed_at).toBeNull();
    expect((await decide(staff, caseId, 0, "approved")).ok).toBe(true);
    await apply(caseId);
    expect(await user(me.userId)).toMatchObject({ job_title: "Lift engineer" });
    expect((await correctionOf(me.ctx, caseId))?.items[0]).toMatchObject({
      before: "Promoted",
      after: "Lift engineer",
    });
    expect((await caseRow(caseId))?.decision).toBe("approved");
  });

  it("get back what the platform refuses and what a hold keeps, and may try again once it ended", async () => {
    const me = await technician();
    await platform.client.query("alter table users add check (job_title <> 'Forbidden')");
    const first = await propose(me.ctx, { "Job title": "Forbidden" });
    const staff = await agent();
    await decide(staff, first.caseId, 0, "approved");
    await apply(first.caseId);
    expect((await itemsOf(first.caseId))[0]).toMatchObject({ problem: "refused", decision: null });
    await decide(staff, first.caseId, 0, "declined");

    const officer = staffCtx(await makeStaff("officer"), "officer");
    const held = await propose(me.ctx, { "Job title": "Held" });
    const asked = await requestHold(officer, {
      ...{
        scope: "person",
        address: me.email,
        ground: "legal-claim",
        note: "A reason in a sentence.",
        collection: "operno/users",
      },
    });
    if (!asked.ok) throw new Error(asked.reason);
    await decide(staff, held.caseId, 0, "approved");
    await apply(held.caseId);
    expect((await itemsOf(held.caseId))[0]).toMatchObject({ problem: "held", decision: null });
    expect((await user(me.userId)).job_title).not.toBe("Held");
    await withdrawHold(officer, { holdId: asked.value.holdId });
    await decide(staff, held.caseId, 0, "approved");
    await apply(held.caseId);
    expect((await user(me.userId)).job_title).toBe("Held");
  });
});

describe("twice", () => {
  it("R7: the same form sent many times at once is one case", async () => {
    const me = await technician();
    const { handle } = await fieldOf(me.ctx, "Phone");
    const input = { items: [{ handle, value: "+49 30 998877", evidence: "" }], why: "", idempotencyKey: newId() };
    const made = await Promise.all(Array.from({ length: 12 }, () => proposeCorrection(me.ctx, input)));
    expect(new Set(made.map((one) => (one.ok ? one.value.caseId : one.reason))).size).toBe(1);
    const again = await proposeCorrection(me.ctx, { ...input, why: "other" });
    expect(again).toEqual({ ok: false, reason: "idempotency-mismatch" });
  });

  it("two proposals for one field: the second is told of the first", async () => {
    const me = await technician();
    const { handle } = await fieldOf(me.ctx, "Job title");
    const one = (value: string) =>
      proposeCorrection(me.ctx, {
        items: [{ handle, value, evidence: "As in my contract." }],
        why: "",
        idempotencyKey: newId(),
      });
    const answers = await Promise.all([one("First"), one("Second")]);
    expect(answers.map((answer) => answer.ok || answer.reason).toSorted()).toEqual(
      ["correction-open", true].toSorted(),
    );
    const [{ cases: made } = { cases: 0 }] = await database.sql`
      select count(*)::int as cases from cases where subject_id = ${me.personId}`;
    expect(made).toBe(1);
  });

  it("H1 R2: dead at every place, each value is changed once and the case closes once", async () => {
    for (const point of ["correction.prepared", "correction.lasting", "correction.finished"]) {
      const me = await technician(["correction.prepared", "correction.lasting", "correction.finished"].indexOf(point));
      const before = await user(me.userId);
      const { caseId } = await propose(me.ctx, { "Full name": `Robin ${point}` });
      onFaultPoint((name) => {
        if (name === point) throw new Error("died");
      });
      await expect(apply(caseId)).rejects.toThrow();
      onFaultPoint();
      if (point === "correction.prepared") expect(await user(me.userId)).toEqual(before);
      await apply(caseId);
      await apply(caseId);
      expect(await user(me.userId)).toEqual({ ...before, full_name: `Robin ${point}` });
      const events =
        await database.sql`select type from case_events where case_id = ${caseId} and type in ('correction.applied', 'case.decided')`;
      expect(events).toHaveLength(2);
      const mails =
        await database.sql`select 1 from outgoing_mails where template = 'correction-settled' and person_id = ${me.personId}`;
      expect(mails).toHaveLength(1);
    }
  });

  it("a hold that is asked for in the middle stops that attempt; the next one finds it and gives the value back", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { "Full name": "Robin Held" });
    const officer = staffCtx(await makeStaff("officer"), "officer");
    let holdId = "";
    onFaultPoint(async (name) => {
      if (name !== "correction.begun" || holdId) return;
      const asked = await requestHold(officer, {
        ...{ scope: "person", address: me.email, ground: "legal-claim", note: "A reason in a sentence." },
        collection: "operno/users",
      });
      if (asked.ok) holdId = asked.value.holdId;
    });
    await expect(apply(caseId)).rejects.toThrow();
    onFaultPoint();
    await apply(caseId);
    expect((await itemsOf(caseId))[0]).toMatchObject({ problem: "held", decision: null });
    await withdrawHold(officer, { holdId });
  });

  it("R3: a paused worker that wakes after another one came to the end notes nothing and changes nothing", async () => {
    const me = await technician(3);
    const { caseId } = await propose(me.ctx, { "Full name": "Robin Awake" });
    let first = true;
    let wake: () => void = () => {};
    const awake = new Promise<void>((done) => (wake = done));
    onFaultPoint(async (name) => {
      if (name !== "correction.begun" || !first) return;
      first = false;
      await awake;
    });
    const paused = apply(caseId).then(
      () => "ended",
      (error: Error) => error.message,
    );
    while (first) await new Promise((done) => setTimeout(done, 20));
    // It holds the row's lock, as a paused process does, until the platform ends its transaction.
    await expect(apply(caseId)).rejects.toThrow();
    await platform.client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'trust center (correction)' and datname = current_database()",
    );
    await apply(caseId);
    expect((await user(me.userId)).full_name).toBe("Robin Awake");
    await platform.client.query("update users set full_name = 'Later' where id = $1", [me.userId]);
    wake();
    expect(await paused).not.toBe("ended");
    onFaultPoint();
    expect((await user(me.userId)).full_name).toBe("Later");
    const runs = await database.sql`select failed_at, finished_at from correction_runs where case_id = ${caseId}`;
    expect(runs).toEqual([{ failed_at: null, finished_at: expect.any(Date) }]);
  });

  it("R3: an attempt that was overtaken notes nothing and changes nothing", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { "Full name": "Robin Twice" });
    let go: () => void = () => {};
    const overtaken = new Promise<void>((done) => (go = done));
    let first = true;
    onFaultPoint(async (name) => {
      if (name !== "correction.prepared" || !first) return;
      first = false;
      // The other attempt counts itself in, then this one wakes and comes to its end.
      await database.sql`update correction_runs set attempt = attempt + 1 where case_id = ${caseId}`;
      go();
    });
    const running = apply(caseId).catch((error: Error) => error);
    await overtaken;
    await running;
    onFaultPoint();
    await apply(caseId);
    expect((await user(me.userId)).full_name).toBe("Robin Twice");
    const events =
      await database.sql`select 1 from case_events where case_id = ${caseId} and type = 'correction.applied'`;
    expect(events).toHaveLength(1);
  });
});

describe("L5: the providers that received it", () => {
  let fake: ProviderFake;
  beforeEach(async () => {
    fake = new ProviderFake();
    process.env.POSTWRIGHT_ERASURE_URL = await fake.start();
    process.env.POSTWRIGHT_ERASURE_SECRET = fake.secret;
  });
  afterEach(async () => {
    delete process.env.POSTWRIGHT_ERASURE_URL;
    delete process.env.POSTWRIGHT_ERASURE_SECRET;
    await fake.stop();
  });

  it("W1: are told of the right value by what they know the person; others not; staff tell who is not called", async () => {
    const me = await technician();
    const { caseId } = await propose(me.ctx, { Phone: "+49 30 7654321" });
    await apply(caseId);
    const notices = await database.sql`select * from correction_notices where case_id = ${caseId} order by recipient`;
    // The analytics provider receives no account data; the host holds nothing by person.
    expect(notices.map(({ recipient, way }) => [recipient, way])).toEqual([
      ["ledgerline", "manual"],
      ["postwright", "webhook"],
    ]);
    const id = String(notices[1]?.id);
    fake.fault = (call) => (call === 0 ? "500" : "none");
    await expect(tellCorrection(asSystem, { noticeId: id })).rejects.toThrow();
    await tellCorrection(asSystem, { noticeId: id });
    await tellCorrection(asSystem, { noticeId: id });
    expect(fake.taken).toHaveLength(1);
    const { type, data } = JSON.parse(fake.taken[0]?.body ?? "");
    expect(type).toBe("correction.made");
    expect(data).toMatchObject({
      id,
      subject: { user_ids: [], company_id: null, identities: { email: expect.arrayContaining([me.email]) } },
      corrections: [{ category: "collect.account", label: "Phone", value: "+49 30 7654321" }],
    });
    const staff = await agent();
    const task = (await untoldCorrections(staff)).find((one) => one.caseId === caseId);
    expect(task?.name).toContain("Ledgerline");
    expect(await recordTold(staff, { noticeId: String(task?.id) })).toEqual({ ok: true, value: { caseId } });
    expect(await recordTold(staff, { noticeId: String(task?.id) })).toEqual({ ok: false, reason: "already-done" });
    const left = await database.sql`select 1 from correction_notices where case_id = ${caseId} and sealed is not null`;
    expect(left).toHaveLength(0);
  });

  it("S31 S32: no value stands in a job, an audit entry, a timeline or a row in clear, and none can be read once forgotten", async () => {
    const me = await technician();
    const canary = `Canary ${newId()}`;
    const { caseId } = await propose(me.ctx, { "Full name": canary, "Job title": `${canary} title` });
    const staff = await agent();
    await apply(caseId);
    await decide(staff, caseId, 1, "approved");
    await apply(caseId);
    const [places] = await database.sql`
      select (select coalesce(string_agg(t::text, ''), '') from correction_items t) as items,
             (select coalesce(string_agg(t::text, ''), '') from correction_runs t) as runs,
             (select coalesce(string_agg(t::text, ''), '') from correction_notices t) as notices,
             (select coalesce(string_agg(data::text, ''), '') from pgboss.job) as jobs,
             (select coalesce(string_agg(detail::text, ''), '') from case_events) as events,
             (select coalesce(string_agg(payload::text, ''), '') from audit_payloads) as payloads,
             (select coalesce(string_agg(convert_from(canonical, 'utf8'), ''), '') from audit_entries) as entries`;
    const hex = Buffer.from(canary).toString("hex");
    for (const [place, text] of Object.entries(places ?? {})) {
      expect(text, place).not.toContain(canary);
      expect(text, place).not.toContain(hex);
    }
    await expect(
      database.sql`update correction_items set label = 'other' where case_id = ${caseId} and applied_at is not null`,
    ).rejects.toThrow(/stays on record/);
    await withTransaction(asSystem, async (tx) => {
      const [row] = await tx.db.select().from(people).where(eq(people.id, me.personId));
      if (row) await forgetPerson(tx, row);
    });
    const emptied = await withRead(asSystem, (tx) =>
      tx.db.execute(sql`select content from correction_items where case_id = ${caseId}`),
    );
    expect(emptied.every((row) => row.content === null)).toBe(true);
  });
});
