import { render, toPlainText } from "@react-email/render";
import { createElement } from "react";
import { EndPath } from "../../emails/layout";
import { type TemplateName, type TemplateProps, templates } from "../../emails/registry";
import { config } from "../../trust-center.config";
import { env } from "../env";

type AnyTemplate = {
  subject: (props: unknown) => string;
  component: (props: unknown) => React.ReactElement;
};

/**
 * Renders one template: subject in one line, HTML, and a plain-text part of the same words.
 * @param how.endPath where the person ends this kind of mail; stands in the footer
 * @param how.wordwrap columns of the plain text, 76 unless said; `false` breaks no line
 */
export async function renderMail<T extends TemplateName>(
  name: T,
  props: TemplateProps<T>,
  { endPath = null, wordwrap = 76 }: { endPath?: string | null; wordwrap?: number | false } = {},
): Promise<{ subject: string; html: string; text: string }> {
  const template = templates[name] as unknown as AnyTemplate;
  const mail = createElement(template.component, props as object);
  const html = await render(createElement(EndPath.Provider, { value: endPath }, mail));
  refuseForeignLinks(html);
  return { subject: oneLine(template.subject(props)), html, text: textOf(html, wordwrap) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();

/** Links and anything a mail program would load (S25, no third party): checked on the result, whatever a template did. */
function refuseForeignLinks(html: string): void {
  const origin = env().APP_URL;
  for (const [, href = ""] of html.matchAll(/\shref="([^"]*)"/g)) {
    const ours = href === origin || href.startsWith(`${origin}/`);
    if (!ours && href !== `mailto:${config.mail.replyTo}`) throw new Error("a mail links outside this app");
  }
  if (loadsSomething(html)) throw new Error("a mail loads something");
}

/** Looks at tags and style sheets alone: people write "url(x)" in their words, and words load nothing. */
function loadsSomething(html: string): boolean {
  // React escapes < and > in words and attributes, so a tag ends at its own >.
  const tags = html.match(/<[a-z][^<>]*>/gi) ?? [];
  if (tags.some((tag) => /^<(?:link|script|iframe|object|embed)\b/i.test(tag))) return true;
  if (tags.some((tag) => /\s(?:src|background|poster|srcset)=/i.test(tag.replace(/"[^"]*"/g, '""')))) return true;
  const styles = [...html.matchAll(/\sstyle="([^"]*)"|<style\b[^>]*>([\s\S]*?)<\/style>/gi)];
  return styles.some(([, inline = "", sheet = ""]) => /url\(|@import/i.test(inline + sheet));
}

// html-to-text ships no types; this is what is used of it.
type TextElement = { children: unknown; attribs: Record<string, string> };
type TextBuilder = {
  openBlock(options: { leadingLineBreaks: number }): void;
  closeBlock(options: { trailingLineBreaks: number }): void;
  addInline(text: string, options?: { noWordTransform: boolean }): void;
  addLiteral(text: string): void;
  addLineBreak(): void;
};

/** Plain text with the care of the HTML: addresses in full on lines of their own. */
function textOf(html: string, wordwrap: number | false): string {
  const text = toPlainText(html, {
    wordwrap,
    selectors: [
      ...["h1", "h2", "h3"].map((selector) => ({ selector, options: { uppercase: false } })),
      { selector: "a.action", format: "action" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true, linkBrackets: ["<", ">"], noAnchorUrl: false } },
      { selector: "hr", options: { length: 40 } },
      // The marks of lib/policy/changes-as-text.ts, since a plain text has no strike and no underline.
      { selector: "del", format: "marked", options: { open: "[-", close: "-]" } },
      { selector: "ins", format: "marked", options: { open: "{+", close: "+}" } },
    ],
    formatters: {
      action(element: TextElement, walk: (children: unknown, builder: TextBuilder) => void, builder: TextBuilder) {
        builder.openBlock({ leadingLineBreaks: 2 });
        walk(element.children, builder);
        builder.addInline(":");
        builder.addLineBreak();
        builder.addInline(String(element.attribs.href), { noWordTransform: true });
        builder.closeBlock({ trailingLineBreaks: 2 });
      },
      marked(
        element: TextElement,
        walk: (children: unknown, builder: TextBuilder) => void,
        builder: TextBuilder,
        { open, close }: { open: string; close: string },
      ) {
        builder.addLiteral(open);
        walk(element.children, builder);
        builder.addLiteral(close);
      },
    },
  });
  return `${text.trim()}\n`;
}
