import type { TemplateName, TemplateProps } from "../../emails/registry";
import { parseReference } from "../ids";
import { threadOfCase } from "./case-thread";
import { composeMail } from "./message";
import { renderMail } from "./render-mail";
import { type Outcome, transport } from "./transport";

/** The mail service did not take the mail now; the job tries again under the same key. */
export class MailNotSent extends Error {
  override name = "MailNotSent";
  /** `refused`: it never will; otherwise the same bytes may be tried again. */
  readonly final: boolean;
  /** Known not to have gone out by this attempt. */
  readonly unsent: boolean;
  /** How long the service asks to be left alone; 0: it asks nothing. */
  readonly waitMs: number;
  readonly why: string;
  constructor(outcome: Outcome) {
    const { kind } = outcome;
    const why = kind === "accepted" ? "refused" : outcome.why;
    super(why);
    this.why = why;
    this.final = kind === "refused";
    this.unsent = kind === "barred" || kind === "later";
    this.waitMs = kind === "later" ? outcome.waitMs : 0;
  }
}

/** A mail that names a case leads back to it, whichever mail it is. */
function threadOf(props: object): ReturnType<typeof threadOfCase> | null {
  const reference =
    "reference" in props && typeof props.reference === "string" ? parseReference(props.reference) : null;
  return reference ? threadOfCase(reference) : null;
}

/**
 * Renders one mail and hands it over at once, in a lane of its own: it never waits behind a mailing (R6).
 * Called again with the same key and the same props it sends nothing twice: for 24 hours at the mail
 * service, for ever in the local mailbox.
 * @param end how the person ends this kind of mail, in the footer and in headers (RFC 8058)
 * @throws MailNotSent when the service did not take it; MailRefused for an address that is none
 */
export async function sendNow<T extends TemplateName>(
  template: T,
  to: string,
  props: TemplateProps<T>,
  idempotencyKey: string,
  end?: { path: string; headers: Record<string, string> },
): Promise<{ providerId: string; delivered: boolean }> {
  const thread = threadOf(props);
  // The confirmation of a mail is an answer to it by machine (RFC 3834).
  const answered: Record<string, string> = template === "inquiry-received" ? { "Auto-Submitted": "auto-replied" } : {};
  const content = await renderMail(template, props, { endPath: end?.path ?? null });
  const message = composeMail(to, content, { ...answered, ...thread?.headers, ...end?.headers }, thread?.replyTo);
  const outcome = await transport().send("/emails", JSON.stringify(message), idempotencyKey, template);
  if (outcome.kind === "accepted" && outcome.ids[0]) {
    return { providerId: outcome.ids[0], delivered: outcome.delivered };
  }
  throw new MailNotSent(outcome);
}
