import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { correctionKinds } from "../data-map/types";
import { validValue } from "./valid-value";

const say = (kind: (typeof correctionKinds)[number], typed: string, max = 40) => {
  const valid = validValue({ kind, max }, typed);
  return valid.ok ? valid.value : null;
};

describe("L5: a value is taken in its form", () => {
  it.each([
    ["text", "  Zoë  O'Brien ", "Zoë  O'Brien"],
    ["text", "a\nb", null],
    ["text", "", null],
    ["text", "x".repeat(41), null],
    ["text", "safe\u202Eevil", null],
    ["long-text", "one\r\ntwo", "one\ntwo"],
    ["phone", "+49 30  123-4567", "+49 30 123-4567"],
    ["phone", "call me", null],
    ["phone", "+-()", null],
    ["email", "Robin@Company.Example", "robin@company.example"],
    ["email", "two@a.example, b@b.example", null],
    ["number", "-61.50", "-61.50"],
    ["number", "1e9", null],
    ["number", "NaN", null],
    ["date", "2024-02-29", "2024-02-29"],
    ["date", "2025-02-29", null],
    ["date", "infinity", null],
    ["yes-no", "true", "true"],
    ["yes-no", "maybe", null],
  ] as const)("%s %j", (kind, typed, expected) => {
    expect(say(kind, typed)).toBe(expected);
  });

  it("H4: never throws, is never longer than allowed, and taken again is the same", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...correctionKinds),
        fc.string({ unit: "binary" }),
        fc.integer({ min: 1, max: 60 }),
        (kind, typed, max) => {
          const valid = validValue({ kind, max }, typed);
          if (!valid.ok) {
            expect(valid.say).toMatch(/\.$/);
            return;
          }
          expect([...valid.value].length).toBeLessThanOrEqual(max);
          expect(valid.value).not.toMatch(/\0/);
          expect(validValue({ kind, max }, valid.value)).toEqual(valid);
        },
      ),
    );
  });
});
