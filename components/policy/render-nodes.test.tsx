import fc from "fast-check";
import type { RootContent } from "mdast";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { parsePolicy } from "@/lib/policy/parse";
import { countsInWords } from "./counts";
import { PolicyText } from "./policy-text";
import { renderNodes } from "./render-nodes";
import { parseVersionNumber } from "./version-number";

const html = (nodes: RootContent[]) => renderToStaticMarkup(renderNodes(nodes, null));
const paragraph = (children: unknown[]) => [{ type: "paragraph", children }] as unknown as RootContent[];

describe("S24: what is rendered is sanitised again, whatever the parser let pass", () => {
  it.each([
    ["raw HTML", paragraph([{ type: "html", value: "<script>alert(1)</script>" }]), "<script"],
    [
      "a script address",
      paragraph([{ type: "link", url: "javascript:alert(1)", children: [{ type: "text", value: "x" }] }]),
      "javascript",
    ],
    [
      "a data address",
      paragraph([{ type: "link", url: "data:text/html,x", children: [{ type: "text", value: "x" }] }]),
      "data:",
    ],
    ["an image", paragraph([{ type: "image", url: "https://a.example/x.png", alt: "x" }]), "<img"],
    [
      "a property of its own",
      paragraph([{ type: "text", value: "x", data: { hName: "iframe", hProperties: { src: "x", onload: "y" } } }]),
      "iframe",
    ],
  ])("%s", (_, nodes, bad) => {
    expect(html(nodes)).not.toContain(bad);
  });

  it("escapes any text", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const out = html(paragraph([{ type: "text", value }]));
        expect(out.replace(/^<p>|<\/p>$/g, "")).not.toMatch(/<|>/);
      }),
    );
  });
});

it("a policy is rendered with its headings, anchors and plain-language lines, and no mark without a standing", () => {
  const parsed = parsePolicy(
    '---\ntitle: T\nlanguage: en\n---\n\n## One {#one}\n\n:::plain\nShort.\n:::\n\n:promise[We never sell it.]{id="share.no-sale"}\n\n### Part {#part}\n\nMore.\n',
  );
  if (!parsed.ok) throw new Error("does not parse");
  const out = renderToStaticMarkup(<PolicyText policy={parsed.policy} standings={null} />);
  expect(out).toContain('<section id="one"');
  expect(out).toContain('href="#part"');
  expect(out).toContain("Short.");
  expect(out).toContain("We never sell it.");
  expect(out).not.toContain("popover");
  expect(out).not.toContain("style=");
});

it("reads version numbers strictly", () => {
  expect(["1", "42", "0", "01", "1.0", "-1", "1e3", "", " 1", "123456", "abc", "1/2"].map(parseVersionNumber)).toEqual([
    1,
    42,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

it("counts in words", () => {
  const zero = { changed: 0, inserted: 0, deleted: 0, moved: 0, movedChanged: 0, movedClauses: 0 };
  const none = { ...zero, formatted: 0, typographic: 0 };
  expect(countsInWords(none)).toBe("The two texts say the same, word for word.");
  expect(countsInWords({ ...none, typographic: 1 })).toMatch(
    /the same, word for word; 1 sentence is set in other signs\.$/,
  );
  expect(countsInWords({ ...none, moved: 3, movedChanged: 1 })).toBe("3 sentences moved, 1 of them changed.");
  expect(countsInWords({ ...none, changed: 2, movedClauses: 1 })).toBe("2 sentences changed, 1 clause moved.");
});
