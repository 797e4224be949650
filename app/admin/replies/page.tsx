import type { Metadata } from "next";
import Link from "next/link";
import { checkWords } from "@/components/desk/reply-check";
import { ReplyFields } from "@/components/desk/reply-fields";
import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { clausesInForce, savedRepliesFor } from "@/lib/replies/queries";
import { save } from "./actions";

export const metadata: Metadata = { title: "Saved replies" };

export default async function Replies() {
  const ctx = await requireStaff();
  const [replies, clauses] = await Promise.all([savedRepliesFor(ctx), clausesInForce(ctx)]);
  const headings = new Map(clauses.map(({ id, heading }) => [id, heading]));
  return (
    <>
      <PageHeader
        title="Saved replies"
        lead="Words for many. Each says which clauses of the policy it rests on, and is flagged once one of them changes."
      />
      {replies.length === 0 ? <Empty>None yet. Write the first one below.</Empty> : null}
      <ul className="border-t border-line empty:hidden">
        {replies.map((reply) => (
          <li key={reply.replyId} id={reply.replyId} className="space-y-2 border-b border-line py-4">
            <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
              <Link href={`/admin/replies/${reply.replyId}`} prefetch={false} className="font-medium">
                {reply.title}
              </Link>
              {reply.check.length > 0 ? <Chip kind="waiting">Check</Chip> : null}
            </div>
            <p className="max-w-[75ch] truncate text-muted">{reply.body}</p>
            <p className="text-sm text-muted">
              By {reply.writtenBy.name}, edited <Time at={reply.editedAt} />
              {reply.clauses.length > 0
                ? `, rests on: ${reply.clauses.map((id) => headings.get(id) ?? id).join("; ")}`
                : ", rests on no clause"}
            </p>
            {reply.check.map((change) => (
              <p key={change.id} className="text-sm text-warn">
                {checkWords(change)}
              </p>
            ))}
          </li>
        ))}
      </ul>
      {ctx.actor.role === "auditor" ? (
        <Callout title="Read only">
          <p>An auditor reads saved replies and writes none.</p>
        </Callout>
      ) : (
        <Section id="new" title="Write one">
          <ReplyFields action={save} clauses={clauses} reply={null} />
        </Section>
      )}
    </>
  );
}
