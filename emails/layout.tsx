import { Container, Head, Heading, Hr, Html, Link, Preview, Section, Text } from "@react-email/components";
import { type CSSProperties, createContext, type ReactNode, useContext } from "react";
import { accent } from "../lib/look";
import { mailUrl } from "../lib/mail/mail-url";
import { config } from "../trust-center.config";

const sans = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

/** Colours stand inline for programs that drop style sheets, and again in a dark set for those that read them. */
const dark = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .paper { background-color: #121418 !important; }
    .ink { color: #e9eaed !important; }
    .muted { color: #a0a6b2 !important; }
    .rule { border-color: #2b2f37 !important; }
    .soft { background-color: #191c21 !important; border-color: #2b2f37 !important; }
    .action { background-color: ${accent.dark.colour} !important; color: ${accent.dark.ink} !important; }
    .link { color: ${accent.dark.colour} !important; }
    .ins { background-color: #16301f !important; color: #8fd6a4 !important; }
    .del { background-color: #3a1a1a !important; color: #f2a6a0 !important; }
  }
  @media (max-width: 480px) { .page { padding: 20px 18px 28px !important; } }
`;

const text: CSSProperties = { fontSize: "16px", lineHeight: "1.6", color: "#16181d", margin: "0 0 16px" };
const small: CSSProperties = { fontSize: "14px", lineHeight: "1.55", color: "#5c6270", margin: "0 0 8px" };

/** Where this person ends this kind of mail; null for mails that always arrive. Set by whoever sends. */
export const EndPath = createContext<string | null>(null);

type LayoutProps = {
  /** The heading; also what the mail is about. */
  title: string;
  /** What the inbox shows beside the subject. */
  preview: string;
  children: ReactNode;
  /** The one thing the mail asks for; `path` is a path of this app. */
  action?: { label: string; path: string };
  /** Below the action. */
  after?: ReactNode;
  /** Why this person gets this mail; stands in the footer. */
  reason: string;
  /** What else may stand in the footer, such as the way to end these mails. */
  footer?: ReactNode;
};

/**
 * The frame of every mail: one column, one action, no image, nothing loaded from anywhere, readable
 * in light and dark and without its style sheet.
 */
export function MailLayout({ title, preview, children, action, after, reason, footer }: LayoutProps) {
  const endPath = useContext(EndPath);
  return (
    <Html lang="en">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
        <style>{dark}</style>
      </Head>
      <Preview>{preview}</Preview>
      {/* Not React Email's Body: it paints an inner cell that no dark style sheet reaches. */}
      <body className="paper" style={{ backgroundColor: "#fdfdfb", fontFamily: sans, margin: 0, padding: 0 }}>
        <Container className="page" style={{ maxWidth: "600px", margin: "0 auto", padding: "32px 24px 40px" }}>
          <Text className="muted" style={{ ...small, margin: "0 0 24px" }}>
            {config.company.name} Trust Center
          </Text>
          <Heading
            as="h1"
            className="ink"
            style={{ fontSize: "24px", lineHeight: "1.25", fontWeight: 600, color: "#16181d", margin: "0 0 16px" }}
          >
            {title}
          </Heading>
          {children}
          {action ? (
            <Section style={{ margin: "24px 0" }}>
              <Link
                href={mailUrl(action.path)}
                className="action"
                style={{
                  backgroundColor: accent.light.colour,
                  borderRadius: "6px",
                  color: accent.light.ink,
                  display: "inline-block",
                  fontSize: "16px",
                  fontWeight: 600,
                  lineHeight: "1.25",
                  padding: "12px 20px",
                  textDecoration: "none",
                }}
              >
                {action.label}
              </Link>
            </Section>
          ) : null}
          {after}
          <Hr className="rule" style={{ borderColor: "#dedfd9", margin: "28px 0 16px" }} />
          <Text className="muted" style={small}>
            {reason}
          </Text>
          {footer}
          {endPath ? (
            <Text className="muted" style={small}>
              <MailLink path={endPath}>Stop mails of this kind</MailLink>
            </Text>
          ) : null}
          <Text className="muted" style={{ ...small, margin: 0 }}>
            Questions: reply to this mail or write to {config.company.privacyMailbox}.
          </Text>
        </Container>
      </body>
    </Html>
  );
}

/** A paragraph of a mail. */
export function Paragraph({ children, quiet }: { children: ReactNode; quiet?: boolean }) {
  return (
    <Text className={quiet ? "muted" : "ink"} style={quiet ? small : text}>
      {children}
    </Text>
  );
}

/** A link to a path of this app inside a sentence. */
export function MailLink({ path, children }: { path: string; children: ReactNode }) {
  return (
    <Link href={mailUrl(path)} className="link" style={{ color: accent.light.colour, textDecoration: "underline" }}>
      {children}
    </Link>
  );
}

/** Something set apart from the text: a code, a reference, a quoted message. Line breaks of `text` are kept. */
export function Panel({ children, text: preformatted }: { children?: ReactNode; text?: string }) {
  return (
    <Section
      className="soft"
      style={{
        backgroundColor: "#f4f4f0",
        border: "1px solid #dedfd9",
        borderRadius: "6px",
        margin: "0 0 16px",
        padding: "14px 16px",
      }}
    >
      {children}
      {preformatted === undefined
        ? null
        : preformatted.split(/\r?\n/).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text never move
            <Text key={index} className="ink" style={{ ...text, margin: 0, minHeight: "1.6em" }}>
              {line || "\u00a0"}
            </Text>
          ))}
    </Section>
  );
}

/** A short value to read or type, such as a code, large and evenly spaced. */
export function Code({ children }: { children: string }) {
  return (
    <Text
      className="ink"
      style={{
        color: "#16181d",
        fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
        fontSize: "32px",
        fontWeight: 600,
        letterSpacing: "6px",
        lineHeight: "1.3",
        margin: "0",
      }}
    >
      {children}
    </Text>
  );
}

/** Facts as "label: value", one a line. */
export function Facts({ facts }: { facts: readonly (readonly [label: string, value: string])[] }) {
  return (
    <Panel>
      {facts.map(([label, value]) => (
        <Text key={label} className="ink" style={{ ...text, margin: "0 0 4px" }}>
          <span className="muted" style={{ color: "#5c6270" }}>
            {label}:
          </span>{" "}
          {value}
        </Text>
      ))}
    </Panel>
  );
}
