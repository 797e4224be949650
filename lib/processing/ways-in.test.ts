import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { sendRequest, tokenOf } from "@/test/ways-in";
import { appealCase } from "../cases/appeal-case";
import { decideCase } from "../cases/decide-case";
import { caseForStaff } from "../cases/desk-queries";
import { disownRequest } from "../cases/disown-request";
import { mergeCases } from "../cases/merge-cases";
import { nameRight } from "../cases/name-right";
import { openInquiry } from "../cases/open-inquiry";
import { proofPage, proveIdentity } from "../cases/prove-identity";
import { proveSignedIn } from "../cases/prove-signed-in";
import { recogniseAsker } from "../cases/recognise-asker";
import { rightsOnCase } from "../cases/rights-on-case";
import { submitDeletion } from "../cases/submit-deletion";
import { submitInquiry } from "../cases/submit-inquiry";
import { submitRequest } from "../cases/submit-request";
import { takeRequest } from "../cases/take-request";
import { tendIdentity } from "../cases/tend-identity";
import { type StaffRole, systemCtx, visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { decideRecord } from "./decide-record";
import type { Purpose } from "./purposes";
import { myUses } from "./queries";
import { recordForPerson } from "./record-for-person";
import { takeBack } from "./take-back";
import { tendRecords } from "./tend-records";

const database = testDatabase();
demoPlatformPerTest();
const visitor = visitorCtx();
const system = systemCtx("test");

async function somebody() {
  const personId = await makePerson();
  return { personId, email: `p-${personId}@example.test` };
}
const desk = async (role: StaffRole = "agent") => staffCtx(await makeStaff(role), role);
const prove = async (email: string) => {
  const token = await tokenOf(database.sql, email, "identity-ask");
  const page = await proofPage(visitor, token);
  expect((await proveIdentity(visitor, { token, network: null })).ok).toBe(true);
  return page;
};
const caseOf = async (reference: string) => (await database.sql`select * from cases where reference = ${reference}`)[0];
const recordsOf = (caseId: string) =>
  database.sql`select kind, purpose, basis, source, ended_at is null as stands from processing_records where case_id = ${caseId} order by purpose`;
const stopped = async (email: string) =>
  (await mailsTo(database.sql, email))
    .filter(({ template }) => template === "processing-stopped")
    .map(({ props }) => props);

describe("by the public form", () => {
  it("L9 S16: nothing stops before the link; with it improvement stops for good and the rest while it is weighed, in the same case", async () => {
    const { personId, email } = await somebody();
    const { reference } = await sendRequest(database.sql, {
      ...{ kind: "objection", email, uses: ["communication", "improvement"] },
    });
    const before = await caseOf(reference);
    expect(before).toMatchObject({ subject_id: null, closed_at: null });
    expect(await recordsOf(before?.id)).toEqual([]);
    expect((await prove(email))?.uses).toEqual({
      ...{ purposes: ["communication", "improvement"], basis: null, by: "person" },
    });
    expect(await recordsOf(before?.id)).toEqual([
      { kind: "objection", purpose: "communication", basis: null, source: "person", stands: true },
      { kind: "objection", purpose: "improvement", basis: null, source: "person", stands: true },
    ]);
    expect(await stopped(email)).toMatchObject([
      { reference, by: "link", what: "communication, improvement and analytics", forGood: "improvement and analytics" },
    ]);
    const after = await caseOf(reference);
    expect(after).toMatchObject({ subject_id: personId, asked_uses: null, closed_at: null });
    // Seen and taken back where everything else of theirs is (L12).
    const uses = await myUses(holderCtx(personId));
    expect(uses?.uses.filter(({ allowed }) => !allowed).map(({ purpose }) => purpose)).toEqual([
      ...["communication", "improvement"],
    ]);
    // What was weighed decides the whole: the rest stopped for good already.
    const [record] =
      await database.sql`select id from processing_records where case_id = ${after?.id} and purpose = 'communication'`;
    const decided = await decideRecord(await desk(), {
      ...{ caseId: after?.id, revision: after?.revision, recordId: record?.id, decision: "rejected" },
      ...{ ground: "compelling-grounds", text: "You have to hear of outages." },
    });
    expect(decided).toEqual({ ok: true, value: null });
    expect(await caseOf(reference)).toMatchObject({ decision: "partly", decline_ground: "compelling-grounds" });
  });

  it("L2 L12: taking one use back leaves the refusal of another, with its ground and its appeal", async () => {
    for (const [uses, decision] of [
      [["communication", "service-delivery"], "declined"],
      [["communication", "improvement", "service-delivery"], "partly"],
    ] as const) {
      const { personId, email } = await somebody();
      const { reference } = await sendRequest(database.sql, {
        ...{ kind: "objection", email, uses: [...uses], message: "No more of it." },
      });
      await prove(email);
      const row = await caseOf(reference);
      const [one, other] = await database.sql`select id from processing_records
        where case_id = ${row?.id} and purpose <> 'improvement' order by purpose`;
      const [officer, colleague] = [await desk("officer"), await desk("officer")];
      await decideRecord(officer, {
        ...{ caseId: row?.id, revision: row?.revision, recordId: one?.id, decision: "rejected" },
        ...{ ground: "compelling-grounds", text: "You have to hear of outages." },
      });
      expect(await takeBack(holderCtx(personId), { recordId: other?.id })).toEqual({ ok: true, value: null });
      for (const _ of [1, 2]) await tendRecords(system);
      expect(await caseOf(reference)).toMatchObject({ decision, decline_ground: "compelling-grounds" });
      const told = (await mailsTo(database.sql, email)).filter(({ template }) => template === "case-decided");
      expect(told.map(({ props }) => props)).toMatchObject([{ decision, ground: "compelling-grounds" }]);
      expect((await appealCase(holderCtx(personId), { reference, message: "Look again." })).ok).toBe(true);
      await tendRecords(system);
      const open = await caseOf(reference);
      const again = { caseId: open?.id, revision: open?.revision, decision: "approved", text: "Yes." } as const;
      expect(await decideCase(officer, again)).toMatchObject({ reason: "own-decision" });
      expect((await decideCase(colleague, again)).ok).toBe(true);
    }
  });

  it("L12: taken back, words that came with the form are still read", async () => {
    for (const [message, decision] of [
      ["", "cancelled"],
      ["And who saw it so far?", null],
    ] as const) {
      const { personId, email } = await somebody();
      const { reference } = await sendRequest(database.sql, {
        kind: "objection",
        email,
        uses: "communication",
        message,
      });
      await prove(email);
      const row = await caseOf(reference);
      const [record] = await database.sql`select id from processing_records where case_id = ${row?.id}`;
      expect((await takeBack(holderCtx(personId), { recordId: record?.id })).ok).toBe(true);
      await tendRecords(system);
      expect((await caseOf(reference))?.decision).toBe(decision);
    }
  });

  it("improvement alone closes by itself; with words beside it a person reads them first", async () => {
    for (const [message, closes] of [
      ["", true],
      ["And who saw it so far?", false],
    ] as const) {
      const { email } = await somebody();
      const { reference } = await sendRequest(database.sql, { kind: "objection", email, uses: "improvement", message });
      await prove(email);
      await tendRecords(system);
      expect((await caseOf(reference))?.closed_at !== null).toBe(closes);
      expect((await stopped(email))[0]?.replyBy).toBeNull();
    }
  });

  it("a limit names its case of GDPR 18(1); without uses it is for all of them, and asked for twice it stands once", async () => {
    const { email } = await somebody();
    const first = await sendRequest(database.sql, { kind: "restriction", email, basis: "claims" });
    await prove(email);
    const again = await sendRequest(database.sql, { kind: "restriction", email, basis: "claims", message: "Still." });
    await prove(email);
    expect(await recordsOf((await caseOf(first.reference))?.id)).toMatchObject([{ purpose: null, basis: "claims" }]);
    expect(await recordsOf((await caseOf(again.reference))?.id)).toEqual([]);
    expect(await stopped(email)).toHaveLength(1);
  });

  it("H4: half a choice without words is refused, and a use that nobody may object to", async () => {
    const form = { name: "", about: "", message: "", email: "kim@example.test", network: null } as const;
    for (const wrong of [
      { kind: "objection" },
      { kind: "objection", basis: "claims" },
      { kind: "restriction", uses: ["improvement"] },
      { kind: "objection", uses: ["security"] },
      { kind: "correction", uses: ["improvement"], basis: "claims" },
    ])
      expect(await submitRequest(visitor, { ...form, ...wrong, idempotencyKey: newId() } as never)).toEqual({
        ...{ ok: false, reason: "invalid-input" },
      });
  });

  it("an agent's objection stops nothing before the permission is signed, and tells the subject, not them", async () => {
    const { email } = await somebody();
    const agent = `agent-${newId()}@agents.example`;
    const { reference } = await sendRequest(database.sql, {
      ...{ kind: "objection", email: agent, name: "Alex Agent", subjectEmail: email, uses: ["improvement"] },
    });
    expect(await recordsOf((await caseOf(reference))?.id)).toEqual([]);
    await prove(email);
    expect(await recordsOf((await caseOf(reference))?.id)).toHaveLength(1);
    expect(await stopped(agent)).toEqual([]);
    expect(await stopped(email)).toHaveLength(1);
  });
});

describe("two requests that are merged", () => {
  const merge = async (one: string, other: string) => {
    const [a, b] = [await caseOf(one), await caseOf(other)];
    return mergeCases(await desk(), {
      caseId: a?.id,
      revision: a?.revision,
      otherId: b?.id,
      otherRevision: b?.revision,
    });
  };

  it.each(["older", "younger"])("L9: stop what both named, with the link of the %s, each once", async (pressed) => {
    const { email } = await somebody();
    const older = await sendRequest(database.sql, { kind: "objection", email, uses: ["communication"] });
    const first = await tokenOf(database.sql, email, "identity-ask");
    const younger = await sendRequest(database.sql, { kind: "objection", email, uses: ["improvement"] });
    const second = await tokenOf(database.sql, email, "identity-ask");
    expect((await merge(older.reference, younger.reference)).ok).toBe(true);
    expect((await proofPage(visitor, first))?.uses?.purposes).toEqual(["communication", "improvement"]);
    const order = pressed === "older" ? [first] : [second, first];
    for (const token of order) expect((await proveIdentity(visitor, { token, network: null })).ok).toBe(true);
    const stopped = await database.sql`select r.purpose from processing_records r join people p on p.id = r.person_id
      where p.email = ${email} order by 1`;
    expect(stopped.map(({ purpose }) => purpose)).toEqual(["communication", "improvement"]);
  });

  it("stay two where one limit cannot rest on both, or the older one began already", async () => {
    const { email } = await somebody();
    const limit = { kind: "restriction" as const, email };
    const older = await sendRequest(database.sql, { ...limit, basis: "claims" });
    const younger = await sendRequest(database.sql, { ...limit, basis: "unlawful" });
    expect(await merge(older.reference, younger.reference)).toEqual({ ok: false, reason: "not-mergeable" });
    expect(await caseOf(younger.reference)).toMatchObject({ closed_at: null, asked_uses: { basis: "unlawful" } });
    const whole = await sendRequest(database.sql, { ...limit, basis: "claims", uses: ["communication"] });
    expect((await merge(older.reference, whole.reference)).ok).toBe(true);
    expect((await caseOf(older.reference))?.asked_uses).toMatchObject({ purposes: [], basis: "claims" });
  });
});

describe("written down by staff", () => {
  const letter = {
    how: "letter",
    name: "Kim",
    receivedAt: "2026-05-03T10:00",
    message: "Stop counting my clicks.",
  } as const;

  it("begins with the link, is recorded as staff's, and the person hears so and takes it back", async () => {
    const { personId, email } = await somebody();
    const made = await takeRequest(await desk(), { ...letter, kind: "objection", email, uses: ["improvement"] });
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    await recogniseAsker(system, { caseId });
    expect(await recordsOf(caseId)).toEqual([]);
    expect((await prove(email))?.uses).toMatchObject({ by: "staff" });
    expect(await recordsOf(caseId)).toMatchObject([{ purpose: "improvement", source: "staff", stands: true }]);
    expect(await stopped(email)).toMatchObject([{ by: "staff" }]);
    const [record] = await database.sql`select id from processing_records where case_id = ${caseId}`;
    expect(await takeBack(holderCtx(personId), { recordId: record?.id })).toEqual({ ok: true, value: null });
  });

  it("on a case in words: at once where the person is proved, else with the link; told to them; once", async () => {
    const { email } = await somebody();
    const { reference } = await sendRequest(database.sql, {
      kind: "restriction",
      email,
      message: "Only keep it, I sue you.",
    });
    const ctx = await desk();
    const at = async () => ({
      caseId: String((await caseOf(reference))?.id),
      revision: (await caseOf(reference))?.revision,
    });
    const said = { kind: "restriction" as const, uses: ["service-delivery" as Purpose], basis: "claims" as const };
    expect(await recordForPerson(ctx, { ...(await at()), ...said })).toEqual({ ok: true, value: { stopped: false } });
    const { caseId } = await at();
    expect(await recordsOf(caseId)).toEqual([]);
    await prove(email);
    expect(await recordsOf(caseId)).toMatchObject([{ purpose: "service-delivery", source: "staff" }]);
    const more = { ...said, uses: ["service-delivery", "communication"] as Purpose[] };
    expect(await recordForPerson(ctx, { ...(await at()), ...more })).toEqual({ ok: true, value: { stopped: true } });
    expect(await recordsOf(caseId)).toMatchObject([{ purpose: "communication" }, { purpose: "service-delivery" }]);
    expect(await recordForPerson(ctx, { ...(await at()), ...more })).toEqual({ ok: false, reason: "already-done" });
    expect(await stopped(email)).toHaveLength(2);
    const whole = { ...(await at()), decision: "approved", text: "Done." } as const;
    expect(await decideCase(ctx, whole)).toEqual({ ok: false, reason: "not-ready" });
    const audit =
      await database.sql`select actor_kind from audit_entries a join processing_records r on a.object_id = r.id::text
      where r.case_id = ${caseId} and r.purpose = 'communication' and a.action = 'processing.asked'`;
    expect(audit).toEqual([{ actor_kind: "staff" }]);
  });

  it("L9: stands beside what the person ticked, however often it is written anew, and never in its place", async () => {
    const ctx = await desk();
    const { email } = await somebody();
    const { reference } = await sendRequest(database.sql, { kind: "objection", email, uses: ["improvement"] });
    const note = async (at: string, said: object) => {
      const row = await caseOf(at);
      return recordForPerson(ctx, { caseId: row?.id, revision: row?.revision, ...said } as never);
    };
    for (const use of ["service-delivery", "communication"])
      expect((await note(reference, { kind: "objection", uses: [use] })).ok).toBe(true);
    expect((await prove(email))?.uses).toMatchObject({ purposes: ["improvement", "communication"], by: "staff" });
    expect(await recordsOf((await caseOf(reference))?.id)).toMatchObject([
      ...[{ purpose: "communication" }, { purpose: "improvement" }],
    ]);
    const limit = await sendRequest(database.sql, { kind: "restriction", email, basis: "claims" });
    const other = { kind: "restriction", uses: ["communication"], basis: "unlawful" };
    expect(await note(limit.reference, other)).toEqual({ ok: false, reason: "basis-chosen" });
    expect((await note(limit.reference, { ...other, basis: "claims" })).ok).toBe(true);
    expect((await caseOf(limit.reference))?.asked_uses).toMatchObject({ purposes: [], basis: "claims" });
  });

  it("S1 S14: auditors, holders, a stale proof, another kind of case, and half a choice write nothing", async () => {
    const { email } = await somebody();
    const { reference } = await sendRequest(database.sql, { kind: "objection", email, message: "Stop it." });
    const row = await caseOf(reference);
    const good = {
      caseId: row?.id,
      revision: row?.revision,
      kind: "objection" as const,
      uses: ["improvement" as const],
    };
    expect(await recordForPerson(await desk("auditor"), good)).toMatchObject({ reason: "not-allowed" });
    expect(await recordForPerson(holderCtx(await makePerson()), good)).toMatchObject({ reason: "not-allowed" });
    const stale = await desk();
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = null;
    expect(await recordForPerson(stale, good)).toMatchObject({ reason: "step-up-required" });
    const ctx = await desk();
    expect(await recordForPerson(ctx, { ...good, kind: "restriction", basis: "claims" })).toMatchObject({
      reason: "not-found",
    });
    expect(await recordForPerson(ctx, { ...good, uses: [] })).toMatchObject({ reason: "invalid-input" });
    expect(await recordForPerson(ctx, { ...good, revision: 99 })).toMatchObject({ reason: "conflict" });
    expect((await caseOf(reference))?.asked_uses).toBeNull();
  });
});

describe("a question that asks for a right", () => {
  async function question() {
    const { personId, email } = await somebody();
    const made = await submitInquiry(visitor, {
      ...{ name: "Kim", email, message: "I object to being counted.", idempotencyKey: newId(), network: null },
    });
    if (!made.ok) throw new Error(made.reason);
    const [intake] = await database.sql`select id from intakes where reference = ${made.value.reference}`;
    await openInquiry(system, { intakeId: intake?.id });
    await database.sql`delete from rate_limits`;
    const row = await caseOf(made.value.reference);
    return { personId, email, reference: made.value.reference, caseId: String(row?.id), revision: row?.revision };
  }

  it("L1: becomes that request with its deadlines from when it came, and goes on by the link like one by the form", async () => {
    const one = await question();
    const ctx = await desk();
    const { caseId, email, reference } = one;
    expect(await nameRight(ctx, { caseId, revision: one.revision, kind: "objection" })).toEqual({
      ok: true,
      value: null,
    });
    expect(await nameRight(ctx, { caseId, revision: one.revision + 1, kind: "access" })).toMatchObject({
      reason: "already-done",
    });
    const clocks = await database.sql`select k.rule, k.started_at = c.received_at as same from case_clocks k
      join cases c on c.id = k.case_id where c.id = ${caseId} order by rule`;
    expect(clocks).toEqual([
      { rule: "gdpr-1m", same: true },
      { rule: "policy-72h", same: true },
    ]);
    // The form was told an address, which proves nothing: what staff write down waits for the link.
    const { revision } = (await caseOf(reference)) ?? {};
    const said = { caseId, revision, kind: "objection" as const, uses: ["improvement" as Purpose] };
    // Their form is open by then: that a mail went out is nobody's word against theirs.
    await Promise.all([1, 2].map(() => recogniseAsker(system, { caseId })));
    expect(await recordForPerson(ctx, said)).toEqual({ ok: true, value: { stopped: false } });
    expect((await mailsTo(database.sql, email)).map(({ template }) => template)).toEqual([
      ...["inquiry-received", "request-received", "identity-ask"],
    ]);
    await prove(email);
    expect(await recordsOf(caseId)).toMatchObject([{ purpose: "improvement", source: "staff", stands: true }]);
  });

  it("a copy is made with the link, and not before", async () => {
    const { caseId, revision, email, personId } = await question();
    expect((await nameRight(await desk(), { caseId, revision, kind: "access" })).ok).toBe(true);
    await recogniseAsker(system, { caseId });
    const packages = () => database.sql`select person_id from packages where case_id = ${caseId}`;
    expect(await packages()).toEqual([]);
    await prove(email);
    expect(await packages()).toEqual([{ person_id: personId }]);
    const [late] = await database.sql`select count(*)::int as n from case_clocks where case_id = ${caseId}`;
    expect(late?.n).toBe(4);
  });

  it("S1: who goes on with it signed in proved it by that: the month runs, the link ends, and no plan is disowned", async () => {
    const { caseId, revision, email, personId } = await question();
    const other = holderCtx(await makePerson());
    expect((await nameRight(await desk(), { caseId, revision, kind: "deletion" })).ok).toBe(true);
    await recogniseAsker(system, { caseId });
    const token = await tokenOf(database.sql, email, "identity-ask");
    const paused = async () =>
      (
        await database.sql`select count(*)::int as n from case_clocks where case_id = ${caseId}
          and jsonb_path_exists(pauses, '$[*] ? (!exists(@.until))')`
      )[0]?.n;
    expect(await paused()).toBe(1);
    // Nobody else proves it, by themselves or through the function.
    await withTransaction(other, (tx) => proveSignedIn(tx, caseId, personId));
    expect(await paused()).toBe(1);
    const made = await submitDeletion(holderCtx(personId), { scope: "person", confirmation: email });
    expect(made).toMatchObject({ ok: true, value: { caseId } });
    expect(await paused()).toBe(0);
    expect(await disownRequest(visitor, { token })).toEqual({ ok: false, reason: "code-expired" });
    expect(await proofPage(visitor, token)).toBeNull();
    await tendIdentity(systemCtx("test", () => Temporal.Now.instant().add({ hours: 400 })));
    const mails = (await mailsTo(database.sql, email)).filter(({ template }) => template === "identity-ask");
    expect(mails).toHaveLength(1);
    expect(await database.sql`select closed_at, awaiting_subject_at from cases where id = ${caseId}`).toEqual([
      { closed_at: null, awaiting_subject_at: null },
    ]);
    expect((await rightsOnCase(await desk(), caseId))?.proved).toBe("link");
    const view = await caseForStaff(await desk(), caseId);
    expect(view?.proof).toMatchObject({ signedIn: true, lapsedAt: null });
  });

  it("a plan is not disowned with the link either, which would leave it standing on a closed case", async () => {
    const { caseId, revision, email, personId } = await question();
    expect((await nameRight(await desk(), { caseId, revision, kind: "deletion" })).ok).toBe(true);
    await recogniseAsker(system, { caseId });
    const token = await tokenOf(database.sql, email, "identity-ask");
    await submitDeletion(holderCtx(personId), { scope: "person", confirmation: email });
    await database.sql`update identity_proofs set proved_at = null where case_id = ${caseId}`;
    await database.sql`update case_tokens set used_at = null where case_id = ${caseId}`;
    expect(await disownRequest(visitor, { token })).toEqual({ ok: false, reason: "code-expired" });
  });

  it("taken for a deletion it stands in nobody's way: the person's own request takes it over with their link", async () => {
    const { caseId, revision, email, personId } = await question();
    expect((await nameRight(await desk(), { caseId, revision, kind: "deletion" })).ok).toBe(true);
    await recogniseAsker(system, { caseId });
    const link = await tokenOf(database.sql, email, "identity-ask");
    const own = await sendRequest(database.sql, { kind: "deletion", email });
    await prove(email);
    const mine = await caseOf(own.reference);
    expect(mine).toMatchObject({ subject_id: personId, closed_at: null });
    const [other] = await database.sql`select decision, merged_into, decided_by from cases where id = ${caseId}`;
    expect(other).toEqual({ decision: "completed", merged_into: mine?.id, decided_by: null });
    expect(await proveIdentity(visitor, { token: link, network: null })).toMatchObject({ reason: "code-expired" });
    expect((await mailsTo(database.sql, email)).map(({ template }) => template)).toContain("case-merged");
    // What is proved or planned is theirs: a second one waits for it.
    await sendRequest(database.sql, { kind: "deletion", email });
    const second = await tokenOf(database.sql, email, "identity-ask");
    expect(await proveIdentity(visitor, { token: second, network: null })).toMatchObject({ reason: "deletion-open" });
  });

  it("stays a question for an auditor, and once it is closed", async () => {
    const { caseId, revision } = await question();
    expect(await nameRight(await desk("auditor"), { caseId, revision, kind: "access" })).toMatchObject({
      reason: "not-allowed",
    });
    expect(await nameRight(await desk(), { caseId, revision, kind: "inquiry" as never })).toMatchObject({
      reason: "invalid-input",
    });
    const ctx = await desk();
    await decideCase(ctx, { caseId, revision, decision: "completed", text: "No." });
    const now = (await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision;
    expect(await nameRight(ctx, { caseId, revision: now, kind: "access" })).toMatchObject({ reason: "already-done" });
  });
});
