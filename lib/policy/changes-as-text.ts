import type { Said } from "./say-changes";
import type { ToldClause } from "./tell-changes";

/** How the marks of the plain-text form are to be read; stands above it. */
export const textLegend =
  "[-Words in brackets with minus signs-] are gone, {+words in braces with plus signs+} are new.";

/** Where links in inserted or deleted words lead, since that is part of what they say. */
export const linkTo = (targets: readonly string[]): string =>
  targets.length === 0 ? "" : ` (link to ${targets.join(", ")})`;

/** One stretch in plain text. */
export function saidAsText(said: Said): string {
  switch (said.kind) {
    case "del":
      return `[-${said.text}${linkTo(said.targets)}-]`;
    case "ins":
      return `{+${said.text}${linkTo(said.targets)}+}`;
    case "format":
      return said.what ? `${said.text} [${said.what}]` : said.text;
    default:
      return said.text;
  }
}

export const unchangedInWords = (count: number): string =>
  count === 1 ? "(1 sentence unchanged)" : `(${count} sentences unchanged)`;

/** A comparison in plain text: a heading a clause, a paragraph a block, the marks of {@link textLegend}. */
export function changesAsText(told: readonly ToldClause[]): string {
  return told
    .map(({ heading, what, blocks }) =>
      [
        `${heading}\n${"-".repeat(Math.min(76, [...heading].length))}`,
        ...(what ? [what] : []),
        ...blocks.map((block) => {
          if (!("said" in block)) return unchangedInWords(block.unchanged);
          const words = block.said.map(saidAsText).join("").replace(/\s+/g, " ").trim();
          return block.kind === "item" ? `${"  ".repeat(Math.min(3, block.depth))}- ${words}` : words;
        }),
      ].join("\n\n"),
    )
    .join("\n\n\n");
}
