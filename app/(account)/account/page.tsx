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
import { buttonClass } from "@/components/ui/button";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { formatInstant } from "@/components/ui/time";
import { requireHolder } from "@/lib/auth/require";
import { whatWeHold } from "@/lib/cases/held";
import { myCases, mySubject } from "@/lib/cases/queries";
import { waitingRequests } from "@/lib/clients/queries";
import { knowsClients } from "@/lib/data-map/find-clients";
import { config } from "@/trust-center.config";
import { DeletionBanner } from "./deletion/deletion-banner";
import { HoldsOnMe } from "./holds-on-me";
import { WhatWeHold } from "./what-we-hold";

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
    href: "/account/uses#limit",
    icon: SlidersHorizontal,
    title: "Limit its use",
    text: "Have it stored but not used.",
  },
  { href: "/account/uses", icon: Ban, title: "Object", text: "Have a use of it stopped." },
];

export default async function AccountPage() {
  const ctx = await requireHolder();
  const listed = myCases(ctx, 50);
  const subject = await mySubject(ctx);
  // Seconds for a large account: the page does not wait for it.
  const held = subject ? whatWeHold(subject) : null;
  const hasClients = subject?.ownsCompany && knowsClients();
  const [cases, waiting] = await Promise.all([listed, hasClients ? waitingRequests(ctx) : 0]);
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

      <HoldsOnMe ctx={ctx} zone={zone} />
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

      <WhatWeHold held={held} subject={subject} zone={zone} />

      {hasClients ? <ClientsHint waiting={waiting} /> : null}

      <Section title="My packages">
        {packages.length > 0 ? (
          <ul className="divide-y divide-line border-t border-line">
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
        <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-2 xl:grid-cols-4">
          {[
            {
              href: "/account/notices",
              title: "Notices and mail",
              text: "What we told you and when, and which mails you want.",
            },
            { href: "/account/sessions", title: "Sessions", text: "Where you are signed in; end any of them." },
            {
              href: "/account/kept",
              title: "What we keep and until when",
              text: "The rule and the date for everything we hold about you.",
            },
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

/** For a company's owner: where the people are whom the company keeps. */
function ClientsHint({ waiting }: { waiting: number }) {
  return (
    <Section
      title="Clients of your company"
      lead="Your company decides about the data of its clients, and answers them."
    >
      {waiting > 0 ? (
        <p className="mb-3 font-medium">
          {waiting === 1 ? "1 request waits for you." : `${waiting.toLocaleString("en")} requests wait for you.`}
        </p>
      ) : null}
      <Link href="/account/clients" prefetch={false} className={buttonClass("secondary")}>
        Find, answer or erase a client
      </Link>
    </Section>
  );
}
