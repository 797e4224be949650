import type { TemplateName, TemplateProps } from "../../emails/registry";
import { composeMail } from "./message";
import { renderMail } from "./render-mail";
import { transport } from "./transport";

/** The mail service did not take the mail now; the job tries again under the same key. */
export class MailNotSent extends Error {
  override name = "MailNotSent";
  /** `refused`: it never will; otherwise the same bytes may be tried again. */
  readonly final: boolean;
  readonly why: string;
  constructor(why: string, final: boolean) {
    super(why);
    this.why = why;
    this.final = final;
  }
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
  const message = composeMail(to, await renderMail(template, props, { endPath: end?.path ?? null }), end?.headers);
  const outcome = await transport().send("/emails", JSON.stringify(message), idempotencyKey, template);
  if (outcome.kind === "accepted" && outcome.ids[0]) {
    return { providerId: outcome.ids[0], delivered: outcome.delivered };
  }
  throw new MailNotSent(outcome.kind === "accepted" ? "refused" : outcome.why, outcome.kind === "refused");
}
