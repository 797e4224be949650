import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "./address";

describe("parseAddress", () => {
  it.each([
    ["ada@example.org", "ada@example.org"],
    ["  Ada.Winter@Example.ORG ", "ada.winter@example.org"],
    ["o'brien+privacy@sub.example.co", "o'brien+privacy@sub.example.co"],
    ["a@b\u00fccher.example", "a@xn--bcher-kva.example"],
    ["a@B\u00dcCHER.example", "a@xn--bcher-kva.example"],
  ])("S11: takes %s", (typed, parsed) => expect(parseAddress(typed)).toBe(parsed));

  it.each([
    ["a quoted local part", '"ada"@example.org'],
    ["a quoted space", '"a b"@example.org'],
    ["two addresses", "ada@example.org,eve@example.net"],
    ["a semicolon list", "ada@example.org;eve@example.net"],
    ["a comment", "ada(comment)@example.org"],
    ["a comment in the domain", "ada@example.org(x)"],
    ["a display name", "Ada <ada@example.org>"],
    ["CR LF", "ada@example.org\r\nBcc: eve@example.net"],
    ["a bare LF", "ada@example.org\n"],
    ["a tab", "ada\t@example.org"],
    ["NUL", "ada\0@example.org"],
    ["a fullwidth letter", "\uff41da@example.org"],
    ["a fullwidth domain", "ada@\uff45xample.org"],
    ["a ligature", "o\ufb03ce@example.org"],
    ["the Kelvin sign", "\u212aate@example.org"],
    ["the small commercial at", "ada\ufe6bexample.org"],
    ["an ideographic full stop", "ada@example\u3002org"],
    ["a zero-width space", "ada\u200b@example.org"],
    ["a right-to-left override", "ada\u202e@example.org"],
    ["a soft hyphen in the domain", "ada@exam\u00adple.org"],
    ["old routing", "eve%example.net@example.org"],
    ["a bang path", "example.net!eve@example.org"],
    ["two at signs", "ada@eve@example.org"],
    ["one label", "ada@localhost"],
    ["an address literal", "ada@[127.0.0.1]"],
    ["an IPv4 address", "ada@127.0.0.1"],
    ["a trailing dot", "ada@example.org."],
    ["two dots", "a..b@example.org"],
    ["a leading dot", ".a@example.org"],
    ["a percent-encoded domain", "ada@ex%61mple.org"],
    ["a label of 64", `ada@${"a".repeat(64)}.org`],
    ["a local part of 65", `${"a".repeat(65)}@example.org`],
    ["nothing", ""],
    ["only the sign", "@"],
    ["an object", { toString: () => "ada@example.org" }],
    ["a list", ["ada@example.org"]],
    ["a number", 7],
    ["undefined", undefined],
  ])("S11: refuses %s", (_what, typed) => expect(parseAddress(typed)).toBeNull());

  it("H4 S11: whatever comes in, what comes out is one plain address, and stays itself", () => {
    const pieces = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom("@", ".", ",", '"', "(", "\r\n", " ", "\u3002", "xn--", "a", "example.org", "\ufe6b", "%40"),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const parsed = parseAddress(parts.join(""));
        if (parsed === null) return;
        expect(parsed).toMatch(/^[a-z0-9#$&'*+/=?^_{}~.-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/);
        expect(parsed.length).toBeLessThanOrEqual(254);
        expect(parseAddress(parsed)).toBe(parsed);
        expect(parseAddress(parsed.toUpperCase())).toBe(parsed);
      }),
      { numRuns: 300 },
    );
  });

  it("S11: every ordinary address is taken, in any case of letters", () => {
    fc.assert(
      fc.property(fc.emailAddress({ size: "small" }), (address) => {
        fc.pre(!/[%!|`]/.test(address) && address.length <= 254);
        expect(parseAddress(address)).toBe(address.toLowerCase());
      }),
    );
  });
});
