import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { checkWords } from "@/components/desk/reply-check";
import { ReplyFields } from "@/components/desk/reply-fields";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { clausesInForce, savedReply } from "@/lib/replies/queries";
import { retire, save } from "../actions";

export const metadata: Metadata = { title: "Saved reply" };

export default async function Reply({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireStaff();
  const reply = await savedReply(ctx, (await params).id);
  if (!reply) notFound();
  const { actor } = ctx;
  const edits = actor.role === "officer" || (actor.role === "agent" && reply.writtenBy.staffId === actor.staffId);
  return (
    <div className="max-w-[75ch] space-y-6">
      <p>
        <Link href="/admin/replies" className="link">
          Saved replies
        </Link>
      </p>
      <PageHeader title={reply.title} lead={`Written by ${reply.writtenBy.name}`} />
      {reply.check.length > 0 ? (
        <Callout look="warn" title="Check it against the policy">
          <ul>
            {reply.check.map((change) => (
              <li key={change.id}>{checkWords(change)}</li>
            ))}
          </ul>
          <p>Saving it says that you did.</p>
        </Callout>
      ) : null}
      {edits ? (
        <>
          <ReplyFields action={save} clauses={await clausesInForce(ctx)} reply={reply} />
          <ConfirmDisclosure label="Take it out of use">
            <p className="text-sm">Nobody finds it any more. Replies that were sent with it stay as they are.</p>
            <ActionForm action={retire}>
              <input type="hidden" name="replyId" value={reply.replyId} />
              <SubmitButton look="danger">Take it out of use</SubmitButton>
            </ActionForm>
          </ConfirmDisclosure>
        </>
      ) : (
        <>
          <p className="whitespace-pre-wrap">{reply.body}</p>
          <p className="text-muted">Who wrote it and privacy officers can change it.</p>
        </>
      )}
    </div>
  );
}
