import { expect, it } from "vitest";
import { accent, contrast, inkOn } from "./look";

it("the configured accent can be read on paper and under its ink, light and dark (WCAG 2.2 AA)", () => {
  for (const [{ colour, ink }, paper] of [
    [accent.light, "#fdfdfb"],
    [accent.dark, "#121418"],
  ] as const) {
    expect(contrast(colour, paper)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour, ink)).toBeGreaterThanOrEqual(4.5);
  }
});

it("a contrast is that of WCAG's definition", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#767676", "#ffffff")).toBeCloseTo(4.54, 2);
  expect(contrast("#123456", "#123456")).toBe(1);
  expect([inkOn("#000000"), inkOn("#ffe000")]).toEqual(["#ffffff", "#0d1220"]);
});
