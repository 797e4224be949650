import { Check } from "lucide-react";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { Empty } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { FormState } from "@/lib/auth/action";
import type { Comment } from "@/lib/policy/comments";

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type ClauseName = { id: string; heading: string };

/** What staff say about a draft, clause by clause, open ones first; only staff ever read it. */
export function DraftComments({
  comments,
  clauses,
  versionId,
  nameOf,
  zone,
  add,
  resolve,
}: {
  comments: Comment[];
  clauses: ClauseName[];
  versionId: string;
  nameOf: (staffId: string | null) => string;
  zone: string;
  /** Left out for whoever only reads, and where nothing can change any more. */
  add: Action | null;
  resolve: Action | null;
}) {
  const open = comments.filter(({ resolvedAt }) => !resolvedAt);
  const settled = comments.filter(({ resolvedAt }) => resolvedAt);
  const shown = { clauses, nameOf, zone };
  return (
    <div className="max-w-[75ch] space-y-6">
      {open.length === 0 ? (
        <Empty>{settled.length === 0 ? "Nobody said anything yet." : "Every comment is settled."}</Empty>
      ) : (
        <ul>
          {open.map((comment) => (
            <Entry key={comment.id} comment={comment} {...shown}>
              {resolve ? (
                <ActionForm action={resolve}>
                  <input type="hidden" name="commentId" value={comment.id} />
                  <SubmitButton look="quiet" className="px-0">
                    Settled<span className="sr-only">: the comment of {nameOf(comment.authorId)}</span>
                  </SubmitButton>
                </ActionForm>
              ) : null}
            </Entry>
          ))}
        </ul>
      )}
      {settled.length > 0 ? (
        <details>
          <summary className="cursor-pointer font-medium">{settled.length} settled</summary>
          <ul>
            {settled.map((comment) => (
              <Entry key={comment.id} comment={comment} {...shown}>
                <p className="flex items-center gap-1.5 text-sm text-muted">
                  <Check aria-hidden size={16} /> Settled by {nameOf(comment.resolvedBy) || "a former colleague"}
                  {comment.resolvedAt ? (
                    <>
                      , <Time at={comment.resolvedAt.toString()} zone={zone} withTime />
                    </>
                  ) : null}
                </p>
              </Entry>
            ))}
          </ul>
        </details>
      ) : null}
      {add ? (
        // A new comment gives an empty form again.
        <ActionForm key={comments.length} action={add}>
          <input type="hidden" name="versionId" value={versionId} />
          <FormSelect id="clauseId" label="About" defaultValue="">
            <option value="">The text as a whole</option>
            {clauses.map(({ id, heading }) => (
              <option key={id} value={id}>
                {heading}
              </option>
            ))}
          </FormSelect>
          <FormArea id="body" label="Comment" rows={3} maxLength={4000} required hint="Only staff read it." />
          <SubmitButton look="secondary">Comment</SubmitButton>
        </ActionForm>
      ) : null}
    </div>
  );
}

function Entry({
  comment,
  clauses,
  nameOf,
  zone,
  children,
}: {
  comment: Comment;
  clauses: ClauseName[];
  nameOf: (staffId: string | null) => string;
  zone: string;
  children: React.ReactNode;
}) {
  const { clauseId, authorId, createdAt, body } = comment;
  const heading = clauses.find(({ id }) => id === clauseId)?.heading;
  return (
    <li className="space-y-1 border-b border-line py-4">
      <p className="text-sm text-muted">
        <span className="font-medium text-ink">{nameOf(authorId) || "A former colleague"}</span>,{" "}
        <Time at={createdAt.toString()} zone={zone} withTime />, about{" "}
        {clauseId === null
          ? "the text as a whole"
          : heading
            ? `"${heading}"`
            : `the clause "${clauseId}", which is gone`}
      </p>
      <p className="break-words whitespace-pre-line">{body}</p>
      {children}
    </li>
  );
}
