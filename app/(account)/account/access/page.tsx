import type { Metadata } from "next";
import Link from "next/link";
import { OwnDisclosures } from "@/components/disclosures/own-disclosures";
import { NewestPages } from "@/components/ui/newest-pages";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { type AccessForPerson, myAccesses } from "@/lib/access/queries";
import { accessRoleWords, purposeWords, thingWords } from "@/lib/access/words";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { myDisclosures } from "@/lib/disclosures/queries";
import { periodInWords } from "@/lib/in-words";
import { config } from "@/trust-center.config";

export const metadata: Metadata = { title: "Who looked at your record" };

export default async function AccessPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const ctx = await requireHolder();
  const { before } = await searchParams;
  const from = typeof before === "string" ? before : undefined;
  const [{ rows, next }, disclosures, session] = [
    await myAccesses(ctx, from),
    await myDisclosures(ctx),
    await currentSession(),
  ];
  const zone = session?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Who looked at your record"
        lead="Each time one of us opened a request of yours: when, in which role and why. Names stay with us."
      />
      {rows.length > 0 ? (
        <Looks rows={rows} zone={zone} />
      ) : (
        <Empty>{from ? "Nothing earlier stands here." : "Nobody has opened anything of yours."}</Empty>
      )}
      <NewestPages label="Pages of the list" href="/account/access" from={from} next={next} />
      <p className="mt-4 mb-8 max-w-[75ch] text-sm text-muted">
        They see what you wrote to us, your name and address, how far a package or a deletion is, and by what a provider
        knows you; never what is in a package. Their list of requests names nobody. An entry can be missing for a time
        only where a privacy officer who did not look had a reason on record that you may not know yet. Each is kept for{" "}
        {periodInWords(config.staffAccess.keep)}. Times in {zone}.
      </p>
      <Section
        id="disclosures"
        title="Demands by authorities"
        lead="What courts, the police or other authorities asked about you, and what they were given."
      >
        {disclosures.length > 0 ? (
          <OwnDisclosures disclosures={disclosures} zone={zone} />
        ) : (
          <Empty>None that we may tell you of.</Empty>
        )}
        <p className="mt-4 text-sm text-muted">
          How many there are of anybody stands in{" "}
          <Link href="/privacy/disclosures" prefetch={false} className="link">
            the public register
          </Link>
          .
        </p>
      </Section>
    </>
  );
}

const Looks = ({ rows, zone }: { rows: AccessForPerson[]; zone: string }) => (
  <Table
    caption="When staff looked at your record"
    rows={rows}
    rowKey={({ id }) => id}
    columns={[
      { key: "when", head: "When", cell: ({ at }) => <Time at={at} zone={zone} withTime /> },
      { key: "who", head: "In which role", cell: ({ role }) => accessRoleWords[role] },
      { key: "why", head: "Why", cell: ({ purpose }) => purposeWords[purpose].person },
      {
        key: "what",
        head: "What",
        cell: ({ reference, what }) => (
          <>
            {reference ? (
              <Link href={`/account/requests/${reference}`} prefetch={false} className="link">
                {reference}
              </Link>
            ) : (
              "A request that is no longer kept"
            )}
            {thingWords[what] ? `: ${thingWords[what]}` : null}
          </>
        ),
      },
    ]}
  />
);
