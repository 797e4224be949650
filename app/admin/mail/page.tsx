import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { type LooseMail, looseMails } from "@/lib/cases/loose-mails";
import { looseDays } from "@/lib/mail/clear-inbound-mails";
import { open } from "./actions";

export const metadata: Metadata = { title: "Automatic mail" };

const natureWords: Record<LooseMail["nature"], string> = {
  "auto-reply": "Automatic reply",
  bounce: "Mail server",
  list: "List or mass mail",
};

/** What came to the privacy address and was taken for a machine's, so that nobody's request is lost by a wrong header. */
export default async function AutomaticMail({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireStaff();
  const { before } = await searchParams;
  const { mails, next } = await looseMails(ctx, { before: typeof before === "string" ? before : undefined });
  const writes = ctx.actor.role !== "auditor";
  return (
    <>
      <PageHeader
        title="Automatic mail"
        lead={`Mail to the privacy address that says of itself that no person sent it, and that belongs to no case. It was not answered, and goes after ${looseDays} days.`}
      />
      {mails.length === 0 ? (
        <Empty>No such mail. Everything else that came in is in the queue.</Empty>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {mails.map((mail) => (
            <li key={mail.id} className="grid gap-x-8 gap-y-3 py-5 md:grid-cols-[minmax(0,1fr)_auto]">
              <div className="min-w-0 max-w-[75ch] space-y-1">
                <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span className="text-sm">{natureWords[mail.nature]}</span>
                  <span className="text-sm text-muted">
                    <Time at={mail.receivedAt} withTime />
                  </span>
                </p>
                <p className="font-medium [overflow-wrap:anywhere]">
                  <bdi>{mail.subject || "Without a subject"}</bdi>
                </p>
                <p className="text-sm text-muted [overflow-wrap:anywhere]">
                  From <bdi>{mail.from}</bdi>
                </p>
                <p className="whitespace-pre-wrap text-sm [overflow-wrap:anywhere]" dir="auto">
                  {mail.text}
                </p>
              </div>
              {writes ? (
                <ActionForm action={open}>
                  <input type="hidden" name="inboundId" value={mail.id} />
                  <SubmitButton look="secondary">
                    Open a case of it<span className="sr-only">: {mail.subject}</span>
                  </SubmitButton>
                </ActionForm>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {next ? (
        <p className="mt-6">
          <Link className="link" prefetch={false} href={`/admin/mail?${new URLSearchParams({ before: next })}`}>
            Older mail
          </Link>
        </p>
      ) : null}
    </>
  );
}
