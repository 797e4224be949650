import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff, staffCtx } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { announceVersion } from "../notices/announce-version";
import { approveVersion } from "./approve-version";
import { createDraft } from "./create-draft";
import { decideProposal } from "./decide-proposal";
import { type Draft, draft } from "./drafts";
import { editDraft } from "./edit-draft";
import { editHighlights } from "./edit-highlights";
import { feedEntries } from "./feed";
import { importVersion } from "./import-version";
import { inForce, versions, withdrawnLately } from "./queries";
import { recordUpgrade } from "./record-upgrade";
import { submitForReview } from "./submit-for-review";
import { withdrawVersion } from "./withdraw-version";

const database = testDatabase();
const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const effectiveAt = Temporal.Now.instant()
  .add({ hours: 24 * 60 })
  .toString();

beforeAll(async () => {
  const published = Temporal.Instant.from("2025-05-28T00:00:00Z");
  await importVersion(systemCtx("test"), {
    number: 1,
    markdown: source(1),
    announcedAt: published,
    effectiveAt: published,
  });
});

async function made(markdown: string, kind: "change" | "technical" = "change") {
  const [author, second] = [await makeStaff("officer"), await makeStaff("officer")];
  const [write, approve] = [staffCtx(author, "officer"), staffCtx(second, "officer")];
  const started = await createDraft(write, { markdown, kind, effectiveAt: kind === "change" ? effectiveAt : null });
  if (!started.ok) throw new Error(started.reason);
  const { versionId, number } = started.value;
  const now = async (): Promise<Draft> => (await draft(write, number)) ?? Promise.reject(new Error("no draft"));
  return { write, approve, versionId, number, now };
}

describe("typed highlights", () => {
  it("keep a draft from review until each proposal is confirmed, edited or dismissed with a reason", async () => {
    const { write, approve, versionId, now } = await made(source(2));
    const [recipient, retention] = (await now()).proposals;
    if (!recipient || !retention) throw new Error("no proposals");
    const open = await submitForReview(write, { versionId });
    expect(open).toMatchObject({ reason: "policy-problems" });
    const messages = "problems" in open ? open.problems.map(({ message }) => message) : [];
    expect(messages).toContain(`Confirm, edit or dismiss the proposed highlight: "${retention.sentence}"`);
    const decide = (key: string, verdict: Parameters<typeof decideProposal>[1]["verdict"]) =>
      decideProposal(write, { versionId, proposal: key, verdict });
    expect(await decide(recipient.key, { decision: "dismissed", reason: " " })).toMatchObject({
      reason: "invalid-input",
    });
    expect(await decide("0".repeat(32), { decision: "confirmed" })).toMatchObject({ reason: "conflict" });
    const foreign = { versionId, proposal: retention.key, verdict: { decision: "confirmed" as const } };
    expect(await decideProposal(approve, foreign)).toMatchObject({ reason: "not-author" });
    expect(await decideProposal(visitorCtx(), foreign)).toMatchObject({ reason: "not-allowed" });

    const words = {
      kind: "new-recipient" as const,
      sentence: "Support tools see your messages.",
      severity: "medium" as const,
    };
    expect(await decide(recipient.key, { decision: "edited", highlight: words })).toMatchObject({ ok: true });
    expect(await decide(retention.key, { decision: "confirmed" })).toMatchObject({ ok: true });
    expect(await decide(retention.key, { decision: "confirmed" })).toMatchObject({ reason: "already-done" });
    const decided = await now();
    expect(decided.highlights).toMatchObject([
      { sentence: words.sentence, clauseId: recipient.clauseId, severity: "medium", position: 0 },
      { kind: "retention-shorter", oldText: "2 years", newText: "1 year", categories: ["collect.usage"], position: 1 },
    ]);
    expect(decided.problems).toEqual([]);
    expect(await submitForReview(write, { versionId })).toMatchObject({ ok: true });
  });

  it("a highlight taken away after it was confirmed leaves its proposal open again; so does another value", async () => {
    const { write, versionId, now } = await made(source(2));
    for (const { key } of (await now()).proposals)
      await decideProposal(write, { versionId, proposal: key, verdict: { decision: "confirmed" } });
    expect((await now()).problems).toEqual([]);
    const { highlights, highlightsBase: basedOn, textBase, version } = await now();
    const rest = highlights.filter(({ kind }) => kind !== "retention-shorter");
    await editHighlights(write, { versionId, basedOn, highlights: rest as never });
    expect((await now()).proposals.filter(({ decision }) => !decision).map(({ kind }) => kind)).toEqual([
      "retention-shorter",
    ]);
    const markdown = version.markdown.replace("for 90 days after", "for 60 days after").replace('"P90D"', '"P60D"');
    await editDraft(write, { versionId, basedOn: textBase, markdown, effectiveAt });
    expect((await now()).proposals.filter(({ decision }) => !decision)).toHaveLength(2);
  });

  it("S15: deciding takes a version out of review and voids its approval", async () => {
    const { write, approve, versionId, now } = await made(source(2));
    const [one, two] = (await now()).proposals;
    if (!one || !two) throw new Error("no proposals");
    await decideProposal(write, { versionId, proposal: one.key, verdict: { decision: "confirmed" } });
    await decideProposal(write, {
      versionId,
      proposal: two.key,
      verdict: { decision: "dismissed", reason: "Too small." },
    });
    await submitForReview(write, { versionId });
    expect(await approveVersion(approve, { versionId, boundTo: (await now()).hash })).toMatchObject({ ok: true });
    await decideProposal(write, { versionId, proposal: two.key, verdict: { decision: "confirmed" } });
    expect(await now()).toMatchObject({ state: "draft", approval: null });
    expect(await announceVersion(approve, { versionId })).toMatchObject({ reason: "not-approved" });
  });
});

describe("withdrawing what was announced", () => {
  it("says why, to everybody who reads the policy or its feeds", async () => {
    const { write, approve, versionId, now, number } = await made(source(2));
    for (const { key } of (await now()).proposals)
      await decideProposal(write, { versionId, proposal: key, verdict: { decision: "confirmed" } });
    await submitForReview(write, { versionId });
    await approveVersion(approve, { versionId, boundTo: (await now()).hash });
    expect(await announceVersion(approve, { versionId })).toMatchObject({ ok: true });
    const reason = "We keep usage logs as long as before after all.";
    expect(await withdrawVersion(approve, { versionId, reason })).toMatchObject({ ok: true });
    expect(await withdrawnLately(visitorCtx())).toMatchObject({ number, withdrawnReason: reason });
    const entry = (await feedEntries("http://x.example")).find(({ id }) => id === `urn:uuid:${versionId}`);
    expect(entry?.sentences).toEqual(["This version was withdrawn before it took effect.", reason]);
    const later = { ...visitorCtx(), clock: () => Temporal.Now.instant().add({ hours: 24 * 100 }) };
    expect(await withdrawnLately(later)).toBe(null);
  });
});

describe("a technical upgrade", () => {
  const first = source(2);
  beforeAll(async () => {
    const published = Temporal.Instant.from("2025-06-28T00:00:00Z");
    await importVersion(systemCtx("test"), {
      number: 5000,
      markdown: first,
      announcedAt: published,
      effectiveAt: published,
    });
  });
  const typographic = first
    .replaceAll('"Privacy Policy Inquiry". ', "“Privacy Policy Inquiry”. ")
    .replace("**Usage.**", "*Usage.*");

  it("is refused with whatever is more than rendering", async () => {
    const other = [
      first.replace("for 1 year", "for 3 years"),
      first.replace("never sell", "sell"),
      first.replace("mailto:privacy@operno.example?", "mailto:privacy@other.example?"),
      first.replace('period="P1Y"', 'period="P2Y"'),
      first.replace("## Your rights {#rights}", "## Your rights {#rights-new}"),
      first.replace(/- \*\*Backups\.\*\*.*\n/, ""),
    ];
    for (const markdown of other) {
      expect(markdown).not.toBe(first);
      const { write, versionId } = await made(markdown, "technical");
      const answer = await submitForReview(write, { versionId });
      expect(JSON.stringify(answer)).toContain("A technical upgrade keeps every word, number, link and promise");
    }
    const { write, versionId, now } = await made(first, "technical");
    const mark = { kind: "wording" as const, clauseId: "about", sentence: "Nothing." };
    await editHighlights(write, { versionId, basedOn: (await now()).highlightsBase, highlights: [mark] });
    expect(JSON.stringify(await submitForReview(write, { versionId }))).toContain("changes nothing to highlight");
  });

  it("S15: needs two people, holds at once, tells nobody and stands in the list; not while a version waits", async () => {
    const { write, approve, versionId, number, now } = await made(typographic, "technical");
    expect((await now()).problems).toEqual([]);
    expect(await submitForReview(write, { versionId })).toMatchObject({ ok: true });
    expect(await recordUpgrade(write, { versionId })).toMatchObject({ reason: "not-approved" });
    const { hash: boundTo } = await now();
    expect(await approveVersion(write, { versionId, boundTo })).toMatchObject({ reason: "same-person" });
    expect(await approveVersion(approve, { versionId, boundTo })).toMatchObject({ ok: true });
    expect(await announceVersion(approve, { versionId })).toMatchObject({ reason: "not-found" });
    const waiting = { number: 9000, markdown: source(2), announcedAt: Temporal.Now.instant() };
    await importVersion(systemCtx("test"), { ...waiting, effectiveAt: Temporal.Instant.from(effectiveAt) });
    expect(await recordUpgrade(approve, { versionId })).toMatchObject({ reason: "version-pending" });
    await database.sql`update policy_versions set withdrawn_at = now() where number = 9000`;
    expect(await recordUpgrade(approve, { versionId })).toEqual({ ok: true, value: { number } });
    expect(await inForce(visitorCtx())).toMatchObject({ number, kind: "technical" });
    expect((await versions(visitorCtx())).find((one) => one.number === number)).toMatchObject({ state: "in-force" });
    expect(await database.sql`select 1 from notices where version_id = ${versionId}`).toHaveLength(0);
    expect((await feedEntries("http://x.example")).some(({ id }) => id === `urn:uuid:${versionId}`)).toBe(false);
  });
});
