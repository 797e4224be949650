import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentCtx } from "@/lib/auth/current";
import { type ProofPage, proofPage } from "@/lib/cases/prove-identity";
import { kindWords } from "@/lib/cases/words";
import { usesInWords } from "@/lib/processing/asked-uses";
import { config } from "@/trust-center.config";
import { confirm, disown } from "./actions";

export const metadata: Metadata = { title: "Confirm a request", robots: { index: false } };

const said = {
  "code-expired": "This link was used already, or its time is over. Open the status page to have another one sent.",
  "deletion-open":
    "A deletion is already planned for you. Cancel it with the link in its mail if you want another one.",
} as const;

/** Opening this page changes nothing, since mail scanners follow links; its buttons do (S12). */
export default async function ConfirmPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token, ended } = await searchParams;
  const found = typeof token === "string" && token.length <= 100 ? await proofPage(await currentCtx(), token) : null;
  if (ended === "1")
    return (
      <div className="max-w-2xl">
        <PageHeader title="The request has ended" />
        <Callout look="ok" live>
          <p>Nothing was given away, changed or deleted. You need not do anything more.</p>
        </Callout>
      </div>
    );
  if (!found || typeof token !== "string")
    return (
      <div className="max-w-2xl">
        <PageHeader
          title="This link does not lead to a request"
          lead="It may be cut off, used already, or over: links like this work once, for a week."
        />
        <p>
          <Link href="/requests/status" prefetch={false} className="link">
            See how your request stands
          </Link>{" "}
          and have another link sent, or{" "}
          <Link href="/requests/new" prefetch={false} className="link">
            ask anew
          </Link>
          .
        </p>
      </div>
    );
  return (
    <div className="max-w-2xl">
      <Question page={found} />
      <div className="flex flex-wrap items-start gap-4">
        <ActionForm action={confirm} said={said}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton>{found.statement ? "Sign the permission" : "Yes, this was me"}</SubmitButton>
        </ActionForm>
        <ActionForm action={disown} said={said}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton look="secondary">{found.statement ? "Give no permission" : "No, this was not me"}</SubmitButton>
        </ActionForm>
      </div>
      <p className="mt-6 text-muted">
        Request <span className="font-mono">{found.reference}</span>.
      </p>
    </div>
  );
}

function Question({ page: { kind, receivedAt, statement, uses } }: { page: ProofPage }) {
  const { name } = config.company;
  const asked = kindWords[kind].asked;
  const next =
    kind === "deletion"
      ? "After this you see what would be deleted, and decide. Nothing is deleted yet."
      : kind === "access" || kind === "portability"
        ? "After this the file is made. To open it you sign in with this address."
        : kind === "correction"
          ? "After this you can pick what is wrong yourself, or our privacy team goes on with what you wrote."
          : uses
            ? "It stops with this button. What a person has to weigh stays stopped meanwhile; improvement and analytics for good."
            : "After this our privacy team goes on with it.";
  const stops = uses ? (
    <p className="mb-4">
      What stops: <strong>{usesInWords(uses.purposes)}</strong>
      {uses.by === "staff" ? ", as our team wrote it down" : ""}.
    </p>
  ) : null;
  if (!statement)
    return (
      <>
        <PageHeader
          title="Was this you?"
          lead={
            <>
              On <Time at={receivedAt} withTime /> somebody with this address asked {name} for {asked}.
            </>
          }
        />
        {stops}
        <p className="mb-6">{next}</p>
      </>
    );
  return (
    <>
      <PageHeader title="May they ask for you?" lead={`Somebody asks ${name} for ${asked} in your name.`} />
      <p className="mb-2">If you want that, you sign this:</p>
      <blockquote className="mb-6 border-l-4 border-accent bg-sunken px-4 py-3 [overflow-wrap:anywhere]">
        {statement}
      </blockquote>
      {stops}
      <p className="mb-6">{next} What you sign is kept with its time, and a mail says how to take it back.</p>
    </>
  );
}
