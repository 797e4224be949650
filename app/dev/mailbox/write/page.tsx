import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { FileField } from "@/components/cases/file-field";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormCheck, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { localMailIsOpen } from "@/lib/cases/write-local-mail";
import { mailboxMail } from "@/lib/mail/queries";
import { config } from "@/trust-center.config";
import { send } from "./actions";

export const metadata: Metadata = { title: "Write a mail", robots: { index: false } };

const headerOf = (headers: Record<string, unknown>, name: string) => {
  const value = headers[name];
  return typeof value === "string" ? value : null;
};

/** A mail program's place in the demo: a new mail to the privacy address, or an answer to one that was sent here. */
export default async function WriteMailPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  if (!localMailIsOpen()) notFound();
  const { reply, sent } = await searchParams;
  const answered = typeof reply === "string" ? await mailboxMail(reply) : null;
  const to = (answered && headerOf(answered.headers, "Reply-To")) ?? config.company.privacyMailbox;
  return (
    <div className="max-w-2xl">
      <p className="mb-3">
        <Link href="/dev/mailbox" className="link">
          Local mailbox
        </Link>
      </p>
      <PageHeader
        title={answered ? "Answer this mail" : "Write a mail to the privacy address"}
        lead="What a person would send from their mail program. It comes in as a real mail does, and exists in the demo only."
      />
      {sent ? (
        <Callout look="ok" title="The mail has come in" live>
          <p>
            Its confirmation, if one is due, is in the{" "}
            <Link href="/dev/mailbox" className="link">
              local mailbox
            </Link>
            , and the case on the desk.
          </p>
        </Callout>
      ) : (
        <ActionForm action={send} className="space-y-5">
          <FormText
            id="from"
            label="From"
            hint="An address, or a name and an address: Kim Sender <kim@example.org>"
            defaultValue={answered?.recipient ?? ""}
            required
            maxLength={500}
          />
          <FormText id="to" label="To" defaultValue={to} required maxLength={320} />
          <FormText
            id="subject"
            label="Subject"
            defaultValue={answered ? `Re: ${answered.subject}` : config.company.inquirySubject}
            maxLength={500}
          />
          <FormArea id="text" label="Text" rows={8} required maxLength={100_000} />
          <FileField />
          <FormCheck
            name="proved"
            label="The sender's domain stands for it"
            hint="As DMARC shows it for most mail today."
          />
          <FormCheck
            name="automatic"
            label="It is an automatic reply"
            hint="As a mailbox sends it while its owner is away."
          />
          <SubmitButton>Send the mail</SubmitButton>
        </ActionForm>
      )}
    </div>
  );
}
