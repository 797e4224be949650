import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { IncomingChip, TransferChip } from "@/components/transfers/transfer-chip";
import { buttonClass } from "@/components/ui/button";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { receives } from "@/lib/transfers/own-identity";
import { myIncoming, myTransfers } from "@/lib/transfers/queries";

export const metadata: Metadata = { title: "Transfers" };

export default async function TransfersPage() {
  const ctx = await requireHolder();
  const [outgoing, incoming] = [await myTransfers(ctx), await myIncoming(ctx)];
  // What came before it was switched off stays to be seen.
  const takesIn = receives() || incoming.length > 0;
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Transfers"
        lead={`Your data, sent straight to another provider${takesIn ? ", and what another provider sent here for you" : ""}.`}
        actions={
          <Link href="/account/transfers/new" prefetch={false} className={buttonClass("secondary")}>
            Send your data
          </Link>
        }
      />
      <Section title="Sent to other providers">
        {outgoing.length === 0 ? (
          <Empty>
            Nothing yet. Choose a provider and look at what would be sent; nothing goes before you confirm it.
          </Empty>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {outgoing.map((one) => (
              <Row
                key={one.id}
                href={`/account/transfers/${one.id}`}
                title={`${one.scope === "company" ? "Company account" : "Your data"} to ${one.name}`}
                chip={<TransferChip state={one.state} />}
              >
                Request {one.reference}, <Time at={one.requestedAt} zone={zone} />
              </Row>
            ))}
          </ul>
        )}
      </Section>
      {takesIn ? <SentHere incoming={incoming} zone={zone} /> : null}
    </>
  );
}

function SentHere({ incoming, zone }: { incoming: Awaited<ReturnType<typeof myIncoming>>; zone: string }) {
  return (
    <Section title="Sent here for you">
      {incoming.length === 0 ? (
        <Empty>
          Nothing. When your old provider sends a package for your address, it waits here until you take it over.
        </Empty>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {incoming.map((one) => (
            <Row
              key={one.id}
              href={`/account/transfers/incoming/${one.id}`}
              title={`From ${one.senderName}`}
              chip={<IncomingChip state={one.state} />}
            >
              {one.senderOrigin}, <Time at={one.offeredAt} zone={zone} />
            </Row>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** One transfer: where it leads or comes from, and how it stands. */
function Row({ href, title, chip, children }: { href: string; title: string; chip: ReactNode; children: ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2 py-4">
      <div className="min-w-0">
        <Link href={href} prefetch={false} className="link font-medium [overflow-wrap:anywhere]">
          {title}
        </Link>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">{children}</p>
      </div>
      {chip}
    </li>
  );
}
