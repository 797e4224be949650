import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff } from "@/test/people";
import { config } from "@/trust-center.config";
import { recordAudit } from "../audit/record";
import { clearCases } from "../cases/clear-cases";
import { openInquiry } from "../cases/open-inquiry";
import { submitInquiry } from "../cases/submit-inquiry";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx, visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { ownRules } from "./own-rules";
import { retentionNow } from "./queries";
import { sweepOwn } from "./sweep-own";

const database = testDatabase();
const start = Temporal.Instant.from("2027-02-28T12:00:00Z");
const later = (period: string, seconds = 0) => start.toZonedDateTimeISO("UTC").add(period).add({ seconds }).toInstant();
const nobody = { people: [], companies: [] };

async function closedCase(values: { platformUserId?: string } = {}) {
  const person = await makePerson(values);
  const made = await submitPlainRequest(
    holderCtx(person, () => start),
    { kind: "correction", message: "Please mend it.", idempotencyKey: `k-${person}` },
  );
  if (!made.ok) throw new Error(made.reason);
  await database.sql`update cases set closed_at = ${start.toString()}, decided_at = ${start.toString()}, decision = 'completed'
    where subject_id = ${person}`;
  const [row] = await database.sql`select id from cases where subject_id = ${person}`;
  return { person, caseId: String(row?.id) };
}
const left = async (caseId: string) => {
  const [row] = await database.sql`
    select (select count(*)::int from cases where id = ${caseId}) as cases, (select count(*)::int from case_messages where case_id = ${caseId}) as messages,
           (select count(*)::int from case_events where case_id = ${caseId}) as events, (select count(*)::int from case_clocks where case_id = ${caseId}) as clocks`;
  return row;
};

describe("closed cases", () => {
  it("L10: go whole after 24 months, not a second earlier; open ones and held ones stay", async () => {
    const { caseId } = await closedCase();
    const held = await closedCase({ platformUserId: `u-${newId()}` });
    const [user] = await database.sql`select platform_user_id as id from people where id = ${held.person}`;
    const kept = { people: [String(user?.id)], companies: [] };
    const open = await closedCase();
    await database.sql`update cases set closed_at = null, decided_at = null, decision = null where id = ${open.caseId}`;
    await clearCases(
      systemCtx("test", () => later(config.cases.keep, -1)),
      kept,
    );
    expect(await left(caseId)).toMatchObject({ cases: 1, messages: 1 });
    await clearCases(
      systemCtx("test", () => later(config.cases.keep)),
      kept,
    );
    expect(await left(caseId)).toEqual({ cases: 0, messages: 0, events: 0, clocks: 0 });
    expect(await left(held.caseId)).toMatchObject({ cases: 1, messages: 1 });
    expect(await left(open.caseId)).toMatchObject({ cases: 1, messages: 1 });
    await clearCases(
      systemCtx("test", () => later(config.cases.keep)),
      nobody,
    );
    expect(await left(held.caseId)).toMatchObject({ cases: 0 });
    // What was done stays in the log, as a count.
    const entries = await database.sql`
      select p.payload from audit_entries e join audit_payloads p on p.entry_id = e.id where e.action = 'cases.cleared' order by e.id`;
    expect(entries.map(({ payload }) => payload)).toEqual([
      { cases: 1, keptFor: config.cases.keep },
      { cases: 1, keptFor: config.cases.keep },
    ]);
  });

  it("the public form that began one goes with it", async () => {
    const ctx = { ...visitorCtx(), clock: () => start };
    const sent = await submitInquiry(ctx, {
      ...{ name: "Kim", email: `kim-${newId()}@private.example`, message: "What do you hold?", network: null },
      idempotencyKey: newId(),
    });
    if (!sent.ok) throw new Error(sent.reason);
    const [intake] = await database.sql`select id, reference from intakes order by received_at desc limit 1`;
    await openInquiry(
      systemCtx("test", () => start),
      { intakeId: String(intake?.id) },
    );
    await database.sql`update cases set closed_at = ${start.toString()}, decided_at = ${start.toString()}, decision = 'completed'
      where reference = ${intake?.reference}`;
    await clearCases(
      systemCtx("test", () => later(config.cases.keep)),
      nobody,
    );
    expect(await database.sql`select 1 from intakes where reference = ${intake?.reference}`).toHaveLength(0);
  });
});

describe("details of the log", () => {
  it("go after their time by the system alone; the entry and its hash stay, so a proof holds as before", async () => {
    const id = newId();
    await withTransaction(
      systemCtx("test", () => start),
      (tx) => recordAudit(tx, { action: "test.done", object: { type: "test", id }, payload: { count: 3 } }),
    );
    const read = async () =>
      (
        await database.sql`select e.canonical, e.payload_hash, p.salt, p.payload from audit_entries e left join audit_payloads p on p.entry_id = e.id where e.object_id = ${id}`
      )[0];
    const before = await read();
    const hash = createHash("sha256")
      .update(before?.salt)
      .update(String(canonicalize(before?.payload)))
      .digest();
    expect(hash.equals(before?.payload_hash)).toBe(true);
    await expect(database.sql`update audit_payloads set payload = '{}'`).rejects.toThrow(/append-only/);
    await expect(database.sql`delete from audit_payloads`).rejects.toThrow(/append-only/);
    await sweepOwn(systemCtx("test", () => later(config.audit.details, -1)));
    expect((await read())?.payload).toEqual({ count: 3 });
    await sweepOwn(systemCtx("test", () => later(config.audit.details)));
    const after = await read();
    expect([after?.payload, after?.salt]).toEqual([null, null]);
    expect(after?.canonical.equals(before?.canonical)).toBe(true);
    expect(JSON.parse(after?.canonical.toString()).payloadHash).toBe(hash.toString("hex"));
  });
});

describe("what is left of people who were forgotten, of holds and of clients' erasures", () => {
  it("goes 24 months after its end, not a second earlier; nameless rows once no request leads to them", async () => {
    const { person, caseId } = await closedCase();
    const alone = await makePerson();
    const at = start.toString();
    await database.sql`update people set erased_at = ${at} where id in ${database.sql([person, alone])}`;
    await database.sql`update cases set closed_at = ${later("P1D").toString()} where id = ${caseId}`;
    const { staffId } = await makeStaff("officer");
    const holds = [newId(), newId()];
    for (const [place, id] of holds.entries())
      await database.sql`
        insert into legal_holds (id, scope, platform_user_id, ground, note, requested_by, requested_at, withdrawn_by, withdrawn_at)
        values (${id}, 'person', 'u', 'legal-claim', '\\x00', ${staffId}, ${at}, ${place ? null : staffId}, ${place ? null : at})`;
    await database.sql`insert into client_erasures (id, company_id, client_id, ordered_at, finished_at) values (${newId()}, 'c', '1', ${at}, ${at})`;
    const there = async () => {
      const [row] = await database.sql`
        select (select count(*)::int from people where id = ${person}) as person, (select count(*)::int from people where id = ${alone}) as alone,
               (select count(*)::int from legal_holds where id in ${database.sql(holds)}) as holds,
               (select count(*)::int from client_erasures) as clients`;
      return row;
    };
    const all = { person: 1, alone: 1, holds: 2, clients: 1 };
    await sweepOwn(systemCtx("test", () => later(config.cases.keep, -1)));
    expect(await there()).toEqual(all);
    await sweepOwn(systemCtx("test", () => later(config.cases.keep)));
    expect(await there()).toEqual({ ...all, alone: 0, holds: 1, clients: 0 });
    const after = later(config.cases.keep).add({ hours: 48 });
    await sweepOwn(systemCtx("test", () => after));
    // The hold that nobody took back lapsed later.
    expect(await there()).toEqual({ person: 0, alone: 0, holds: 1, clients: 0 });
    await database.sql`update legal_holds set withdrawn_by = ${staffId}, withdrawn_at = ${at} where id in ${database.sql(holds)}`;
  });

  it("a hold that nobody set goes 24 months after it lapsed, and one that stands never", async () => {
    const { staffId } = await makeStaff("officer");
    const other = await makeStaff("officer");
    const asked = Temporal.Instant.from("2024-02-29T12:00:00Z");
    const [lapsed, standing] = [newId(), newId()];
    for (const [id, by] of Object.entries({ [lapsed]: null, [standing]: other.staffId }))
      await database.sql`
        insert into legal_holds (id, scope, platform_user_id, ground, note, requested_by, requested_at, set_by, set_at)
        values (${id}, 'person', 'u', 'legal-claim', '\\x00', ${staffId}, ${asked.toString()}, ${by}, ${by && asked.toString()})`;
    const left = async () =>
      (await database.sql`select id from legal_holds where id in ${database.sql([lapsed, standing])}`).map(
        (row) => row.id,
      );
    const end = asked.add({ hours: config.holds.provisionalHours }).toZonedDateTimeISO("UTC").add(config.cases.keep);
    await sweepOwn(systemCtx("test", () => end.subtract({ seconds: 1 }).toInstant()));
    expect(new Set(await left())).toEqual(new Set([lapsed, standing]));
    await sweepOwn(systemCtx("test", () => end.toInstant()));
    expect(await left()).toEqual([standing]);
    await expect(database.sql`delete from legal_holds where id = ${standing}`).rejects.toThrow(/is not deleted/);
  });
});

describe("the own rules", () => {
  it("are recorded once a day and whenever one did something; the last run is what the pages show", async () => {
    await database.sql`truncate retention_sweeps cascade`;
    const [first, soon] = [later("P30Y"), later("P30Y", 3600)];
    await sweepOwn(systemCtx("test", () => first));
    await sweepOwn(systemCtx("test", () => soon));
    const quiet = await database.sql`select 1 from retention_sweeps where kind = 'own'`;
    expect(quiet).toHaveLength(1);
    const { caseId } = await closedCase();
    await sweepOwn(systemCtx("test", () => soon));
    expect(await left(caseId)).toMatchObject({ cases: 0 });
    expect(await database.sql`select 1 from retention_sweeps where kind = 'own'`).toHaveLength(2);
    const { own } = await retentionNow(() => soon.add({ hours: 1 }));
    const rule = own.find(({ name }) => name === "cases");
    expect(rule).toMatchObject({ period: "24 months", late: null, run: { deleted: 1, leftOver: 0 } });
    // Nobody looked for two days: that is said.
    const { own: silent } = await retentionNow(() => soon.add({ hours: 48 }));
    expect(silent.every(({ late }) => late !== null)).toBe(true);
  });

  it("one that cannot be done stops no other, and the desk says so", async () => {
    await database.sql`truncate retention_sweeps cascade`;
    const { caseId } = await closedCase();
    const now = () => later("P40Y");
    const broken = async () => Promise.reject(Object.assign(new Error("/secret/of/a/person"), { code: "EACCES" }));
    const rules = ownRules.map((rule) => {
      if (rule.name === "packages") return { ...rule, sweep: broken };
      return rule.name === "sessions" ? { ...rule, due: broken } : rule;
    });
    await sweepOwn(systemCtx("test", now), [...rules].reverse());
    expect(await left(caseId)).toMatchObject({ cases: 0 });
    const { own } = await retentionNow(now);
    const late = own.filter((rule) => rule.late !== null);
    expect(late.map(({ name }) => name)).toEqual(["packages", "sessions"]);
    for (const rule of late)
      expect(rule).toMatchObject({ late: "It could not be done (EACCES).", run: { deleted: 0 } });
    // Mended, it is said no more.
    await sweepOwn(systemCtx("test", now));
    expect((await retentionNow(now)).own.filter((rule) => rule.late !== null)).toEqual([]);
  });
});
