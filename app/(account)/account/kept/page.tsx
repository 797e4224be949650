import type { Metadata } from "next";
import Link from "next/link";
import { KeptTable } from "@/components/retention/kept-table";
import { Callout } from "@/components/ui/callout";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { heldWords } from "@/lib/holds/queries";
import { keptForMe } from "@/lib/retention/kept-for-person";
import { config } from "@/trust-center.config";

export const metadata: Metadata = { title: "What we keep and until when" };

export default async function KeptPage() {
  const ctx = await requireHolder();
  const [kept, session] = [await keptForMe(ctx), await currentSession()];
  const zone = session?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="What we keep and until when"
        lead="Counted just now. Everything goes by itself when its time is over; you need not ask for it."
      />
      {kept && kept.holds.length > 0 ? (
        <div className="mb-8">
          <Callout look="warn" title="Some of it is on hold">
            <p>
              {heldWords(kept.holds)} While that lasts it stays beyond the dates below, and nothing else is done with
              it.
            </p>
          </Callout>
        </div>
      ) : null}
      <Section title={`On ${config.company.productName}`}>
        {kept?.platform === null ? (
          <Callout look="warn" title="We cannot count right now">
            <p>The platform did not answer. Nothing is lost; reload the page in a minute.</p>
          </Callout>
        ) : kept && kept.platform.length > 0 ? (
          <KeptTable
            items={kept.platform}
            zone={zone}
            caption={`What is kept about you on ${config.company.productName}`}
          />
        ) : (
          <Empty>Nothing is held about you there.</Empty>
        )}
      </Section>
      <Section title="In this trust center">
        {kept && kept.own.length > 0 ? (
          <KeptTable items={kept.own} zone={zone} caption="What this trust center keeps about you" />
        ) : (
          <Empty>Nothing but your sign-in.</Empty>
        )}
      </Section>
      <p className="max-w-[75ch] text-muted">
        The periods are those of{" "}
        <Link href="/privacy" prefetch={false} className="link">
          the policy
        </Link>
        , and{" "}
        <Link href="/privacy/retention" prefetch={false} className="link">
          whether they are kept
        </Link>{" "}
        is public. You can have it{" "}
        <Link href="/account/deletion" prefetch={false} className="link">
          deleted earlier
        </Link>
        .
      </p>
    </>
  );
}
