import { describe, expect, it } from "vitest";
import { textOf } from "@/test/policy-changes";
import { diffPolicies } from "./diff";
import { sayRows } from "./say-changes";

const said = (before: string, after: string) =>
  diffPolicies(textOf(`## A\n\n${before}`), textOf(`## A\n\n${after}`))
    .clauses.flatMap(({ id, rows }) => sayRows(rows.slice(1), id))
    .map((one) => {
      if (one.kind === "ins" || one.kind === "del")
        return `${one.kind === "ins" ? "{+" : "[-"}${one.text}${one.targets.map((to) => ` -> ${to}`).join("")}}`;
      return one.kind === "format" ? `<${one.text}|${one.what}>` : one.text;
    })
    .join("");

describe("what changed about a link", () => {
  it("is said once, however many of its words changed", () => {
    expect(
      said(
        "Read [our long list of all providers](https://a.example/x) before you decide.",
        "Read [our short list of all providers](https://b.example/y) before you decide.",
      ),
    ).toBe(
      "Read <our|> [-long}{+short} <list of all providers|link now leads to https://b.example/y instead of https://a.example/x> before you decide.",
    );
  });

  it("is said of each of two links, also when both changed alike", () => {
    const text = (to: string) => `Read [the list](${to}) first and then [the table](${to}) at home.`;
    const what = "link now leads to https://b.example/y instead of https://a.example/x";
    expect(said(text("https://a.example/x"), text("https://b.example/y"))).toBe(
      `Read <the list|${what}> first and then <the table|${what}> at home.`,
    );
  });

  it("is said of an inserted link beside one that changed, unless it is the same address", () => {
    expect(
      said(
        "Read [the list](https://a.example/x).",
        "Read [the list](https://a.example/x2) [at home](https://c.example).",
      ),
    ).toBe(
      "Read <the list|link now leads to https://a.example/x2 instead of https://a.example/x> {+at home -> https://c.example}.",
    );
  });

  it("is said when the sentence that held it was joined to another", () => {
    const text = said(
      "We keep logs for 2 years. You may read [the list](https://a.example/x) at any time.",
      "We keep logs for 2 years, and you may read the list at any time.",
    );
    expect(text).toContain("<the list|no longer a link to https://a.example/x>");
  });
});
