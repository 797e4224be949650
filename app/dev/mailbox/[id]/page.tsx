import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { formatInstant } from "@/components/ui/time";
import { localMailIsOpen } from "@/lib/cases/write-local-mail";
import { mailboxMail } from "@/lib/mail/queries";

export const metadata: Metadata = { title: "Mail", robots: { index: false } };

const views = [
  ["html", "As HTML"],
  ["text", "As text"],
  ["headers", "Headers"],
] as const;

/** One mail of the local mailbox, as each kind of mail program would show it. */
export default async function MailPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const mail = await mailboxMail((await params).id);
  if (!mail) notFound();
  const asked = (await searchParams).view;
  const view = views.find(([name]) => name === asked)?.[0] ?? "html";
  const path = `/dev/mailbox/${mail.id}`;
  return (
    <article className="max-w-3xl">
      <p className="mb-3">
        <Link href="/dev/mailbox" className="link">
          Local mailbox
        </Link>
      </p>
      <h1 className="text-2xl tracking-tight">{mail.subject}</h1>
      <p className="mt-1 text-muted [overflow-wrap:anywhere]">
        To {mail.recipient}, {formatInstant(mail.sentAt.toString(), "UTC", true)}
      </p>
      {localMailIsOpen() ? (
        <p className="mt-1">
          <Link href={`/dev/mailbox/write?reply=${mail.id}`} className="link">
            Answer it
          </Link>
        </p>
      ) : null}
      <nav aria-label="Parts of the mail" className="mt-6 flex gap-1 border-b border-line">
        {views.map(([name, label]) => (
          <Link
            key={name}
            href={name === "html" ? path : `${path}?view=${name}`}
            aria-current={view === name ? "page" : undefined}
            className="border-b-2 border-transparent px-3 py-2 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
          >
            {label}
          </Link>
        ))}
      </nav>
      {view === "html" ? (
        // A document of its own, without scripts, forms or anything from elsewhere (its policy says so).
        <iframe
          title={`Mail: ${mail.subject}`}
          src={`${path}/html`}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          className="mt-4 h-[62rem] w-full rounded-md border border-line bg-raised"
        />
      ) : null}
      {view === "text" ? (
        <pre className="mt-4 whitespace-pre-wrap rounded-md bg-sunken p-4 font-mono text-sm [overflow-wrap:anywhere]">
          {mail.text}
        </pre>
      ) : null}
      {view === "headers" ? (
        <dl className="mt-4 space-y-3">
          {Object.entries({ Subject: mail.subject, To: mail.recipient, ...mail.headers }).map(([name, value]) => (
            <div key={name}>
              <dt className="text-sm font-medium text-muted">{name}</dt>
              <dd className="break-all font-mono text-sm">{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </article>
  );
}
