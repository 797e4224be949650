import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ReceiptDocument } from "@/components/cases/receipt-document";
import { buttonClass } from "@/components/ui/button";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentCtx } from "@/lib/auth/current";
import { receiptByToken } from "@/lib/erasure/read-receipt";
import { editionOf } from "./edition";

// The address is the key to it; the site-wide `same-origin` referrer keeps it from other sites.
export const metadata: Metadata = { title: "Receipt of a deletion", robots: { index: false } };

type Props = { params: Promise<{ token: string }>; searchParams: Promise<Record<string, unknown>> };

/** Opens without a session: whoever it belongs to has no account any more. It names nobody. */
export default async function ReceiptPage({ params, searchParams }: Props) {
  const { token } = await params;
  const { edition } = await searchParams;
  const found = await receiptByToken(await currentCtx(), token, editionOf(edition));
  if (!found) notFound();
  const { receipt, kid, sha256, editions } = found;
  const { reference, scope, requestedAt, graceEndedAt, carriedOutAt } = receipt.case;
  const newest = editions.at(-1)?.edition ?? receipt.edition;
  return (
    <div className="max-w-5xl">
      <PageHeader
        title={scope === "company" ? "Receipt: a company account was deleted" : "Receipt: a person's data was deleted"}
        lead={
          <>
            <span className="font-mono">{reference}</span>, carried out <Time at={carriedOutAt} withTime />
          </>
        }
        actions={
          <a
            className={buttonClass("secondary", "no-print")}
            href={`/receipt/${token}/file?edition=${receipt.edition}`}
          >
            Download the signed file
          </a>
        }
      />
      <dl className="mb-8 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-4">
        <Fact name="Asked for">
          <Time at={requestedAt} withTime />
        </Fact>
        <Fact name="Could be cancelled until">
          <Time at={graceEndedAt} withTime />
        </Fact>
        <Fact name="Policy version applied">
          {receipt.policy ? `Version ${receipt.policy.version}` : "None was in force"}
        </Fact>
        <Fact name="Edition">
          {receipt.edition} of {newest}
        </Fact>
      </dl>
      <ReceiptDocument receipt={receipt} />
      {editions.length > 1 ? (
        <Section
          title="Editions"
          lead="A receipt never changes. When a provider answers later, another edition is made."
        >
          <ul className="list-disc pl-5">
            {editions.map((one) => (
              <li key={one.edition}>
                <a className="link" href={`/receipt/${token}?edition=${one.edition}`}>
                  Edition {one.edition}
                </a>
                , <Time at={one.madeAt} withTime />
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title="How to check it">
        <div className="max-w-[75ch] space-y-3">
          <p>
            The file is signed. Anybody can check it offline with this project&apos;s{" "}
            <code className="font-mono text-sm">npm run receipt:verify</code>, or with tools of their own: the file says
            how. The keys are published at{" "}
            <a className="link" href="/.well-known/evidence-keys.json">
              /.well-known/evidence-keys.json
            </a>
            .
          </p>
          <p>
            It holds no name, no address and no account number. Whoever has this page&apos;s address and the
            account&apos;s number on the platform can show that it is about that account.
          </p>
          <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
            <dt className="text-muted">SHA-256 of the file</dt>
            <dd className="font-mono break-all">{sha256}</dd>
            <dt className="text-muted">Signed with</dt>
            <dd className="font-mono break-all">{kid}</dd>
          </dl>
        </div>
      </Section>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt className="mb-1 text-sm text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
