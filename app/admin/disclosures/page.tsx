import type { Metadata } from "next";
import Link from "next/link";
import { DisclosureEntry } from "@/components/desk/disclosure-entry";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { disclosuresForDesk } from "@/lib/disclosures/queries";
import { staffList } from "@/lib/staff/queries";
import { DisclosurePowers } from "./disclosure-powers";
import { RecordForm } from "./record-form";

export const metadata: Metadata = { title: "Disclosures" };

export default async function Disclosures() {
  const ctx = await requireStaff();
  const [all, colleagues] = await Promise.all([disclosuresForDesk(ctx), staffList(ctx)]);
  const officer = ctx.actor.role === "officer";
  const nameOf = (staffId: string | null) =>
    colleagues.find((one) => one.staffId === staffId)?.name ?? "a former colleague";
  const list = (of: typeof all) => (
    <ul className="divide-y divide-line border-y border-line">
      {of.map((one) => (
        <DisclosureEntry key={one.id} one={one} nameOf={nameOf}>
          {officer ? <DisclosurePowers one={one} staffId={ctx.actor.staffId} /> : null}
        </DisclosureEntry>
      ))}
    </ul>
  );
  const isWaiting = ({ state }: (typeof all)[number]) => state === "requested";
  const [waiting, ended] = [all.filter(isWaiting), all.filter((one) => !isWaiting(one))];
  return (
    <>
      <PageHeader
        title="Disclosures"
        lead="What authorities ask for. One officer writes down what would be given, another releases exactly that; then those it is about are told."
      />
      <Section id="waiting" title="Waiting for a second officer">
        {waiting.length > 0 ? list(waiting) : <Empty>Nothing waits.</Empty>}
      </Section>
      {officer ? (
        <Section id="new" title="Record a demand">
          <RecordForm />
        </Section>
      ) : (
        <p className="mb-8 text-muted">Only privacy officers record and release.</p>
      )}
      {ended.length > 0 ? (
        <Section id="answered" title="Answered and taken back">
          {list(ended)}
        </Section>
      ) : null}
      <p className="text-sm">
        <Link href="/privacy/disclosures" prefetch={false} className="link">
          What the public sees of it
        </Link>
      </p>
    </>
  );
}
