import { toPlainText } from "@react-email/render";

/** Of longer HTML only the beginning is read: a mail that a person writes has a few kilobytes, and nested lists take quadratic time. */
const longestHtml = 200_000;

/**
 * What an HTML mail says, as text: nothing of it is ever shown as HTML. Links keep their address, since a text that hides
 * where it leads is what forgers write; images and styles say nothing.
 */
export function htmlText(html: string): string {
  return toPlainText(html.slice(0, longestHtml), {
    wordwrap: false,
    limits: { maxInputLength: longestHtml, maxDepth: 64, maxChildNodes: 4000, ellipsis: "" },
    selectors: [
      { selector: "img", format: "skip" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true, linkBrackets: ["<", ">"], ignoreHref: false } },
      { selector: "blockquote", options: { trimEmptyLines: true } },
      ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  }).trim();
}
