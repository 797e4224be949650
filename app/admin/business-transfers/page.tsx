import type { Metadata } from "next";
import Link from "next/link";
import { Chip } from "@/components/ui/chip";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import {
  type TransferForDesk,
  type TransferState,
  tellingVersions,
  transfersForDesk,
} from "@/lib/business-transfers/queries";
import { transferGroundWords, transferKindWords } from "@/lib/business-transfers/words";
import { categoryLabels } from "@/lib/data-map/category-words";
import { DraftForm } from "./draft-form";
import { TransferPowers } from "./transfer-powers";

export const metadata: Metadata = { title: "Business transfers" };

const states: Record<TransferState, { kind: "waiting" | "progress" | "done" | "declined"; word: string }> = {
  draft: { kind: "waiting", word: "Waits for a second officer" },
  approved: { kind: "progress", word: "Approved, not told yet" },
  published: { kind: "progress", word: "Told, not in effect yet" },
  done: { kind: "done", word: "In effect" },
  withdrawn: { kind: "declined", word: "Called off" },
};

export default async function BusinessTransfers() {
  const ctx = await requireStaff();
  const [transfers, versions] = await Promise.all([transfersForDesk(ctx), tellingVersions(ctx)]);
  const officer = ctx.actor.role === "officer";
  return (
    <>
      <PageHeader
        title="Business transfers"
        lead="When data goes to another controller with a merger, an acquisition or a sale: drafted by one officer, approved by another, told to everybody before."
      />
      <Section id="transfers" title="Transfers">
        {transfers.length > 0 ? (
          <ul className="divide-y divide-line border-y border-line">
            {transfers.map((one) => (
              <Entry key={one.id} one={one}>
                {officer ? <TransferPowers one={one} staffId={ctx.actor.staffId} versions={versions} /> : null}
              </Entry>
            ))}
          </ul>
        ) : (
          <Empty>There was none.</Empty>
        )}
      </Section>
      {officer ? (
        <Section id="new" title="Draft one">
          <DraftForm />
        </Section>
      ) : (
        <p className="text-muted">Only privacy officers draft, approve and publish them.</p>
      )}
    </>
  );
}

function Entry({ one, children }: { one: TransferForDesk; children: React.ReactNode }) {
  const { kind, word } = states[one.state];
  return (
    <li className="space-y-3 py-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-lg">
          {transferKindWords[one.kind]}: {one.recipient}, {one.country}
        </h3>
        <Chip kind={kind}>{word}</Chip>
      </div>
      <p className="text-sm text-muted">
        <Time at={one.happensAt.toString()} zone="UTC" />; {categoryLabels(one.categories)};{" "}
        {transferGroundWords[one.ground].label}, {transferGroundWords[one.ground].source}
      </p>
      <p className="max-w-[70ch] whitespace-pre-wrap">{one.text}</p>
      {one.version === null ? null : (
        <p className="text-sm">
          Told with version {one.version}.{" "}
          {one.noticeId ? (
            <Link href={`/admin/notices/${one.noticeId}`} prefetch={false} className="link">
              Who was told, and the evidence of each
            </Link>
          ) : null}
        </p>
      )}
      {children}
    </li>
  );
}
