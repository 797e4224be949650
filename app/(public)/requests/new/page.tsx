import type { Metadata } from "next";
import Link from "next/link";
import { UseChoices } from "@/components/processing/use-choices";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormSelect, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { messageLimit } from "@/lib/cases/message-text";
import { kindWords, rights } from "@/lib/cases/words";
import { newId, parseReference } from "@/lib/ids";
import { config } from "@/trust-center.config";
import { ask, askForOther } from "./actions";

export const metadata: Metadata = {
  title: "Ask for your data",
  description: `Get, correct, delete or move what ${config.company.name} holds about you, or limit its use, without an account.`,
};

export default async function NewRequestPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { sent, for: whom, kind } = await searchParams;
  const reference = typeof sent === "string" ? parseReference(sent) : null;
  const other = whom === "other";
  return (
    <div className="grid gap-x-16 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="min-w-0 max-w-2xl">
        <PageHeader
          title={other ? "Ask for somebody else" : "Ask for your data"}
          lead={
            other
              ? "The person signs a permission first, by a link that we send to the address we know them by."
              : "Every right of our policy, without an account."
          }
        />
        {reference ? (
          <Sent reference={reference} other={other} />
        ) : (
          <RequestForm other={other} kind={typeof kind === "string" ? kind : ""} />
        )}
      </div>
      <aside className="min-w-0 space-y-0">
        <Section title="You have an account?">
          <p className="text-muted">
            <Link href="/account" prefetch={false} className="link">
              Sign in
            </Link>{" "}
            instead: there it needs no link and no waiting.
          </p>
        </Section>
        <Section title="You asked already?">
          <p className="text-muted">
            <Link href="/requests/status" prefetch={false} className="link">
              See how it stands
            </Link>
            , with the reference and the code of our mail.
          </p>
        </Section>
        <Section title={other ? "You ask for yourself?" : "You ask for somebody else?"}>
          <p className="text-muted">
            <Link href={other ? "/requests/new" : "/requests/new?for=other"} prefetch={false} className="link">
              {other ? "Ask in your own name" : "Ask in their name"}
            </Link>
            {other ? "." : ", with a permission that they sign."}
          </p>
        </Section>
        <Section title="How we know that it is you">
          <p className="text-muted">
            By a link to the address that we have on file. We never ask for a copy of an identity document: please send
            none.
          </p>
        </Section>
      </aside>
    </div>
  );
}

/** The same for every address: what we know of it is told by mail alone (S16). */
function Sent({ reference, other }: { reference: string; other: boolean }) {
  return (
    <Callout look="ok" title="We have your request" live>
      <p>
        Your reference is <strong className="font-mono">{reference}</strong>. A mail to the address you gave says how it
        goes on{other ? ", and the person is asked for their permission" : ""}. A person replies within{" "}
        {config.clocks.replyHours} hours.
      </p>
      <p>
        <Link href={other ? "/requests/new?for=other" : "/requests/new"} prefetch={false} className="link">
          Ask for something else
        </Link>
      </p>
    </Callout>
  );
}

function RequestForm({ other, kind }: { other: boolean; kind: string }) {
  return (
    <ActionForm
      action={other ? askForOther : ask}
      className="group/rights space-y-5"
      said={{
        "idempotency-mismatch":
          "This form was already sent with other words. Open this page anew to send another request.",
      }}
    >
      <input type="hidden" name="idempotencyKey" value={newId()} />
      <FormSelect
        id="kind"
        label="What do you ask for?"
        required
        defaultValue={rights.some((one) => one === kind) ? kind : ""}
      >
        <option value="" disabled>
          Choose one
        </option>
        {rights.map((one) => (
          <option key={one} value={one}>
            {kindWords[one].title}
          </option>
        ))}
      </FormSelect>
      <UseChoices about={other ? "them" : "you"} />
      {other ? (
        <>
          <FormText
            id="subjectEmail"
            label="Their email address"
            hint="The one we may know them by. They are asked there."
            type="email"
            autoComplete="off"
            required
            maxLength={320}
          />
          <FormText
            id="name"
            label="Your name"
            hint="They read it before they sign."
            autoComplete="name"
            required
            maxLength={200}
          />
        </>
      ) : null}
      <FormText
        id="email"
        label="Your email address"
        hint={other ? "The answers go there, once they signed." : "The one we may know you by."}
        type="email"
        autoComplete="email"
        required
        maxLength={320}
      />
      {other ? null : <FormText id="name" label="Your name (optional)" autoComplete="name" maxLength={200} />}
      <FormText id="about" label="What it is about (optional)" hint="In a line." maxLength={200} />
      <FormArea
        id="message"
        label="In your words"
        hint="Needed for a correction: say what is wrong and how it should be. Otherwise you may leave it empty."
        maxLength={messageLimit}
        rows={6}
      />
      <SubmitButton>Send the request</SubmitButton>
      <p className="text-sm text-muted">We use what you write here to answer you, and for nothing else.</p>
    </ActionForm>
  );
}
