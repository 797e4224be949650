import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AttachmentList } from "@/components/cases/attachment-list";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { purposeWords, statedPurposes } from "@/lib/access/words";
import { requireStaff } from "@/lib/auth/require";
import { type OriginalMessage, originalsOf } from "@/lib/cases/open-originals";
import { parseReference } from "@/lib/ids";
import { config } from "@/trust-center.config";
import { readOriginals } from "./actions";

export const metadata: Metadata = { title: "As it was written" };

const authors = { subject: "The subject", staff: "Staff", system: "Automatic" } as const;

/** What was left out of the messages of a case, for an officer who says why. */
export default async function Originals({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireStaff("officer");
  const { id } = await params;
  const which = z.uuid().safeParse(id).success ? id : parseReference(id);
  const found = which ? await originalsOf(ctx, which) : null;
  if (!found) notFound();
  const { caseId, reference, messages } = found;
  return (
    <div className="max-w-[75ch]">
      <p className="mb-2">
        <Link href={`/admin/cases/${caseId}`} className="link">
          {reference}
        </Link>
      </p>
      <PageHeader
        title="As it was written"
        lead="Messages of this case before something was left out of them. That you read them stands in the audit log, and the person sees that a privacy officer did, and why."
      />
      {messages === null ? <Why caseId={caseId} /> : <Messages messages={messages} />}
    </div>
  );
}

function Why({ caseId }: { caseId: string }) {
  return (
    <ActionForm action={readOriginals} className="space-y-5">
      <input type="hidden" name="caseId" value={caseId} />
      <FormSelect id="purpose" label="What it is for" hint="The person reads this." required defaultValue="">
        <option value="" disabled>
          Choose one
        </option>
        {statedPurposes.map((purpose) => (
          <option key={purpose} value={purpose}>
            {purposeWords[purpose].desk}
          </option>
        ))}
      </FormSelect>
      <FormArea
        id="words"
        label="Why the message with its bars is not enough"
        hint="Sealed, for officers and auditors. The person does not read it."
        rows={3}
        required
        minLength={10}
        maxLength={2000}
      />
      <SubmitButton>Read them</SubmitButton>
      <p className="text-sm text-muted">They stay open to you for {config.staffAccess.visitMinutes} minutes.</p>
    </ActionForm>
  );
}

function Messages({ messages }: { messages: OriginalMessage[] }) {
  if (messages.length === 0) return <Empty>Nothing was left out of this case.</Empty>;
  return (
    <ol className="divide-y divide-line border-y border-line">
      {messages.map(({ id, author, at, text, attachments }) => (
        <li key={id} className="py-4">
          <p className="mb-1 flex flex-wrap justify-between gap-x-4 text-sm">
            <span className="font-medium">{authors[author]}</span>
            <span className="text-muted">
              <Time at={at} withTime />
            </span>
          </p>
          {text === null ? (
            <p className="text-muted">This text was deleted with the person's key and cannot be read any more.</p>
          ) : (
            <p className="whitespace-pre-wrap [overflow-wrap:anywhere]" dir="auto">
              {text}
            </p>
          )}
          <AttachmentList attachments={attachments} />
        </li>
      ))}
    </ol>
  );
}
