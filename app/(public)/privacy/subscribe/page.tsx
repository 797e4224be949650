import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { periodInWords } from "@/lib/in-words";
import { config } from "@/trust-center.config";
import { ask } from "./actions";

export const metadata: Metadata = {
  title: "Policy changes by mail",
  description: `Hear when ${config.company.name}'s privacy policy changes, without an account.`,
};

/** The answer is the same for an address we know and one we do not (S16). */
export default async function SubscribePage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { sent } = await searchParams;
  const { name, productName } = config.company;
  const { confirmHours, keep } = config.subscription;
  return (
    <div className="grid gap-x-16 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 max-w-2xl">
        <PageHeader
          title="Policy changes by mail"
          lead={`One mail when a change of ${name}'s privacy policy is announced, with the changes themselves. No account needed.`}
        />
        {sent === "1" ? (
          <Callout look="ok" title="Look into your mailbox" live>
            <p>
              A mail is on its way to the address you gave. Nothing further is sent before you confirmed it there; the
              link works for {confirmHours} hours.
            </p>
            <p>
              <Link href="/privacy/subscribe" prefetch={false} className="link">
                Enter another address
              </Link>
            </p>
          </Callout>
        ) : (
          <ActionForm action={ask} className="space-y-5">
            <FormText
              id="email"
              label="Your email address"
              type="email"
              autoComplete="email"
              required
              maxLength={320}
            />
            <SubmitButton>Send me a link to confirm</SubmitButton>
            <p className="text-sm text-muted">
              The address is kept encrypted, for this alone, until you end it with the link in each mail, at most{" "}
              {periodInWords(keep)}. One that is not confirmed is forgotten after {confirmHours} hours.
            </p>
          </ActionForm>
        )}
      </div>
      <aside className="min-w-0">
        <Section title="Without an address">
          <p className="text-muted">
            A feed reader does the same:{" "}
            <a href="/privacy/feed.xml" className="link">
              Atom feed
            </a>{" "}
            or{" "}
            <a href="/privacy/feed.json" className="link">
              JSON feed
            </a>
            .
          </p>
        </Section>
        <Section title={`You use ${productName}?`}>
          <p className="text-muted">
            Then there is nothing to do here: every account holder is told at least {config.clocks.noticeDays} days
            before a significant change takes effect.
          </p>
        </Section>
      </aside>
    </div>
  );
}
