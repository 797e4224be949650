import { readFileSync } from "node:fs";
import type postgres from "postgres";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { dismissAll } from "@/test/proposals";
import { type Ctx, systemCtx, visitorCtx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { announceVersion } from "../notices/announce-version";
import { currentApproval } from "./approval";
import { approveVersion } from "./approve-version";
import { comparison } from "./comparison";
import { createDraft } from "./create-draft";
import { type Draft, draft } from "./drafts";
import { editDraft } from "./edit-draft";
import { editHighlights } from "./edit-highlights";
import { importVersion, PolicySourceError } from "./import-version";
import { announced, highlightsOf, inForce, policyNow, version, versions } from "./queries";
import { measureAll } from "./standing";
import { submitForReview } from "./submit-for-review";
import { valuesOf } from "./values";
import { withdrawVersion } from "./withdraw-version";

const database = testDatabase();
const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const at = (text: string) => Temporal.Instant.from(text);
const visitorAt = (text: string): Ctx => ({ ...visitorCtx(), clock: () => at(text) });
const published = at("2025-05-28T00:00:00Z");
const mark = { kind: "retention-shorter" as const, clauseId: "retention", sentence: "We keep logs a year less." };
const inDays = (days: number) =>
  Temporal.Now.instant()
    .add({ hours: 24 * days })
    .toString();

const one = { number: 1, markdown: source(1), announcedAt: published, effectiveAt: published };
const two = {
  number: 2,
  markdown: source(2),
  announcedAt: at("2026-11-01T00:00:00Z"),
  effectiveAt: at("2099-01-01T00:00:00Z"),
  highlights: [mark],
};

/** What the desk sees of a draft: its hash is what edits and approvals name. */
const onDesk = async (ctx: Ctx, number: number) => {
  const found = await draft(ctx, number);
  if (!found) throw new Error("no draft");
  return found;
};

describe("imported versions", () => {
  it("are taken over once, by the system only, and never with another text", async () => {
    expect(await importVersion(visitorCtx(), one)).toEqual({ ok: false, reason: "not-allowed" });
    const first = await importVersion(systemCtx("test"), one);
    expect(await importVersion(systemCtx("test"), one)).toEqual(first);
    const other = { ...one, markdown: `${one.markdown}\nOne more line.\n` };
    expect(await importVersion(systemCtx("test"), other)).toEqual({ ok: false, reason: "conflict" });
    await importVersion(systemCtx("test"), two);
    const entries = await database.sql`select action from audit_entries where action = 'policy-version.imported'`;
    expect(entries).toHaveLength(2);
  });

  it("are refused when the text and the configuration disagree, naming line and values", async () => {
    const wrong = { ...two, number: 7, markdown: source(2).replace('period="P90D"', 'period="P60D"') };
    await expect(importVersion(systemCtx("test"), wrong)).rejects.toThrow(/line \d+: .*P60D.*P90D/);
    const late = { ...one, number: 8, announcedAt: at("2025-06-01T00:00:00Z") };
    await expect(importVersion(systemCtx("test"), late)).rejects.toThrow(PolicySourceError);
  });

  it("never change again: text, dates, hash and the row itself", async () => {
    await expect(database.sql`update policy_versions set title = 'x' where number = 1`).rejects.toThrow(
      /cannot change/,
    );
    await expect(database.sql`update policy_versions set effective_at = now() where number = 1`).rejects.toThrow();
    await expect(database.sql`delete from policy_versions where number = 1`).rejects.toThrow(/stays/);
    await expect(database.sql`update policy_versions set sha256 = repeat('0', 64) where number = 2`).rejects.toThrow();
  });
});

describe("what is in force", () => {
  it("changes by itself at the effective instant, to the microsecond", async () => {
    const number = async (time: string) => (await inForce(visitorAt(time)))?.number ?? null;
    expect(await number("2025-05-27T23:59:59.999999Z")).toBe(null);
    expect(await number("2025-05-28T00:00:00Z")).toBe(1);
    expect(await number("2098-12-31T23:59:59.999999Z")).toBe(1);
    expect(await number("2099-01-01T00:00:00Z")).toBe(2);
    expect((await announced(visitorAt("2098-12-31T23:59:59Z")))?.number).toBe(2);
    expect(await announced(visitorAt("2099-01-01T00:00:00Z"))).toBe(null);
  });

  it("gives every version the state of that instant", async () => {
    const states = async (time: string) =>
      (await versions(visitorAt(time))).map(({ number, state }) => [number, state]);
    expect(await states("2026-12-01T00:00:00Z")).toEqual([
      [2, "announced"],
      [1, "in-force"],
    ]);
    expect(await states("2099-01-01T00:00:00Z")).toEqual([
      [2, "in-force"],
      [1, "superseded"],
    ]);
    expect((await policyNow(visitorAt("2026-12-01T00:00:00Z"))).now).toEqual(at("2026-12-01T00:00:00Z"));
  });

  it("compares two versions with the highlights between them, and nothing missing or reversed", async () => {
    const found = await comparison(visitorCtx(), 1, 2);
    expect(found?.diff.counts.changed).toBe(2);
    expect(found?.highlights).toMatchObject([{ kind: "retention-shorter", number: 2 }]);
    expect(await comparison(visitorCtx(), 2, 1)).toBe(null);
    expect(await comparison(visitorCtx(), 1, 99)).toBe(null);
  });
});

describe("S15: two people publish a version", () => {
  it("goes from draft over review and approval to announced", async () => {
    const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
    const [write, approve] = [staffCtx(author, "officer"), staffCtx(approver, "officer")];
    const made = await createDraft(write, { markdown: source(2), effectiveAt: inDays(60), highlights: [mark] });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    await dismissAll(write, number);

    // Nobody but staff sees it, and a missing one looks the same.
    const holder = holderCtx(await makePerson());
    for (const ctx of [visitorCtx(), holder]) {
      expect(await version(ctx, number)).toBe(null);
      expect(await highlightsOf(ctx, versionId)).toEqual([]);
      expect((await versions(ctx)).some((one) => one.number === number)).toBe(false);
      expect(await comparison(ctx, 1, number)).toBe(null);
      expect(await draft(ctx, number)).toBe(null);
    }

    const seen = await onDesk(approve, number);
    expect(seen).toMatchObject({ state: "draft", problems: [], approval: null });
    expect(await approveVersion(approve, { versionId, boundTo: seen.hash })).toMatchObject({ reason: "not-ready" });
    expect(await submitForReview(approve, { versionId })).toMatchObject({ reason: "not-author" });
    expect(await submitForReview(write, { versionId })).toEqual({ ok: true, value: { number } });
    expect(await submitForReview(write, { versionId })).toMatchObject({ reason: "already-done" });

    expect(await approveVersion(write, { versionId, boundTo: seen.hash })).toMatchObject({ reason: "same-person" });
    const agent = staffCtx(await makeStaff("agent"), "agent");
    expect(await approveVersion(agent, { versionId, boundTo: seen.hash })).toMatchObject({ reason: "not-allowed" });
    expect(await approveVersion(approve, { versionId, boundTo: "0".repeat(64) })).toMatchObject({ reason: "conflict" });
    const stale = staffCtx(approver, "officer", () => Temporal.Now.instant());
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = Temporal.Now.instant().subtract({ minutes: 6 });
    expect(await approveVersion(stale, { versionId, boundTo: seen.hash })).toMatchObject({
      reason: "step-up-required",
    });
    expect(await announceVersion(approve, { versionId })).toMatchObject({ reason: "not-approved" });
    expect(await approveVersion(approve, { versionId, boundTo: seen.hash })).toMatchObject({ ok: true });
    expect(await approveVersion(approve, { versionId, boundTo: seen.hash })).toMatchObject({ reason: "already-done" });
    expect((await onDesk(write, number)).approval?.boundTo).toBe(seen.hash);

    expect(await announceVersion(approve, { versionId })).toMatchObject({ ok: true });
    const { textBase: basedOn, highlightsBase } = seen;
    expect(await editDraft(write, { versionId, basedOn, markdown: source(2) })).toMatchObject({ reason: "not-found" });
    expect(await editHighlights(write, { versionId, basedOn: highlightsBase, highlights: [] })).toMatchObject({
      reason: "not-found",
    });
    expect((await version(visitorCtx(), number))?.state).toBe("announced");
    const entries = await database.sql`
      select action from audit_entries where object_id = ${versionId} and action like 'policy-version.%' order by id`;
    expect(entries.map(({ action }) => action)).toEqual([
      "policy-version.drafted",
      "policy-version.proposal-decided",
      "policy-version.proposal-decided",
      "policy-version.submitted",
      "policy-version.approved",
      "policy-version.announced",
    ]);
  });

  it("an edit of text, highlights or time voids the approval; saving nothing does not", async () => {
    const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
    const [write, approve] = [staffCtx(author, "officer"), staffCtx(approver, "officer")];
    const content = { markdown: source(2), effectiveAt: inDays(61), highlights: [mark] };
    const made = await createDraft(write, content);
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    await dismissAll(write, number);
    const approveNow = async () => {
      await dismissAll(write, number);
      await submitForReview(write, { versionId });
      const { hash } = await onDesk(approve, number);
      expect(await approveVersion(approve, { versionId, boundTo: hash })).toMatchObject({ ok: true });
      return hash;
    };
    await approveNow();
    const saved = await onDesk(write, number);
    const same = await editDraft(write, { ...content, versionId, basedOn: saved.textBase });
    expect(same).toMatchObject({ ok: true, value: { base: saved.textBase } });
    const marks = { versionId, basedOn: saved.highlightsBase };
    expect(await editHighlights(write, { ...marks, highlights: [mark] })).toMatchObject({ ok: true });
    expect((await onDesk(write, number)).approval).not.toBe(null);
    const reworded = source(2).replace("a work-order platform", "the work-order platform");
    const edits = [
      ({ textBase: basedOn }: Draft) => editDraft(write, { ...content, effectiveAt: inDays(70), versionId, basedOn }),
      ({ textBase: basedOn }: Draft) => editDraft(write, { ...content, markdown: reworded, versionId, basedOn }),
      ({ highlightsBase: basedOn }: Draft) =>
        editHighlights(write, { versionId, basedOn, highlights: [{ ...mark, sentence: "We keep logs less long." }] }),
      ({ highlightsBase: basedOn }: Draft) =>
        editHighlights(write, { versionId, basedOn, highlights: [{ ...mark, severity: "high" }] }),
    ];
    for (const change of edits) {
      expect(await change(await onDesk(write, number))).toMatchObject({ ok: true });
      expect(await onDesk(write, number)).toMatchObject({ approval: null, state: "draft" });
      expect(await announceVersion(approve, { versionId })).toMatchObject({ reason: "not-approved" });
      await approveNow();
    }
    const voided =
      await database.sql`select count(*)::int as n from policy_approvals where version_id = ${versionId} and voided_at is not null`;
    expect(voided[0]?.n).toBe(edits.length);
  });

  it("rule 2: is not announced when the configuration has changed since the approval", async () => {
    const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
    const [write, approve] = [staffCtx(author, "officer"), staffCtx(approver, "officer")];
    const markdown = source(2).replace("for 3 years", "for 4 years").replace('period="P3Y"', 'period="P4Y"');
    const made = await createDraft(write, { markdown, effectiveAt: inDays(64), highlights: [mark] });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    await dismissAll(write, number);
    const before = { ...valuesOf(number), retention: { ...valuesOf(number).retention, communication: "P4Y" } };
    expect(await submitForReview(write, { versionId }, before)).toMatchObject({ ok: true });
    const { hash } = await onDesk(approve, number);
    expect(await approveVersion(approve, { versionId, boundTo: hash })).toMatchObject({ reason: "policy-problems" });
    expect(await approveVersion(approve, { versionId, boundTo: hash }, before)).toMatchObject({ ok: true });
    expect(await announceVersion(approve, { versionId })).toEqual({
      ok: false,
      reason: "policy-problems",
      problems: [{ line: expect.any(Number), message: expect.stringMatching(/for 4 years.*P4Y.*P3Y/) }],
    });
  });

  it("a change behind the approval's back is refused, and would make it worthless", async () => {
    const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
    const [write, approve] = [staffCtx(author, "officer"), staffCtx(approver, "officer")];
    const made = await createDraft(write, { markdown: source(2), effectiveAt: inDays(62), highlights: [mark] });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    await dismissAll(write, number);
    await submitForReview(write, { versionId });
    await approveVersion(approve, { versionId, boundTo: (await onDesk(approve, number)).hash });
    const change = (sql: postgres.Sql) =>
      sql`update policy_highlights set sentence = 'x' where version_id = ${versionId}`;
    await expect(change(database.sql)).rejects.toThrow(/highlights cannot change/);
    // As who owns the database can, past every trigger.
    await database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await change(sql as unknown as postgres.Sql);
    });
    const row = (await onDesk(write, number)).version;
    expect(await withRead(write, (tx) => currentApproval(tx, row))).toBe(null);
    expect(await announceVersion(approve, { versionId })).toMatchObject({ reason: "not-approved" });
    await expect(database.sql`update policy_versions set announced_at = now() where id = ${versionId}`).rejects.toThrow(
      /second officer/,
    );
  });

  it("the database refuses an author's own approval and an announcement without one", async () => {
    const author = await makeStaff("officer");
    const made = await createDraft(staffCtx(author, "officer"), { markdown: source(2), effectiveAt: inDays(63) });
    if (!made.ok) throw new Error(made.reason);
    const { versionId } = made.value;
    await expect(
      database.sql`insert into policy_approvals (id, version_id, author_id, approver_id, bound_to, detail)
        values (gen_random_uuid(), ${versionId}, ${author.staffId}, ${author.staffId}, 'x', '{}')`,
    ).rejects.toThrow(/two_people/);
    await expect(database.sql`update policy_versions set announced_at = now() where id = ${versionId}`).rejects.toThrow(
      /second officer/,
    );
  });
});

describe("drafts", () => {
  it("of two who save at once the later gets a conflict and nothing is lost", async () => {
    const write = staffCtx(await makeStaff("officer"), "officer");
    const made = await createDraft(write, { markdown: source(2) });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    const basedOn = (await onDesk(write, number)).textBase;
    const answers = await Promise.all(
      ["A", "B"].map((letter) => editDraft(write, { versionId, basedOn, markdown: `${source(2)}\n${letter}\n` })),
    );
    expect(answers.map((answer) => (answer.ok ? "ok" : answer.reason)).sort()).toEqual(["conflict", "ok"]);
  });

  it("belong to their author, and auditors write nothing", async () => {
    const write = staffCtx(await makeStaff("agent"), "agent");
    const made = await createDraft(write, { markdown: "not a policy yet" });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    const { textBase: basedOn, problems } = await onDesk(write, number);
    expect(problems.length).toBeGreaterThan(0);
    const other = staffCtx(await makeStaff("officer"), "officer");
    const edit = { versionId, basedOn, markdown: source(2) };
    expect(await editDraft(other, edit)).toMatchObject({ reason: "not-author" });
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    for (const ctx of [auditor, visitorCtx(), holderCtx(await makePerson())]) {
      expect(await createDraft(ctx, { markdown: "x" })).toMatchObject({ reason: "not-allowed" });
      expect(await editDraft(ctx, edit)).toMatchObject({ reason: "not-allowed" });
      expect(await submitForReview(ctx, { versionId })).toMatchObject({ reason: "not-allowed" });
      expect(await approveVersion(ctx, { versionId, boundTo: basedOn })).toMatchObject({ reason: "not-allowed" });
      expect(await withdrawVersion(ctx, { versionId })).toMatchObject({ reason: "not-allowed" });
    }
    expect(await submitForReview(write, { versionId })).toMatchObject({ reason: "policy-problems" });
  });

  it("are not submitted without highlights, with a highlight that points nowhere, or too close to their day", async () => {
    const write = staffCtx(await makeStaff("officer"), "officer");
    const submit = async (content: Parameters<typeof createDraft>[1]) => {
      const made = await createDraft(write, content);
      if (!made.ok) throw new Error(made.reason);
      await dismissAll(write, made.value.number);
      return submitForReview(write, { versionId: made.value.versionId });
    };
    expect(await submit({ markdown: source(2), effectiveAt: inDays(60) })).toMatchObject({
      problems: [{ message: expect.stringContaining("no highlight") }],
    });
    expect(
      await submit({ markdown: source(2), effectiveAt: inDays(60), highlights: [{ ...mark, clauseId: "gone" }] }),
    ).toMatchObject({ problems: [{ message: expect.stringContaining('"gone"') }] });
    expect(await submit({ markdown: source(2), effectiveAt: inDays(29), highlights: [mark] })).toMatchObject({
      reason: "too-early",
    });
    expect(await submit({ markdown: source(2), highlights: [mark] })).toMatchObject({ reason: "too-early" });
    const odd = source(2).replace('period="P1Y"', 'period="P2Y"');
    expect(await submit({ markdown: odd, effectiveAt: inDays(60), highlights: [mark] })).toMatchObject({
      problems: [{ message: expect.stringMatching(/P2Y.*P1Y/) }],
    });
  });

  it("malformed input is refused", async () => {
    const write = staffCtx(await makeStaff("officer"), "officer");
    expect(await createDraft(write, { markdown: "x".repeat(300_000) })).toMatchObject({ reason: "invalid-input" });
    expect(await createDraft(write, { markdown: "x", effectiveAt: "soon" })).toMatchObject({ reason: "invalid-input" });
    expect(await editDraft(write, { versionId: "1", basedOn: "x", markdown: "x" })).toMatchObject({
      reason: "invalid-input",
    });
    expect(await withdrawVersion(write, { versionId: crypto.randomUUID() })).toMatchObject({ reason: "not-found" });
  });

  it("can be withdrawn once, what took effect cannot", async () => {
    const write = staffCtx(await makeStaff("officer"), "officer");
    const made = await createDraft(write, { markdown: source(2) });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    expect(await withdrawVersion(write, { versionId })).toEqual({ ok: true, value: { number } });
    expect(await withdrawVersion(write, { versionId })).toMatchObject({ reason: "already-done" });
    const first = await version(visitorCtx(), 1);
    expect(await withdrawVersion(write, { versionId: first?.id ?? "" })).toMatchObject({ reason: "in-force" });
  });

  it("get two numbers when two are started at once", async () => {
    const write = staffCtx(await makeStaff("officer"), "officer");
    const made = await Promise.all(Array.from({ length: 5 }, () => createDraft(write, { markdown: "x" })));
    const numbers = made.map((answer) => (answer.ok ? answer.value.number : 0));
    expect(new Set(numbers).size).toBe(5);
  });
});

describe("how the promises stand", () => {
  it("rule 1: is measured with a time or said to be not measured", async () => {
    const { byId } = await measureAll();
    expect(byId["change.posting"]).toMatchObject({ state: "kept", at: published.toString() });
    expect(byId["change.highlights"].state).toBe("kept");
    expect(byId["share.no-sale"]).toMatchObject({ state: "not-measured", evidence: null, at: null });
    expect(Object.values(byId).every((one) => (one.state === "not-measured") === (one.at === null))).toBe(true);
    expect(byId["contact.reply"].state).toBe("not-measured");
  });

  it("counts late and timely replies to inquiries", async () => {
    const person = await makePerson();
    const add = (due: string, stopped: string | null) =>
      withTransaction(systemCtx("test"), async () => {
        const [row] = await database.sql`
          insert into cases (id, reference, kind, channel, subject_id) values
          (gen_random_uuid(), ${crypto.randomUUID()}, 'inquiry', 'public-form', ${person}) returning id`;
        await database.sql`insert into case_clocks (id, case_id, rule, started_at, due_at, stopped_at) values
          (gen_random_uuid(), ${row?.id}, 'policy-72h', now() - interval '4 days', now() + ${due}::interval, now() + ${stopped}::interval)`;
      });
    await add("-1 day", "-2 days");
    expect((await measureAll()).byId["contact.reply"]).toMatchObject({
      state: "kept",
      evidence: expect.stringContaining("1 of 1"),
    });
    await add("-1 hour", null);
    expect((await measureAll()).byId["contact.reply"]).toMatchObject({
      state: "broken",
      evidence: expect.stringContaining("1 of 2"),
    });
    // One that is still within its time says nothing yet.
    await add("1 hour", null);
    expect((await measureAll()).byId["contact.reply"].evidence).toContain("1 of 2");
  });
});
