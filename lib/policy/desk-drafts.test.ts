import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { textBase } from "./approval";
import { commentOnDraft } from "./comment-on-draft";
import { commentsOn } from "./comments";
import { createDraft } from "./create-draft";
import { draft } from "./drafts";
import { editDraft } from "./edit-draft";
import { editHighlights } from "./edit-highlights";
import { importVersion } from "./import-version";
import { lookAtDraft } from "./look-at-draft";
import { resolveComment } from "./resolve-comment";
import { withdrawVersion } from "./withdraw-version";

const database = testDatabase();
const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");

beforeAll(async () => {
  const published = Temporal.Instant.from("2025-05-28T00:00:00Z");
  const one = { number: 1, markdown: source(1), announcedAt: published, effectiveAt: published };
  await importVersion(systemCtx("test"), one);
});

async function made(markdown = source(2)) {
  const write = staffCtx(await makeStaff("officer"), "officer");
  const started = await createDraft(write, { markdown });
  if (!started.ok) throw new Error(started.reason);
  const found = await draft(write, started.value.number);
  if (!found) throw new Error("no draft");
  return { write, ...started.value, base: found.textBase, marksBase: found.highlightsBase };
}

describe("saving while somebody else does", () => {
  it("shows the later one what is stored, loses neither, and lets it go on from there", async () => {
    const { write, versionId, base, number } = await made();
    const [mine, theirs] = [`${source(2)}\nMine.\n`, `${source(2)}\nTheirs.\n`];
    expect(await editDraft(write, { versionId, basedOn: base, markdown: theirs })).toMatchObject({ ok: true });
    const late = await editDraft(write, { versionId, basedOn: base, markdown: mine });
    expect(late).toMatchObject({ reason: "conflict", stored: { markdown: theirs, effectiveAt: null } });
    if (late.ok || late.reason !== "conflict" || !("stored" in late)) throw new Error("no conflict");
    expect(await editDraft(write, { versionId, basedOn: late.stored.base, markdown: mine })).toMatchObject({
      ok: true,
    });
    expect((await draft(write, number))?.version.markdown).toBe(mine);
  });

  it("of many at once exactly one gets through, and saving the same again changes and records nothing", async () => {
    const { write, versionId, base } = await made();
    const save = (letter: string) =>
      editDraft(write, { versionId, basedOn: base, markdown: `${source(2)}\n${letter}\n` });
    const answers = await Promise.all(["A", "B", "C", "D", "E", "F"].map(save));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.ok && answer.reason === "conflict")).toHaveLength(5);
    const stored = String(
      (await database.sql`select markdown from policy_versions where id = ${versionId}`)[0]?.markdown,
    );
    // An answer that was lost on the way is asked for again, from the base of before.
    const again = await editDraft(write, { versionId, basedOn: base, markdown: stored });
    expect(again).toMatchObject({ ok: true, value: { base: textBase({ markdown: stored, effectiveAt: null }) } });
    const entries =
      await database.sql`select 1 from audit_entries where object_id = ${versionId} and action = 'policy-version.edited'`;
    expect(entries).toHaveLength(1);
  });

  it("text and highlights are saved apart: neither is a conflict for the other", async () => {
    const { write, versionId, base, marksBase } = await made();
    const mark = { kind: "wording" as const, clauseId: "about", sentence: "A sentence." };
    expect(await editHighlights(write, { versionId, basedOn: marksBase, highlights: [mark] })).toMatchObject({
      ok: true,
    });
    expect(await editDraft(write, { versionId, basedOn: base, markdown: "other" })).toMatchObject({ ok: true });
    const late = { versionId, basedOn: marksBase, highlights: [{ ...mark, sentence: "Another." }] };
    expect(await editHighlights(write, late)).toEqual({ ok: false, reason: "conflict" });
  });

  it("keeps a text byte for byte, and refuses what PostgreSQL cannot", async () => {
    const text = "\ufeff---\r\ntitle: A\r\n---\r\nä 😀 \u2028";
    const { write, number, versionId, base } = await made(text);
    expect((await draft(write, number))?.version.markdown).toBe(text);
    const edit = { versionId, basedOn: base };
    expect(await editDraft(write, { ...edit, markdown: "a\0b" })).toMatchObject({ reason: "invalid-input" });
    expect(await editDraft(write, { ...edit, markdown: "ä".repeat(200_000) })).toMatchObject({
      reason: "invalid-input",
    });
  });
});

describe("looking at a draft", () => {
  it("says what is wrong line by line, shows the text, and what it changes against the version in force", async () => {
    const { write, versionId } = await made(source(1));
    const look = await lookAtDraft(write, versionId, source(1).replace("for 2 years", "for 3 years"));
    expect(look?.problems.map(({ message }) => message).join()).toMatch(/for 3 years.*P2Y/);
    expect(look?.changes).toMatchObject({ before: 1, counts: { changed: 1 } });
    expect(JSON.stringify(look)).not.toContain('"position"');
    expect(look?.policy?.clauses.length).toBeGreaterThan(5);
    expect(await lookAtDraft(write, versionId, "no policy")).toMatchObject({
      problems: [{ line: 1 }, { line: 1 }, { line: 1 }],
      policy: null,
      changes: null,
    });
    // A look stores nothing.
    const [row] = await database.sql`select markdown from policy_versions where id = ${versionId}`;
    expect(row?.markdown).toBe(source(1));
    for (const ctx of [visitorCtx(), holderCtx(await makePerson())])
      expect(await lookAtDraft(ctx, versionId, source(1))).toBe(null);
    expect(await lookAtDraft(write, crypto.randomUUID(), source(1))).toBe(null);
  });
});

describe("comments on a draft", () => {
  it("are the staff's alone, say who and when, are settled once, and leave approvals alone", async () => {
    const { write, versionId } = await made();
    const other = staffCtx(await makeStaff("agent"), "agent");
    const said = await commentOnDraft(other, { versionId, clauseId: "retention", body: " Why a year?\n " });
    await commentOnDraft(write, { versionId, clauseId: "", body: "Because we need no more." });
    if (!said.ok) throw new Error(said.reason);
    const { commentId } = said.value;
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await commentsOn(auditor, versionId)).toMatchObject([
      { clauseId: "retention", body: "Why a year?", resolvedAt: null },
      { clauseId: null, body: "Because we need no more." },
    ]);
    for (const ctx of [visitorCtx(), holderCtx(await makePerson()), auditor]) {
      expect(await commentOnDraft(ctx, { versionId, clauseId: null, body: "x" })).toMatchObject({
        reason: "not-allowed",
      });
      expect(await resolveComment(ctx, { commentId })).toMatchObject({ reason: "not-allowed" });
      if (ctx !== auditor) expect(await commentsOn(ctx, versionId)).toEqual([]);
    }
    expect(await resolveComment(write, { commentId })).toMatchObject({ ok: true });
    expect(await resolveComment(write, { commentId })).toMatchObject({ reason: "already-done" });
    expect((await commentsOn(write, versionId))[0]).toMatchObject({ resolvedAt: expect.anything() });
    expect(await resolveComment(write, { commentId: crypto.randomUUID() })).toMatchObject({ reason: "not-found" });
    for (const body of ["", "  ", "x".repeat(4001), "a\0b"])
      expect(await commentOnDraft(write, { versionId, clauseId: null, body })).toMatchObject({
        reason: "invalid-input",
      });
    await withdrawVersion(write, { versionId });
    expect(await commentOnDraft(write, { versionId, clauseId: null, body: "x" })).toMatchObject({
      reason: "not-found",
    });
    const entries = await database.sql`
      select e.action, p.payload::text as payload from audit_entries e left join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${versionId} and e.action like '%comment%' order by e.id`;
    expect(entries.map(({ action }) => action)).toEqual([
      "policy-version.commented",
      "policy-version.commented",
      "policy-version.comment-resolved",
    ]);
    expect(JSON.stringify(entries)).not.toContain("year");
  });

  it("S20: what was said is not changed nor taken away, nor put into somebody else's mouth", async () => {
    const { write, versionId } = await made();
    await commentOnDraft(write, { versionId, clauseId: null, body: "As said." });
    await expect(database.sql`update policy_comments set body = 'x' where version_id = ${versionId}`).rejects.toThrow(
      /owner/,
    );
    const other = await makeStaff("agent");
    const asApp = database.sql.begin(async (sql) => {
      await sql`set local role tc_app`;
      await sql`select set_config('tc.actor', 'staff', true), set_config('tc.role', 'agent', true), set_config('tc.staff', ${other.staffId}, true)`;
      await sql`insert into policy_comments (id, version_id, author_id, body)
        select gen_random_uuid(), version_id, author_id, 'forged' from policy_comments where version_id = ${versionId}`;
    });
    await expect(asApp).rejects.toThrow(/row-level security/);
    const gone = database.sql.begin(async (sql) => {
      await sql`set local role tc_app`;
      await sql`delete from policy_comments`;
    });
    await expect(gone).rejects.toThrow(/permission denied/);
  });
});
