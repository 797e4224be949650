import type { Metadata } from "next";
import Link from "next/link";
import { CaseList } from "@/components/cases/case-list";
import { buttonClass } from "@/components/ui/button";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { requireHolder } from "@/lib/auth/require";
import { myCases, mySubject } from "@/lib/cases/queries";
import { kindWords } from "@/lib/cases/words";

export const metadata: Metadata = { title: "Your requests" };

const kinds = ["access", "portability", "correction", "restriction", "objection"] as const;
/** What has a page of its own. */
const ways: Partial<Record<(typeof kinds)[number], string>> = {
  restriction: "/account/uses#limit",
  objection: "/account/uses",
};

export default async function RequestsPage() {
  const ctx = await requireHolder();
  const [subject, cases] = await Promise.all([mySubject(ctx), myCases(ctx)]);
  const zone = subject?.timeZone ?? "UTC";
  const open = cases.filter((one) => one.closedAt === null);
  const closed = cases.filter((one) => one.closedAt !== null);
  return (
    <>
      <PageHeader
        title="Your requests"
        lead="Everything you asked for, with the time we have to answer and what happens next."
      />
      <ul aria-label="New request" className="mb-8 flex flex-wrap gap-2">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link
              href={ways[kind] ?? `/account/requests/new?kind=${kind}`}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              {kindWords[kind].button}
            </Link>
          </li>
        ))}
        <li>
          <Link href="/account/deletion" prefetch={false} className={buttonClass("secondary")}>
            {kindWords.deletion.button}
          </Link>
        </li>
      </ul>
      <Section title="Open">
        {open.length > 0 ? <CaseList cases={open} zone={zone} /> : <Empty>Nothing is open.</Empty>}
      </Section>
      {closed.length > 0 ? (
        <Section title="Closed">
          <CaseList cases={closed} zone={zone} />
        </Section>
      ) : null}
    </>
  );
}
