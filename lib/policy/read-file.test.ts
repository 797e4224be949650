import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxPolicyBytes } from "./parse";
import { readPolicyFile } from "./read-file";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const linesOf = (read: ReturnType<typeof readPolicyFile>) => (read.ok ? [] : read.problems.map(({ line }) => line));

describe("an uploaded policy", () => {
  it("is taken over byte for byte, marks and line ends included", () => {
    for (const text of ["\ufeff# A\r\nb\r\n", "a\rb", "ä 日本 😀\n", "\t"])
      expect(readPolicyFile(bytesOf(text))).toEqual({ ok: true, markdown: text });
    const text = fc.string({ unit: "binary", minLength: 1 }).map((raw) => raw.toWellFormed());
    fc.assert(
      fc.property(text, (one) => {
        const read = readPolicyFile(bytesOf(one));
        if (read.ok) expect(Buffer.from(read.markdown)).toEqual(Buffer.from(bytesOf(one)));
        else expect(read.problems.every(({ message }) => message.includes("control"))).toBe(true);
      }),
    );
  });

  it("names each line that is not UTF-8 or holds a control character", () => {
    const latin = Buffer.concat([
      bytesOf("ok\n"),
      Buffer.from([0x66, 0xfc, 0x72, 0x0a]),
      bytesOf("ok\nnul\0\n"),
      Buffer.from([0xe2, 0x82]),
    ]);
    expect(linesOf(readPolicyFile(latin))).toEqual([2, 4, 5]);
    expect(linesOf(readPolicyFile(Buffer.from([0xc0, 0x80])))).toEqual([1]);
    // Half of a pair, as some programs write it, is no UTF-8.
    expect(linesOf(readPolicyFile(Buffer.from([0xed, 0xa0, 0x80])))).toEqual([1]);
  });

  it("H4: is bounded and never throws", () => {
    expect(readPolicyFile(new Uint8Array())).toMatchObject({ problems: [{ message: "The file is empty." }] });
    expect(readPolicyFile(new Uint8Array(maxPolicyBytes + 1).fill(97))).toMatchObject({ ok: false });
    expect(readPolicyFile(new Uint8Array(maxPolicyBytes).fill(97))).toMatchObject({ ok: true });
    expect(linesOf(readPolicyFile(new Uint8Array(maxPolicyBytes).fill(10).fill(0xff, 0, 200_000))).length).toBe(1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof readPolicyFile(bytes).ok).toBe("boolean");
      }),
    );
  });
});
