import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { config } from "@/trust-center.config";
import { dayOf, draftForm, startOfDay } from "./draft-form";

const base = { markdown: "text", effectiveOn: "2027-03-01" };
const row = (n: number, fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`highlights.${n}.${name}`, value]));
const whole = { kind: "wording", clauseId: "rights", sentence: "Plain words.", oldText: "", newText: "" };

describe("the draft editor's form", () => {
  it("reads text, day and highlights in their order, and skips empty rows", () => {
    const empty = { kind: "", clauseId: "", sentence: "", oldText: "", newText: " " };
    const form = { ...base, ...row(7, whole), ...row(0, { ...whole, oldText: "2 years" }), ...row(3, empty), other: 1 };
    expect(draftForm.parse(form)).toEqual({
      markdown: "text",
      effectiveAt: startOfDay("2027-03-01").toString(),
      highlights: [
        { kind: "wording", clauseId: "rights", sentence: "Plain words.", oldText: "2 years", newText: null },
        { kind: "wording", clauseId: "rights", sentence: "Plain words.", oldText: null, newText: null },
      ],
    });
  });

  it("stores line ends as a browser does not send them, so that the hash is the text's own", () => {
    expect(draftForm.parse({ markdown: "a\r\nb\rc\n" }).markdown).toBe("a\nb\nc\n");
  });

  it("names the very field that is not right", () => {
    const result = draftForm.safeParse({
      markdown: " ",
      effectiveOn: "2027-02-30",
      ...row(4, { ...whole, kind: "sale", sentence: "" }),
    });
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([
      "markdown",
      "effectiveOn",
      "highlights.4.kind",
      "highlights.4.sentence",
    ]);
  });

  it("H4: answers any form with a value or issues, never with a throw", () => {
    const name = fc.oneof(
      fc.constantFrom("markdown", "effectiveOn", "__proto__", "highlights.0.kind", "highlights.99.sentence"),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(fc.string(), fc.jsonValue()))), (entries) => {
        const parsed = draftForm.safeParse(Object.fromEntries(entries));
        expect(typeof parsed.success).toBe("boolean");
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
