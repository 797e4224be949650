import type { Metadata } from "next";
import Link from "next/link";
import { figureColumns } from "@/components/attainment/figure-columns";
import { countWords, hoursWords, monthWords, shareWords } from "@/components/attainment/figure-words";
import { MonthChart } from "@/components/attainment/month-chart";
import { Callout } from "@/components/ui/callout";
import { PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { attainment } from "@/lib/attainment/queries";
import { kindWords } from "@/lib/cases/words";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "How we answer",
  description: `How many privacy requests and questions ${config.company.name} received, how many were answered in time, and how fast.`,
};

export default async function AttainmentPage() {
  const { whole, kinds, months, atLeast, from, to, countedAt } = await attainment();
  const { replyHours } = config.clocks;
  return (
    <>
      <PageHeader
        title="How we answer"
        lead={`Requests and questions received from ${monthWords(from)} to ${monthWords(to)}, counted from the cases themselves.`}
      />
      {whole.received === null ? (
        <div className="mb-8 max-w-[75ch]">
          <Callout title={`Fewer than ${atLeast} were received`}>
            <p>A figure made of so few could say something about one person, so there is none yet.</p>
          </Callout>
        </div>
      ) : null}
      <dl className="mb-8 grid gap-x-8 gap-y-4 border-t border-line pt-4 sm:grid-cols-3 lg:grid-cols-5">
        {(
          [
            ["Received", countWords(whole.received, atLeast)],
            [`Replied within ${replyHours} hours`, shareWords(whole.replyInTime)],
            ["Answered within the law's month", shareWords(whole.lawInTime)],
            ["Half replied to within", hoursWords(whole.medianHours)],
            ["Refused, whole or in part", shareWords(whole.refused)],
          ] as const
        ).map(([term, value]) => (
          <div key={term}>
            <dt className="text-sm text-muted">{term}</dt>
            <dd className="tabular text-2xl">{value}</dd>
          </div>
        ))}
      </dl>
      <Section title={`Replies within ${replyHours} hours, by month`}>
        <MonthChart months={months} atLeast={atLeast} />
      </Section>
      <Section title="By kind">
        <Table
          caption="How requests were answered, by kind"
          rows={kinds}
          rowKey={({ kind }) => kind}
          columns={[
            {
              key: "kind",
              head: "Kind",
              cell: ({ kind }) => <span className="font-medium">{kindWords[kind].title}</span>,
            },
            ...figureColumns<(typeof kinds)[number]>(atLeast, ({ kind, lawInTime }) =>
              kind === "inquiry" ? "no such deadline" : shareWords(lawInTime),
            ),
          ]}
        />
      </Section>
      <Section title="What the figures cover">
        <div className="max-w-[75ch] space-y-3 text-muted">
          <p>
            Everything received in the last twelve whole months, by whatever way, by when it came in. A reply counts
            when a person answered in substance; a confirmation of receipt does not. A deadline that ran out counts as
            missed, whether an answer came later or not. What somebody cancelled themselves counts as received and is
            owed nothing. A request whose person has been forgotten still counts, and closed ones are kept longer than
            this page looks back, so none is missing.
          </p>
          <p>
            Each figure is made of at least {atLeast} requests. A smaller group has none, and where it could be worked
            out from the others, the next larger group is left out too. Shares are rounded down, so 100% means every
            one. They are counted once a day; last <Time at={countedAt} withTime />.
          </p>
          <p>
            The same{" "}
            <a href="/privacy/attainment.json" className="link">
              as JSON
            </a>
            . What authorities asked for stands in{" "}
            <Link href="/privacy/disclosures" prefetch={false} className="link">
              its own register
            </Link>
            .
          </p>
        </div>
      </Section>
    </>
  );
}
