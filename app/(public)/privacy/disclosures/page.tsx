import type { Metadata } from "next";
import Link from "next/link";
import { PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { publicDisclosures } from "@/lib/disclosures/queries";
import { authorityWords, disclosureGroundWords } from "@/lib/disclosures/words";
import { periodInWords } from "@/lib/in-words";
import { config } from "@/trust-center.config";

export const metadata: Metadata = {
  title: "Demands by authorities",
  description: `How often authorities asked ${config.company.name} for people's data, and what became of it.`,
};

export default async function DisclosuresPage() {
  const { years, now } = await publicDisclosures();
  return (
    <>
      <PageHeader
        title="Demands by authorities"
        lead="How often courts, the police and other authorities asked us for people's data, and how often we gave it."
      />
      <div className="mb-8 max-w-[75ch] space-y-3">
        <p>
          We give data to an authority only on one of these grounds: {grounds()}. Two privacy officers look at each
          demand: one writes down what would be given, another releases exactly that. Whom it is about is told, as soon
          as we may.
        </p>
      </div>
      {years.map(({ year, kinds, sealed }) => (
        <Section key={year} title={String(year)}>
          <Table
            caption={`Demands received in ${year}, by kind of authority`}
            rows={kinds}
            rowKey={({ kind }) => kind}
            columns={[
              { key: "kind", head: "Authority", cell: ({ kind }) => authorityWords[kind].label },
              { key: "received", head: "Demands", cell: ({ received }) => number(received), numeric: true },
              { key: "given", head: "Answered in full", cell: ({ given }) => number(given), numeric: true },
              { key: "narrowed", head: "Narrowed", cell: ({ narrowed }) => number(narrowed), numeric: true },
              { key: "refused", head: "Refused", cell: ({ refused }) => number(refused), numeric: true },
            ]}
          />
          <p className="mt-3 text-sm text-muted">
            And between {number(sealed.from)} and {number(sealed.to)} more that we may not tell of yet.
          </p>
        </Section>
      ))}
      <Section title="What is counted">
        <div className="max-w-[75ch] space-y-3 text-muted">
          <p>
            Every demand that was answered, refused ones included, by the year in which it came in. Open ones are
            counted exactly, also when there were none: a small number here points at an authority and not at a person.
            Some orders forbid us to tell of them for a time; those stand in a band of {config.disclosures.band}, which
            is given for every year, so that it says nothing of a single order, and move to their kind once the time is
            over. A record is kept for {periodInWords(config.disclosures.keep)}, so older years are not shown.
          </p>
          <p>
            Counted <Time at={now} withTime />. Whether one was about you stands in{" "}
            <Link href="/account/access#disclosures" prefetch={false} className="link">
              your account
            </Link>
            .
          </p>
        </div>
      </Section>
    </>
  );
}

const number = (count: number): string => count.toLocaleString("en-GB");
const grounds = (): string =>
  Object.values(disclosureGroundWords)
    .map(({ label, source }) => `${label.charAt(0).toLowerCase()}${label.slice(1)} (${source})`)
    .join("; ");
