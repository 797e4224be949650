import type { Metadata } from "next";
import Link from "next/link";
import { CompanysCustomer } from "@/components/cases/companys-customer";
import { FileField } from "@/components/cases/file-field";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { messageLimit } from "@/lib/cases/message-text";
import { newId, parseReference } from "@/lib/ids";
import { config } from "@/trust-center.config";
import { ask } from "./actions";

export const metadata: Metadata = {
  title: "Contact",
  description: `Ask ${config.company.name}'s privacy team a question, without an account.`,
};

export default async function ContactPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { sent } = await searchParams;
  const reference = typeof sent === "string" ? parseReference(sent) : null;
  const { name, privacyMailbox, inquirySubject } = config.company;
  const hours = config.clocks.replyHours;

  return (
    <div className="grid gap-x-16 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 max-w-2xl">
        <PageHeader
          title="Ask a question"
          lead={`About privacy at ${name}. A person replies within ${hours} hours, weekends included.`}
        />
        {reference ? (
          <Callout look="ok" title="We have your question" live>
            <p>
              Your reference is <strong className="font-mono">{reference}</strong>. A mail that confirms it is on its
              way to the address you gave. A person replies within {hours} hours.
            </p>
            <p>
              <Link href="/contact" prefetch={false} className="link">
                Ask another question
              </Link>
            </p>
          </Callout>
        ) : (
          <ActionForm
            action={ask}
            className="space-y-5"
            said={{
              "idempotency-mismatch":
                "This form was already sent with other words. Open the contact page anew to send another question.",
            }}
          >
            <input type="hidden" name="idempotencyKey" value={newId()} />
            <FormText
              id="email"
              label="Your email address"
              hint="The reply goes there."
              type="email"
              autoComplete="email"
              required
              maxLength={320}
            />
            <FormText id="name" label="Your name (optional)" autoComplete="name" maxLength={200} />
            <FormArea id="message" label="Your question" required maxLength={messageLimit} rows={8} />
            <FileField />
            <SubmitButton>Send the question</SubmitButton>
            <p className="text-sm text-muted">
              We use your address and your words to answer you, and for nothing else.
            </p>
          </ActionForm>
        )}
      </div>
      <aside className="min-w-0 space-y-0">
        <Section title="By mail">
          <p>
            <a
              className="link break-all"
              href={`mailto:${privacyMailbox}?subject=${encodeURIComponent(inquirySubject)}`}
            >
              {privacyMailbox}
            </a>
          </p>
          <p className="mt-1 text-muted">
            The mailbox of our privacy team. Use the subject "{inquirySubject}"; the {hours} hours count there too.
          </p>
        </Section>
        <Section title="You have an account?">
          <p className="text-muted">
            <Link href="/account" prefetch={false} className="link">
              Sign in
            </Link>{" "}
            to get, move, correct or delete your data. It needs no question and no waiting. Or{" "}
            <Link href="/requests/new" prefetch={false} className="link">
              ask without an account
            </Link>
            .
          </p>
        </Section>
        <CompanysCustomer />
      </aside>
    </div>
  );
}
