import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPromises } from "./check-promises";
import { parsePolicy } from "./parse";
import { valuesOf } from "./values";

const source = (number: number) => readFileSync(new URL(`../../policy/operno/${number}.md`, import.meta.url), "utf8");
const read = (markdown: string) => {
  const parsed = parsePolicy(markdown);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
};
const check = (from: string, to: string, number = 1) => {
  const text = source(number);
  expect(text).toContain(from);
  return checkPromises(read(text.replace(from, to)), valuesOf(number)).map(({ message }) => message);
};

describe("rule 2: the text and the configuration are one thing", () => {
  it.each([1, 2])("version %i agrees with the values that hold while it is in force", (number) => {
    expect(checkPromises(read(source(number)), valuesOf(number))).toEqual([]);
  });

  it("version 2 does not agree with the values of version 1", () => {
    const found = checkPromises(read(source(2)), valuesOf(1)).map(({ message }) => message);
    expect(found).toHaveLength(2);
    expect(found.join("\n")).toMatch(/usage logs for 1 year\..*P1Y.*P2Y/);
  });

  it("names the sentence and the two values", () => {
    expect(check('period="P90D"', 'period="P60D"')).toEqual([
      '"We keep account data while the account is active and for 90 days after it is closed." (retain.account): the text states period P60D, the configuration P90D.',
    ]);
  });

  it.each([
    ["words that say another period than their mark", "for 90 days", "for 60 days", /do not say "90 days"/],
    ["words that name two periods", "for 90 days", "for 90 days or 2 years", /do not say "90 days"/],
    ["words that only contain the period", "for 90 days", "for 190 days", /do not say "90 days"/],
    ["another reply time", 'period="PT72H" mailbox', 'period="PT96H" mailbox', /PT96H.*PT72H/],
    ["another mailbox", 'mailbox="privacy@', 'mailbox="other@', /other@.*privacy@/],
    ["another notice period", 'change.notice" period="P30D"', 'change.notice" period="P14D"', /P14D.*P30D/],
    ["a period that is none", 'period="P90D"', 'period="ninety days"', /ninety days/],
    ["another list of providers", 'categories="hosting payment', 'categories="hosting', /the text states categories/],
    ["a provider that the words leave out", ", email delivery, and", ", and", /do not name "Email delivery"/],
    [
      "a promise that is missing",
      '{id="share.no-sale"}',
      '{id="right.access2"}'.replace("right.access2", "share.legal"),
      /./,
    ],
  ])("finds %s", (name, from, to, message) => {
    if (name === "a promise that is missing") {
      const text = source(1).replace(/:promise\[([^\]]*)\]\{id="share\.no-sale"\}/, "$1");
      expect(checkPromises(read(text), valuesOf(1))[0]?.message).toMatch(/"share\.no-sale".*not in the text/);
      return;
    }
    expect(check(from, to).join("\n")).toMatch(message);
  });

  it("values change only from their version on, and earlier ones stay as they were", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (changed, asked) => {
        const values = valuesOf(asked, { [changed]: { retention: { usage: "P5Y" } } });
        expect(values.retention.usage).toBe(asked >= changed ? "P5Y" : "P2Y");
        expect(values.retention.account).toBe("P90D");
      }),
    );
    expect(valuesOf(1).providers).toHaveLength(4);
    expect(valuesOf(2).providers).toHaveLength(5);
    expect(valuesOf(1).providers).toHaveLength(4);
  });
});
