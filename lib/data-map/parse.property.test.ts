import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseMap } from "./parse";
import { DataMapError } from "./types";

const operno = readFileSync("data-map/operno.yml", "utf8");

it("H4: whatever stands in the file, it is read or refused with a place, and never crashes", () => {
  // Three collections are enough grammar, and parse in a few milliseconds.
  const few = operno.slice(0, operno.indexOf("      - name: user_sessions"));
  // The outbox and the clients are collections further down.
  const lines = few.split("\n").filter((line) => !/^ +(outbox|clients):/.test(line));
  expect(parseMap("f.yml", lines.join("\n"))).toHaveLength(1);
  const mutation = fc.oneof(
    fc.record({ kind: fc.constant("drop" as const), at: fc.nat(lines.length - 1) }),
    fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(lines.length - 1) }),
    fc.record({ kind: fc.constant("indent" as const), at: fc.nat(lines.length - 1) }),
    fc.record({
      kind: fc.constant("text" as const),
      at: fc.nat(lines.length - 1),
      text: fc.oneof(
        fc.string({ unit: "binary", maxLength: 12 }),
        fc.constantFrom(
          "__proto__: {}",
          "? ",
          "<<: *x",
          "- ",
          "!!js/function x",
          "&a [*a]",
          "\0",
          "{",
          "}",
          "]",
          "'",
          "% ",
          "1e999",
          "null",
        ),
      ),
    }),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      const changed = [...lines];
      for (const m of mutations) {
        const line = changed[m.at] ?? "";
        if (m.kind === "drop") changed.splice(m.at, 1);
        else if (m.kind === "repeat") changed.splice(m.at, 0, line);
        else if (m.kind === "indent") changed[m.at] = ` ${line}`;
        else changed[m.at] = line.slice(0, m.at % (line.length + 1)) + m.text + line.slice(m.at % (line.length + 1));
      }
      try {
        expect(parseMap("f.yml", changed.join("\n")).length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(DataMapError);
        expect((error as Error).message).toMatch(/^f\.yml:\d+:\d+ /);
      }
    }),
    { numRuns: 30 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (text) => {
      expect(() => parseMap("f.yml", text)).toThrow(DataMapError);
    }),
    { numRuns: 60 },
  );
}, 60_000);
