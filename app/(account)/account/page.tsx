import {
  ArrowRight,
  Ban,
  Download,
  MessageCircleQuestion,
  PencilLine,
  Send,
  SlidersHorizontal,
  Trash2,
} from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { CaseList } from "@/components/cases/case-list";
import { HeldTable } from "@/components/cases/held-table";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { formatInstant, Time } from "@/components/ui/time";
import { requireHolder } from "@/lib/auth/require";
import { whatWeHold } from "@/lib/cases/held";
import { myCases, mySubject } from "@/lib/cases/queries";
import { config } from "@/trust-center.config";
import { DeletionBanner } from "./deletion/deletion-banner";

export const metadata: Metadata = { title: "Your data" };

const rights = [
  {
    href: "/account/requests/new?kind=access",
    icon: Download,
    title: "Get a copy",
    text: "Everything we hold about you, in one file.",
  },
  {
    href: "/account/requests/new?kind=portability",
    icon: Send,
    title: "Move it",
    text: "In open formats that other services can read.",
  },
  {
    href: "/account/requests/new?kind=correction",
    icon: PencilLine,
    title: "Correct it",
    text: "Tell us what is wrong or missing.",
  },
  {
    href: "/account/deletion",
    icon: Trash2,
    title: "Delete it",
    text: "See first what would go and what has to stay.",
  },
  {
    href: "/account/requests/new?kind=restriction",
    icon: SlidersHorizontal,
    title: "Limit its use",
    text: "Have it stored but not used.",
  },
  { href: "/account/requests/new?kind=objection", icon: Ban, title: "Object", text: "Have a use of it stopped." },
];

export default async function AccountPage() {
  const ctx = await requireHolder();
  const [subject, cases] = await Promise.all([mySubject(ctx), myCases(ctx, 50)]);
  const held = subject ? await whatWeHold(subject) : null;
  const zone = subject?.timeZone ?? "UTC";
  const open = cases.filter((one) => one.closedAt === null);
  const shown = cases.slice(0, Math.max(5, open.length));
  const deletion = open.find((one) => one.kind === "deletion");
  const packages = cases.filter((one) => one.package && !one.package.removedAt && !one.package.failedAt).slice(0, 3);

  return (
    <>
      <PageHeader
        title="Your data"
        lead={
          subject ? (
            <>
              You are signed in as <span className="text-ink">{subject.email}</span>.
            </>
          ) : undefined
        }
      />
      {deletion?.deletion ? (
        <div className="mb-8">
          <DeletionBanner reference={deletion.reference} deletion={deletion.deletion} zone={zone} />
        </div>
      ) : null}

      <ul className="mb-10 grid gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-2 xl:grid-cols-3">
        {rights.map(({ href, icon: Icon, title, text }) => (
          <li key={href} className="relative bg-paper p-4 hover:bg-sunken">
            <Icon aria-hidden size={20} className="text-muted" />
            <Link
              href={href}
              prefetch={false}
              className="mt-2 block font-semibold no-underline after:absolute after:inset-0"
            >
              {title}
            </Link>
            <p className="text-sm text-muted">{text}</p>
          </li>
        ))}
      </ul>

      <Section
        title="My requests"
        lead={open.length > 0 ? `${open.length} open. Each shows what happens next and who acts.` : undefined}
      >
        {shown.length > 0 ? (
          <>
            <CaseList cases={shown} zone={zone} />
            {cases.length > shown.length ? (
              <p className="mt-4">
                <Link href="/account/requests" prefetch={false} className="link">
                  All {cases.length} requests
                </Link>
              </p>
            ) : null}
          </>
        ) : (
          <Empty>You have not asked for anything yet. What you can ask for stands above.</Empty>
        )}
      </Section>

      <Section
        title="What we hold about you"
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
              named in a company's work orders? That company decides about them;{" "}
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
        {subject?.ownsCompany ? (
          <p className="mt-4 max-w-[70ch] text-muted">
            You own your company's account. A copy or a deletion can cover the whole company; you choose it on the way.
          </p>
        ) : null}
      </Section>

      <Section title="My packages">
        {packages.length > 0 ? (
          <ul className="divide-y divide-line border-y border-line">
            {packages.map(({ reference, package: pack }) =>
              pack ? (
                <li key={reference} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-3">
                  <span>
                    {pack.scope === "company" ? "Company package" : "Package"} asked for on{" "}
                    {formatInstant(pack.requestedAt, zone)}
                    {pack.readyAt && pack.expiresAt ? (
                      <span className="text-muted">, kept until {formatInstant(pack.expiresAt, zone)}</span>
                    ) : null}
                  </span>
                  <Link
                    href={`/account/packages/${pack.packageId}`}
                    prefetch={false}
                    className="link inline-flex items-center gap-1"
                  >
                    {pack.readyAt ? "Download" : "See progress"} <ArrowRight aria-hidden size={16} />
                  </Link>
                </li>
              ) : null,
            )}
          </ul>
        ) : (
          <Empty>No package at the moment. A copy you ask for is kept here for {config.packages.keepDays} days.</Empty>
        )}
      </Section>

      <Section title="More">
        <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-3">
          {[
            {
              href: "/account/notices",
              title: "Notices and mail",
              text: "What we told you and when, and which mails you want.",
            },
            { href: "/account/sessions", title: "Sessions", text: "Where you are signed in; end any of them." },
            { href: "/privacy", title: "The policy", text: "What we promised, and what changed." },
          ].map(({ href, title, text }) => (
            <li key={href}>
              <Link href={href} prefetch={false} className="link font-medium">
                {title}
              </Link>
              <p className="text-sm text-muted">{text}</p>
            </li>
          ))}
        </ul>
        <p className="mt-6">
          <Link href="/contact" prefetch={false} className={buttonClass("secondary")}>
            <MessageCircleQuestion aria-hidden size={18} /> Ask a question
          </Link>
        </p>
      </Section>
    </>
  );
}
