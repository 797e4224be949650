import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Button, buttonClass } from "@/components/ui/button";
import { TextField } from "@/components/ui/field";
import { Empty, PageHeader } from "@/components/ui/page";
import { formatInstant } from "@/components/ui/time";
import { localMailIsOpen } from "@/lib/cases/write-local-mail";
import { mailboxPage } from "@/lib/mail/queries";

export const metadata: Metadata = { title: "Local mailbox", robots: { index: false } };

const pageSize = 30;

/** Where mail goes while no mail service is configured. Demo and tests only. */
export default async function MailboxPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const to = typeof query.to === "string" && query.to.trim() !== "" ? query.to.trim() : undefined;
  const before = /^[1-9]\d{0,14}$/.test(String(query.before)) ? Number(query.before) : undefined;
  const mails = await mailboxPage({ to, before, limit: pageSize + 1 });
  if (!mails) notFound();
  const shown = mails.slice(0, pageSize);
  const last = mails.length > pageSize ? shown.at(-1) : undefined;
  return (
    <>
      <PageHeader
        title="Local mailbox"
        lead="Every mail this demo sends, newest first. With a mail service configured this page does not exist."
      />
      <form method="get" className="mb-6 flex max-w-xl flex-wrap items-end gap-3">
        <div className="min-w-0 grow">
          <TextField id="to" label="Recipient" type="search" defaultValue={to ?? ""} autoComplete="off" />
        </div>
        <Button look="secondary">Show</Button>
      </form>
      {localMailIsOpen() ? (
        <p className="mb-6">
          <Link href="/dev/mailbox/write" className="link">
            Write a mail to the privacy address
          </Link>
        </p>
      ) : null}
      {shown.length === 0 ? (
        <Empty>{to ? "No mail to this address so far." : "No mail so far."}</Empty>
      ) : (
        <ol className="divide-y divide-line border-y border-line">
          {shown.map((mail) => (
            <li key={mail.id}>
              <Link
                href={`/dev/mailbox/${mail.id}`}
                className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-3 hover:bg-sunken"
              >
                <span className="min-w-0 space-y-0.5">
                  <span className="block font-medium">{mail.subject}</span>
                  <span className="block break-all text-sm text-muted">To {mail.recipient}</span>
                </span>
                <time dateTime={mail.sentAt.toString()} className="text-sm text-muted">
                  {formatInstant(mail.sentAt.toString(), "UTC", true)}
                </time>
              </Link>
            </li>
          ))}
        </ol>
      )}
      {last ? (
        <p className="mt-6">
          <Link
            className={buttonClass("secondary")}
            href={`/dev/mailbox?${new URLSearchParams({ ...(to ? { to } : {}), before: String(last.id) })}`}
          >
            Older mails
          </Link>
        </p>
      ) : null}
    </>
  );
}
