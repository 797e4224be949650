import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { keptStatus } from "@/lib/auth/browser";
import { currentCtx } from "@/lib/auth/current";
import { statusOfSession } from "@/lib/cases/status-queries";
import { kindWords } from "@/lib/cases/words";
import { parseReference } from "@/lib/ids";
import { config } from "@/trust-center.config";
import { close, open } from "./actions";
import { CaseStatus } from "./case-status";

export const metadata: Metadata = { title: "How a request stands", robots: { index: false } };

/**
 * A request without an account: opened by reference and code, then half an hour in this browser. A mail's link fills both in and
 * opens nothing by itself, since mail scanners follow links (S12).
 */
export default async function StatusPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { reference, code } = await searchParams;
  const ctx = await currentCtx();
  const session = await keptStatus();
  const found = session ? await statusOfSession(ctx, session) : null;
  const typed = {
    reference: typeof reference === "string" ? (parseReference(reference) ?? "") : "",
    code: typeof code === "string" && /^[\w-]{1,100}$/.test(code) ? code : "",
  };
  // A mail of another request than the one that is open leads to its own.
  if (!found || !session || (typed.reference !== "" && typed.reference !== found.reference))
    return <CodeForm {...typed} />;
  return (
    <>
      {"messages" in found ? (
        <CaseStatus ctx={ctx} one={found} session={session} />
      ) : (
        <>
          <PageHeader
            title={kindWords[found.kind].title}
            lead={
              <>
                <span className="font-mono">{found.reference}</span>, received <Time at={found.receivedAt} withTime />
              </>
            }
          />
          <p className="max-w-[70ch]">
            {found.closed
              ? "This request is closed. The mail about it says why."
              : "You asked for somebody else. Once they signed their permission, you see here how the request stands, and what was written. Until then there is nothing to see."}
          </p>
        </>
      )}
      <ActionForm action={close} className="mt-8 border-t border-line pt-6">
        <SubmitButton look="secondary">Close this page</SubmitButton>
        <p className="mt-2 text-sm text-muted">
          It closes by itself {config.requests.sessionMinutes} minutes after it was opened. The code of your mail opens
          it again.
        </p>
      </ActionForm>
    </>
  );
}

function CodeForm({ reference, code }: { reference: string; code: string }) {
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="How does your request stand?"
        lead="For requests and questions without an account. Every mail about yours brings the reference and a code."
      />
      <ActionForm
        action={open}
        className="space-y-5"
        said={{
          "code-expired":
            "Reference and code do not belong together, or the code is over. Use the link in the newest mail about this request.",
        }}
      >
        <FormText
          id="reference"
          label="Reference"
          hint="Such as PR-7K2M-Q4XD."
          defaultValue={reference}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          required
          maxLength={40}
        />
        <FormText
          id="code"
          label="Code"
          hint="From the link in the mail; it fills both in."
          defaultValue={code}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          required
          maxLength={200}
        />
        <SubmitButton>Open</SubmitButton>
      </ActionForm>
      <p className="mt-8 text-muted">
        With an account you find all of it{" "}
        <Link href="/account/requests" prefetch={false} className="link">
          after signing in
        </Link>
        . The code is lost?{" "}
        <Link href="/contact" prefetch={false} className="link">
          Write to us
        </Link>{" "}
        and name the reference.
      </p>
    </div>
  );
}
