import Link from "next/link";
import { Suspense } from "react";
import { HeldTable, HeldWaiting } from "@/components/cases/held-table";
import { Callout } from "@/components/ui/callout";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { Held } from "@/lib/cases/held";
import { categoryWords } from "@/lib/data-map/category-words";
import { policyCategories } from "@/lib/data-map/types";
import { config } from "@/trust-center.config";

type Props = {
  held: Promise<Held> | null;
  subject: { email: string; ownsCompany: boolean } | null;
  zone: string;
};

const title = "What we hold about you";

/**
 * The counts, as soon as they are there; until then the same lines without numbers, so that nothing jumps. They are put
 * in their place by React's script. Without scripts they stand at the end of the page (app/globals.css).
 */
export function WhatWeHold(props: Props) {
  return (
    <Suspense
      fallback={
        <Section title={title} lead={<span role="status">Counting in our systems now.</span>}>
          <noscript>
            <p className="mb-4">
              The numbers stand at{" "}
              <a href="#held" className="link">
                the end of this page
              </a>{" "}
              once they are counted.
            </p>
          </noscript>
          <HeldWaiting groups={policyCategories.map((category) => ({ category, ...categoryWords[category] }))} />
          <CompanyHint subject={props.subject} />
        </Section>
      }
    >
      <Counted {...props} />
    </Suspense>
  );
}

async function Counted({ held: counting, subject, zone }: Props) {
  const held = await counting;
  return (
    <Section
      id="held"
      title={title}
      lead={
        held?.state === "counted" ? (
          <>
            Counted just now in our systems, <Time at={held.at} zone={zone} withTime />.
          </>
        ) : undefined
      }
    >
      {held?.state === "counted" ? <HeldTable groups={held.groups} /> : null}
      {held?.state === "unknown-here" ? (
        <div className="max-w-[70ch] space-y-3">
          <p>
            {config.company.productName} knows no account with the address {subject?.email}, so nothing is held about
            you there. This trust center holds your sign-ins and your requests, nothing else.
          </p>
          <p className="text-muted">
            Do you use {config.company.productName} with another address? Sign out and sign in with that one. Are you
            named in a company's records? That company decides about them;{" "}
            <Link href="/contact" prefetch={false} className="link">
              the contact page
            </Link>{" "}
            says how to reach it.
          </p>
        </div>
      ) : null}
      {held?.state === "unreachable" ? (
        <Callout look="warn" title="We cannot count right now">
          <p>
            The platform did not answer. Nothing is lost; reload the page in a minute. Requests can be made all the
            same.
          </p>
        </Callout>
      ) : null}
      <CompanyHint subject={subject} />
    </Section>
  );
}

const CompanyHint = ({ subject }: Pick<Props, "subject">) =>
  subject?.ownsCompany ? (
    <p className="mt-4 max-w-[70ch] text-muted">
      You own your company's account. A copy or a deletion can cover the whole company; you choose it on the way.
    </p>
  ) : null;
