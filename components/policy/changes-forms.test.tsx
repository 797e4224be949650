import { existsSync, readFileSync } from "node:fs";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { PolicyNotice } from "@/emails/policy-notice";
import { renderMail } from "@/lib/mail/render-mail";
import { changesAsText } from "@/lib/policy/changes-as-text";
import { diffPolicies, type PolicyDiff } from "@/lib/policy/diff";
import { layOutChanges } from "@/lib/policy/lay-out-changes";
import { parsePolicy } from "@/lib/policy/parse";
import { tellChanges } from "@/lib/policy/tell-changes";
import { textOf } from "@/test/policy-changes";
import { ChangesView } from "./changes-view";

// Rendering a mail asks the environment for its origin; no database is used here.
for (const name of ["DATABASE_URL", "PLATFORM_DATABASE_URL"]) process.env[name] ??= "postgres://nobody@localhost/none";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const own = (number: number) => {
  const parsed = parsePolicy(read(`policy/operno/${number}.md`));
  if (!parsed.ok) throw new Error("does not parse");
  return parsed.policy;
};
const german = read("lib/policy/fixtures/german.md");
const kramdown = read("lib/policy/fixtures/kramdown.md");
const real = new URL("../../../shared/data/policies/github-privacy/", import.meta.url);
const github = (day: string) => textOf(readFileSync(new URL(`${day}.md`, real), "utf8"));

const pairs: [string, () => PolicyDiff][] = [
  ["Operno's versions 1 and 2", () => diffPolicies(own(1), own(2))],
  [
    "numbers, signs, a moved and a changed sentence",
    () =>
      diffPolicies(
        textOf(german),
        textOf(
          german
            .replace("90 Tagen", "30 Tagen")
            .replace("„wir“", '"wir"')
            .replace(" Wir antworten binnen 72 Stunden.", "")
            .replace("* Name,", "* Wir antworten binnen 48 Stunden auf alle Fragen.\n* Name,"),
        ),
      ),
  ],
  [
    "links, bold, rows, <tags> and & in words",
    () =>
      diffPolicies(
        textOf(kramdown),
        textOf(
          kramdown
            .replace("id=7", "id=8")
            .replace("in the EU", "in **the EU** & \\<everywhere\\>")
            .replace("90 days |", "80 days |")
            .replace("1. Fault reports", "1. [Fault](https://x.example/?a=1&b=2) reports, new ones"),
        ),
      ),
  ],
];
if (existsSync(real))
  for (const [a, b] of [
    ["2017-10-13", "2018-05-24"],
    ["2020-08-03", "2020-10-02"],
    ["2022-09-01", "2023-02-23"],
  ] as const)
    pairs.push([`real versions of ${a} and ${b}`, () => diffPolicies(github(a), github(b))]);

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', "#x27": "'", amp: "&" };
/** Words of HTML without its tags; what only screen readers hear is left out. */
const words = (html: string): string =>
  html
    .replace(/<span class="sr-only">[^<]*<\/span>/g, "")
    .replace(/<!--.*?-->/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|#x27|amp);/g, (_, name: string) => entities[name] ?? "");
const bare = (text: string) => text.replace(/\s+/g, "");
type Mark = [kind: "ins" | "del", text: string];
const marksOfHtml = (html: string): Mark[] =>
  [...html.matchAll(/<(ins|del)\b[^>]*>(.*?)<\/\1>/gs)].map(([, kind, inner]) => [
    kind as Mark[0],
    bare(words(inner ?? "")),
  ]);
const marksOfText = (text: string): Mark[] =>
  [...text.matchAll(/\[-(.*?)-\]|\{\+(.*?)\+\}/gs)].map(([, del, ins]) =>
    del === undefined ? ["ins", bare(ins ?? "")] : ["del", bare(del)],
  );

/** Tags that are opened and closed in order, and no id twice; the HTML as it was. */
function expectWellFormed(html: string): string {
  const open: string[] = [];
  for (const [, slash, name = "", rest = ""] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:\s[^<>]*)?)>/g)) {
    if (rest.endsWith("/") || ["br", "img", "hr", "meta", "link"].includes(name)) continue;
    if (slash) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  // No block stands in a paragraph, where a browser would end it.
  expect(html).not.toMatch(/<p[^>]*>(?:(?!<\/p>).)*<(?:p|div|section|ul|details)\b/s);
  return html;
}

describe("every form of a comparison says the same", () => {
  it.each(pairs)("%s", async (_, compare) => {
    const diff = compare();
    const told = tellChanges(diff);
    const text = changesAsText(told);
    const page = expectWellFormed(renderToStaticMarkup(createElement(ChangesView, { layout: layOutChanges(diff) })));
    const mail = await renderMail("policy-notice", { ...PolicyNotice.PreviewProps, changes: { told, left: 0 } });
    const [, mailHtml = ""] = mail.html.split("Every change, word by word");
    const [, mailText = ""] = mail.text.split("Every change, word by word");

    const said: Mark[] = told.flatMap(({ blocks }) =>
      blocks.flatMap((block) =>
        "said" in block
          ? block.said.flatMap((one): Mark[] =>
              one.kind === "ins" || one.kind === "del"
                ? [[one.kind, bare(one.text + (one.targets.length > 0 ? `(link to ${one.targets.join(", ")})` : ""))]]
                : [],
            )
          : [],
      ),
    );
    expect(said.length).toBeGreaterThan(1);
    expect(marksOfHtml(page)).toEqual(said);
    expect(marksOfText(text)).toEqual(said);
    // The first two marks of the mail are its legend.
    expect(marksOfHtml(mailHtml).slice(2)).toEqual(said);
    expect(marksOfText(mailText).slice(2)).toEqual(said);

    // Links and formatting, moves, and what happened to a clause are said in all of them.
    const notes = told.flatMap(({ what, blocks }) => [
      ...(what ? [what] : []),
      ...blocks.flatMap((block) =>
        "said" in block
          ? block.said.flatMap((one) => (one.kind === "format" ? [one.what] : one.kind === "note" ? [one.text] : []))
          : [],
      ),
    ]);
    for (const note of notes)
      for (const form of [words(page), text, words(mailHtml), mailText]) expect(bare(form)).toContain(bare(note));
    expect(JSON.parse(JSON.stringify(told))).toEqual(told);
  });
});
