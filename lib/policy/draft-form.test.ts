import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { config } from "@/trust-center.config";
import { dayOf, highlightsForm, startOfDay, textForm } from "./draft-form";

const base = { markdown: "text", effectiveOn: "2027-03-01" };
const row = (n: number, fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`highlights.${n}.${name}`, value]));
const whole = { kind: "wording", clauseId: "rights", sentence: "Plain words.", oldText: "", newText: "" };

describe("the draft editor's form", () => {
  it("reads text, day and highlights in their order, and skips empty rows", () => {
    const empty = { kind: "", clauseId: "", sentence: "", oldText: "", newText: " " };
    const about = {
      ...row(0, { ...whole, oldText: "2 years", severity: "high" }),
      "highlights.0.categories": "collect.usage",
    };
    const form = { ...base, ...row(7, whole), ...about, ...row(3, { ...empty, severity: "low" }), other: 1 };
    expect(textForm.parse(form)).toEqual({ markdown: "text", effectiveAt: startOfDay("2027-03-01").toString() });
    const plain = { kind: "wording", clauseId: "rights", sentence: "Plain words.", oldText: null, newText: null };
    expect(highlightsForm.parse(form)).toEqual({
      highlights: [
        { ...plain, oldText: "2 years", severity: "high", categories: ["collect.usage"] },
        { ...plain, severity: "medium", categories: [] },
      ],
    });
  });

  it("stores line ends as a browser does not send them, so that the hash is the text's own", () => {
    expect(textForm.parse({ markdown: "a\r\nb\rc\n" }).markdown).toBe("a\nb\nc\n");
  });

  it("names the very field that is not right", () => {
    const typed = {
      markdown: " \0",
      effectiveOn: "2027-02-30",
      ...row(4, { ...whole, kind: "sale", sentence: "" }),
      "highlights.4.categories": ["collect.usage", "collect.souls"],
    };
    const fieldsOf = (result: { error?: { issues: { path: PropertyKey[] }[] } }) =>
      result.error?.issues.map((issue) => issue.path.join("."));
    expect(fieldsOf(textForm.safeParse(typed))).toEqual(["markdown", "effectiveOn"]);
    expect(fieldsOf(highlightsForm.safeParse(typed))).toEqual([
      "highlights.4.kind",
      "highlights.4.sentence",
      "highlights.4.categories",
    ]);
  });

  it("H4: answers any form with a value or issues, never with a throw", () => {
    const name = fc.oneof(
      fc.constantFrom("markdown", "effectiveOn", "__proto__", "highlights.0.kind", "highlights.99.sentence"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(fc.string(), fc.jsonValue()))), (entries) => {
        for (const form of [textForm, highlightsForm])
          expect(typeof form.safeParse(Object.fromEntries(entries)).success).toBe("boolean");
      }),
    );
  });

  it("R14: a day is the same day again, in the company's zone", () => {
    const days = fc.integer({ min: 0, max: 20_000 }).map((n) => Temporal.PlainDate.from("2020-01-01").add({ days: n }));
    fc.assert(
      fc.property(days, (day) => {
        const at = startOfDay(day.toString());
        expect(dayOf(at)).toBe(day.toString());
        expect(dayOf(at.subtract({ seconds: 1 }))).toBe(day.subtract({ days: 1 }).toString());
      }),
    );
    expect(config.clocks.zone).toBeTruthy();
  });
});
