import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeNext, withNext } from "./safe-next";

describe("safeNext", () => {
  it.each([
    "/account",
    "/account/packages/0197-ab",
    "/admin/cases/PR-7K2M-Q4XD",
    "/admin?state=open&sort=due",
    "/staff/enrol",
    "/contact",
  ])("S18: leads on to %s", (path) => expect(safeNext(path)).toBe(path));

  it.each([
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/account%2f..%2f..",
    "/account/../../evil",
    "/account//evil.example",
    "https://evil.example/account",
    "javascript:alert(1)",
    "/account?x=https://evil.example",
    "/account?a=1?b=2",
    "/account#//evil.example",
    "/account\t",
    "/account\r\nLocation: //evil.example",
    " /account",
    "/account@evil.example",
    "/account.evil.example",
    "/accounts",
    "/api/auth/callback/email",
    "/sign-in",
    "/account?",
    "",
    ["/account"],
    null,
    undefined,
    { toString: () => "/account" },
    `/account/${"a".repeat(500)}`,
  ])("S18: refuses %j", (value) => expect(safeNext(value)).toBeNull());

  it("H4 S18: whatever is let through stays on this origin, at an allowed place", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constantFrom("/", "\\", "/account", "/admin", "//", "%2f", "%5c", "..", "?", "@", ":", "evil.example", "\t"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (parts) => {
        const value = parts.join("");
        const safe = safeNext(value);
        if (safe === null) return;
        const url = new URL(safe, "https://trust.example");
        expect(url.origin).toBe("https://trust.example");
        expect(url.pathname + url.search).toBe(value);
        expect(url.pathname).toMatch(/^\/(account|admin|staff|api\/packages|contact)/);
      }),
      { numRuns: 300 },
    );
  });

  it("S18: a link carries only such a place", () => {
    expect(withNext("/sign-in", "/admin/cases")).toBe("/sign-in?next=%2Fadmin%2Fcases");
    expect(withNext("/sign-in", "//evil.example")).toBe("/sign-in");
    expect(withNext("/sign-in", "/account")).toBe("/sign-in");
  });
});
