import type { Metadata } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { type PublicTransfer, publicTransfers } from "@/lib/business-transfers/queries";
import { transferGroundWords, transferKindWords } from "@/lib/business-transfers/words";
import { visitorCtx } from "@/lib/context";
import { categoryLabels } from "@/lib/data-map/category-words";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "If the business changes hands",
  description: `Mergers, acquisitions and sales with which data goes from ${config.company.name} to somebody else.`,
};

export default async function TransfersPage() {
  const transfers = await publicTransfers(visitorCtx());
  const now = Temporal.Now.instant();
  return (
    <>
      <PageHeader
        title="If the business changes hands"
        lead={`When data goes to somebody else with a merger, an acquisition or a sale, it stands here and everybody is told by mail, at least ${config.clocks.noticeDays} days before.`}
      />
      {transfers.length === 0 ? <Empty>No such transfer was announced.</Empty> : null}
      {transfers.map((one) => (
        <Section key={one.id} title={`${transferKindWords[one.kind]}: ${one.recipient}`}>
          <Transfer one={one} now={now} />
        </Section>
      ))}
    </>
  );
}

function Transfer({ one, now }: { one: PublicTransfer; now: Temporal.Instant }) {
  const isPast = Temporal.Instant.compare(Temporal.Instant.from(one.happensAt), now) <= 0;
  const { label, source } = transferGroundWords[one.ground];
  const facts: [string, React.ReactNode][] = [
    ["Who receives it", `${one.recipient}, ${one.country}`],
    ["From when", <Time key="day" at={one.happensAt} zone="UTC" />],
    ["Which data", categoryLabels(one.categories)],
    ["On what ground", `${label} (${source})`],
  ];
  return (
    <div className="max-w-[75ch] space-y-4">
      {one.withdrawnAt ? (
        <p>
          <Chip kind="declined">Called off</Chip> It does not happen: <Time at={one.withdrawnAt} withTime />.
        </p>
      ) : null}
      <p className="whitespace-pre-wrap">{one.text}</p>
      <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[auto_1fr]">
        {facts.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="text-sm text-muted">
        Announced with{" "}
        <Link href={`/privacy/versions/${one.version}`} prefetch={false} className="link">
          version {one.version} of the policy
        </Link>
        , <Time at={one.publishedAt} withTime />. When and how you were told stands in{" "}
        <Link href="/account/notices" prefetch={false} className="link">
          your notices
        </Link>
        .
      </p>
      {isPast || one.withdrawnAt ? null : (
        <div className="flex flex-wrap gap-3">
          <Link href="/account/requests/new?kind=objection" prefetch={false} className={buttonClass("secondary")}>
            Object to it
          </Link>
          <Link href="/account/deletion" prefetch={false} className={buttonClass("secondary")}>
            Have your data deleted before
          </Link>
        </div>
      )}
    </div>
  );
}
