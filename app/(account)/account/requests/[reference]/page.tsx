import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AddressChange } from "@/components/cases/address-change";
import { CaseChip } from "@/components/cases/case-chip";
import { ClockChip } from "@/components/cases/clock-chip";
import { Conversation } from "@/components/cases/conversation";
import { CorrectionResult } from "@/components/cases/correction-result";
import { ErasureResult } from "@/components/cases/erasure-result";
import { FileField } from "@/components/cases/file-field";
import { ProviderAnswers } from "@/components/cases/provider-answers";
import { ReceiptNote } from "@/components/cases/receipt-note";
import { RefusalNote } from "@/components/cases/refusal-note";
import { ResultCard } from "@/components/cases/result-card";
import { TransferNote } from "@/components/transfers/transfer-note";
import { buttonClass } from "@/components/ui/button";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireHolder } from "@/lib/auth/require";
import { caseForSubject, mySubject } from "@/lib/cases/queries";
import type { CaseStatus } from "@/lib/cases/status";
import { kindWords } from "@/lib/cases/words";
import { correctionOf } from "@/lib/correction/queries";
import { transferOfCase } from "@/lib/transfers/queries";
import { stopAddress } from "../../correct/address/actions";
import { DeletionBanner } from "../../deletion/deletion-banner";
import { appeal, write } from "./actions";

export const metadata: Metadata = { title: "Your request" };

/** What a change of address waits for, which is no reply of a person; null once it is over, and for everything else. */
function addressStatus(state: string | undefined): CaseStatus | null {
  if (state === "open")
    return {
      ...{ state: "waiting-for-you", word: "Waiting for you", who: "you" },
      next: "Open the link in the mail to the new address.",
    };
  if (state === "proved")
    return {
      state: "scheduled",
      word: "Scheduled",
      who: "we",
      next: "The new address takes its place once its day is over.",
    };
  return null;
}

export default async function RequestPage({ params }: { params: Promise<{ reference: string }> }) {
  const ctx = await requireHolder();
  const { reference } = await params;
  const [found, subject] = await Promise.all([caseForSubject(ctx, reference), mySubject(ctx)]);
  if (!found) notFound();
  const correction = found.kind === "correction" ? await correctionOf(ctx, found.id) : null;
  const zone = subject?.timeZone ?? "UTC";
  const status = addressStatus(correction?.address?.state) ?? found.status;
  const { deletion, package: pack } = found;

  return (
    <>
      <PageHeader
        title={`${kindWords[found.kind].title}${found.scope === "company" ? " for the company" : ""}`}
        lead={
          <>
            <span className="font-mono">{found.reference}</span>, received{" "}
            <Time at={found.receivedAt} zone={zone} withTime />
          </>
        }
      />
      <dl className="mb-8 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-[auto_1fr_auto_auto]">
        <div>
          <dt className="mb-1 text-sm text-muted">Status</dt>
          <dd>
            <CaseChip state={status.state} word={status.word} />
          </dd>
        </div>
        <div>
          <dt className="mb-1 text-sm text-muted">{found.closedAt ? "What now" : "What happens next"}</dt>
          <dd className="max-w-[60ch]">{status.next}</dd>
        </div>
        {status.who === "nobody" ? null : (
          <div>
            <dt className="mb-1 text-sm text-muted">Who acts</dt>
            <dd>{status.who === "you" ? "You" : "We"}</dd>
          </div>
        )}
        {found.nextClock && !found.closedAt ? (
          <div>
            <dt className="mb-1 text-sm text-muted">Our time to answer</dt>
            <dd>
              <ClockChip clock={found.nextClock} zone={zone} />
            </dd>
          </div>
        ) : null}
      </dl>

      {deletion && !found.closedAt ? (
        <div className="mb-8">
          <DeletionBanner reference={found.reference} deletion={deletion} zone={zone} />
        </div>
      ) : null}

      {found.erasure.some((run) => run.finishedAt) ? (
        <Section title="What was deleted">
          <ErasureResult runs={found.erasure} zone={zone} />
          <ReceiptNote receipt={found.receipt} zone={zone} />
        </Section>
      ) : null}

      {found.providers.length > 0 ? (
        <Section
          title="What our providers were told"
          lead="They received some of what was deleted from us, and have to be told."
        >
          <ProviderAnswers providers={found.providers} viewer="subject" zone={zone} />
        </Section>
      ) : null}

      {correction ? (
        <>
          {correction.address ? (
            <AddressChange address={correction.address} zone={zone} reference={found.reference} stop={stopAddress} />
          ) : null}
          <CorrectionResult view={correction} zone={zone} />
        </>
      ) : null}

      {found.kind === "correction" && !found.closedAt && !correction ? (
        <p className="mb-8">
          <Link href={`/account/correct?case=${found.reference}`} prefetch={false} className={buttonClass("secondary")}>
            Pick what is wrong yourself
          </Link>
        </p>
      ) : null}
      <RefusalNote found={found} zone={zone} appeal={appeal} />
      <TransferNote transfer={found.kind === "portability" ? await transferOfCase(ctx, found.id) : null} />

      {pack && status.state === "ready" ? (
        <div className="mb-8">
          <ResultCard result={pack} zone={zone} href={`/account/packages/${pack.packageId}`} />
        </div>
      ) : null}
      {pack && (status.state === "preparing" || status.state === "scheduled") ? (
        <p className="mb-8">
          <Link href={`/account/packages/${pack.packageId}`} prefetch={false} className={buttonClass("secondary")}>
            {status.state === "preparing" ? "See the progress" : "See the package"}
          </Link>
        </p>
      ) : null}

      <Conversation
        one={found}
        zone={zone}
        write={write}
        fields={
          <>
            <input type="hidden" name="reference" value={found.reference} />
            <FileField />
          </>
        }
      />
    </>
  );
}
