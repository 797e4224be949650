import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bar, leaveOut, nothingBut, partsOf, plainText } from "./redaction";

const bar = (id: string): Bar => ({ id, ground: "rights-of-others", whole: false, at: "2026-01-01T00:00:00Z" });
const ids = fc.uuid();
/** Text that repeats itself, so that passages are found more than once. */
const words = fc.array(fc.constantFrom("Ana", " ", "Ana Lind", "\n", "call", "=SUM(", "</p>"), { maxLength: 20 });

describe("leaving something out of a message", () => {
  it("leaves nothing of a passage that it says it left out, and everything else as it stood", () => {
    fc.assert(
      fc.property(words, fc.constantFrom("Ana", "Ana Lind", "call", " "), ids, (written, passage, id) => {
        const text = written.join("");
        const left = leaveOut(text, passage, id, []);
        expect(left === null).toBe(!text.includes(passage));
        if (left === null) return;
        const parts = partsOf(left, [bar(id)]);
        const kept = parts.map((part) => ("text" in part ? part.text : passage)).join("");
        expect(kept).toBe(text);
        for (const part of parts) if ("text" in part) expect(part.text).not.toContain(passage);
      }),
    );
  });

  it("goes on from what was left out before, which stays left out", () => {
    fc.assert(
      fc.property(words, fc.uniqueArray(ids, { minLength: 2, maxLength: 2 }), (written, [first = "", second = ""]) => {
        const once = leaveOut(`${written.join("")} Ana Lind`, "Ana Lind", first, []);
        const twice = leaveOut(`${once} call`, "call", second, [bar(first)]);
        const shown = plainText(partsOf(String(twice), [bar(first), bar(second)]));
        expect(shown).not.toMatch(/Ana Lind|call/);
        expect(shown.match(/left out/g)?.length).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it("takes no text for a bar that was not made by leaving something out, however it is written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), ids, ids, (text, id, other) => {
        const forged = `${text}${nothingBut(other)}`;
        expect(partsOf(forged, [bar(id)]).every((part) => "text" in part)).toBe(id !== other);
        expect(plainText(partsOf(forged, []))).toBe(forged);
      }),
    );
  });

  it("finds nothing in the marks themselves", () => {
    const id = "01890003-0000-7000-8000-000000000007";
    const left = String(leaveOut("Ana", "Ana", id, []));
    expect(leaveOut(left, "0189", "01890003-0000-7000-8000-000000000008", [bar(id)])).toBeNull();
  });
});
