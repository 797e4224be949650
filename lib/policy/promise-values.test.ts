import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { makeStaff, staffCtx } from "@/test/people";
import { dismissAll } from "@/test/proposals";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { announceVersion } from "../notices/announce-version";
import { approveVersion } from "./approve-version";
import { createDraft } from "./create-draft";
import { draft } from "./drafts";
import { importVersion } from "./import-version";
import { type PromiseId, promises } from "./promises";
import { submitForReview } from "./submit-for-review";
import { type PolicyValues, valuesOf } from "./values";

/** Rule 2: a sentence and the configuration say the same, or nothing is published. */
testDatabase();
const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const published = Temporal.Instant.from("2025-05-28T00:00:00Z");
const mark = { kind: "retention-shorter" as const, clauseId: "retention", sentence: "We keep logs a year less." };

beforeAll(async () => {
  await importVersion(systemCtx("test"), {
    number: 1,
    markdown: source(1),
    announcedAt: published,
    effectiveAt: published,
  });
});

type Case = { id: string; was: [string, string]; says: [string, string]; values: (held: PolicyValues) => PolicyValues };
const retention = (name: keyof PolicyValues["retention"], period: string) => (held: PolicyValues) => ({
  ...held,
  retention: { ...held.retention, [name]: period },
});
/** The words and the value of each promise that states a number, as they are and as another configuration has them. */
const cases: Case[] = [
  { id: "retain.account", was: ["90 days", "P90D"], says: ["60 days", "P60D"], values: retention("account", "P60D") },
  {
    id: "retain.work-orders",
    was: ["7 years", "P7Y"],
    says: ["8 years", "P8Y"],
    values: retention("work-orders", "P8Y"),
  },
  { id: "retain.usage", was: ["1 year", "P1Y"], says: ["3 years", "P3Y"], values: retention("usage", "P3Y") },
  {
    id: "retain.communication",
    was: ["3 years", "P3Y"],
    says: ["2 years", "P2Y"],
    values: retention("communication", "P2Y"),
  },
  {
    id: "contact.reply",
    was: ["72 hours", "PT72H"],
    says: ["48 hours", "PT48H"],
    values: (held) => ({ ...held, replyPeriod: "PT48H" }),
  },
  {
    id: "change.notice",
    was: ["30 days", "P30D"],
    says: ["60 days", "P60D"],
    values: (held) => ({ ...held, noticePeriod: "P60D" }),
  },
];

/** The text of version 2 with one promise saying something else. */
function saying({ id, was, says }: Case): { markdown: string; line: number; sentence: string } {
  const lines = source(2).split("\n");
  const line = lines.findIndex((one) => one.includes(`id="${id}"`));
  const marked = new RegExp(`:promise\\[[^\\]]*\\]\\{id="${id}"[^}]*\\}`);
  const promise = marked.exec(lines[line] ?? "")?.[0] ?? "";
  const other = promise.replace(was[0], says[0]).replace(`"${was[1]}"`, `"${says[1]}"`);
  expect(other, "the test's own replacement").not.toBe(promise);
  lines[line] = (lines[line] ?? "").replace(promise, other);
  return { markdown: lines.join("\n"), line: line + 1, sentence: /\[([^\]]*)\]/.exec(other)?.[1] ?? "" };
}

describe("rule 2: a promise that disagrees with the configuration is refused, naming sentence and both values", () => {
  it.each(cases)("$id at review, approval and announcement", async (one) => {
    const { markdown, line, sentence } = saying(one);
    const [write, approve] = [await makeStaff("officer"), await makeStaff("officer")].map((who) =>
      staffCtx(who, "officer"),
    );
    if (!write || !approve) throw new Error("no staff");
    const effectiveAt = Temporal.Now.instant()
      .add({ hours: 24 * 60 })
      .toString();
    const made = await createDraft(write, { markdown, effectiveAt, highlights: [mark] });
    if (!made.ok) throw new Error(made.reason);
    const { versionId, number } = made.value;
    await dismissAll(write, number);
    const agreed = one.values(valuesOf(number));
    const refusal = {
      ok: false,
      reason: "policy-problems",
      problems: [
        {
          line,
          message: `"${sentence}" (${one.id}): the text states period ${one.says[1]}, the configuration ${one.was[1]}.`,
        },
      ],
    };
    expect(await submitForReview(write, { versionId })).toEqual(refusal);
    expect(await submitForReview(write, { versionId }, agreed)).toMatchObject({ ok: true });
    const boundTo = (await draft(approve, number))?.hash ?? "";
    expect(await approveVersion(approve, { versionId, boundTo })).toEqual(refusal);
    expect(await approveVersion(approve, { versionId, boundTo }, agreed)).toMatchObject({ ok: true });
    // The configuration says what it says; nothing is handed to the announcement.
    expect(await announceVersion(approve, { versionId })).toEqual(refusal);
    expect((await draft(approve, number))?.problems).toEqual(refusal.problems);
  });

  it.each(cases)("$id: a mark that hides another number beside its words", async (one) => {
    const { markdown } = saying({ ...one, says: [one.says[0], one.was[1]] });
    const write = staffCtx(await makeStaff("officer"), "officer");
    const made = await createDraft(write, { markdown, highlights: [mark] });
    if (!made.ok) throw new Error(made.reason);
    const answer = await submitForReview(write, { versionId: made.value.versionId });
    expect(answer).toMatchObject({ reason: "policy-problems" });
    const problems = answer.ok || !("problems" in answer) ? [] : answer.problems;
    expect(problems.map(({ message }) => message).join()).toContain(`(${one.id}): the words do not say`);
  });
});

it("is called in the words of the business that the configuration describes", () => {
  for (const [name, { label }] of Object.entries(config.retention))
    expect(promises[`retain.${name}` as PromiseId].label).toContain(label.toLowerCase());
  expect(promises["collect.work-orders"].label).toContain(config.categories["collect.work-orders"].label);
});
