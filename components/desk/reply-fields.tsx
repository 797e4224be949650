import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";
import type { ClauseState } from "@/lib/replies/clauses";
import type { SavedReply } from "@/lib/replies/queries";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** The form of a saved reply, new or there. */
export function ReplyFields({
  action,
  clauses,
  reply,
}: {
  action: Action;
  clauses: ClauseState[];
  reply: SavedReply | null;
}) {
  return (
    <ActionForm
      action={action}
      className="max-w-[75ch] space-y-4"
      said={{ conflict: "A colleague changed it since you opened this page. Copy what you wrote, then reload." }}
    >
      {reply ? (
        <>
          <input type="hidden" name="replyId" value={reply.replyId} />
          <input type="hidden" name="revision" value={reply.revision} />
        </>
      ) : null}
      <FormText
        id="title"
        label="Title"
        hint="By which colleagues find it."
        required
        minLength={3}
        maxLength={80}
        defaultValue={reply?.title}
        autoComplete="off"
      />
      <FormArea
        id="body"
        label="The reply"
        hint="For many, so without anything about one person."
        required
        maxLength={10_000}
        rows={10}
        defaultValue={reply?.body}
      />
      {clauses.length > 0 ? (
        <fieldset>
          <legend className="font-medium">Clauses that it rests on</legend>
          <div className="mt-1 grid gap-x-6 sm:grid-cols-2">
            {clauses.map(({ id, heading }) => (
              <label key={id} className="flex min-h-8 items-center gap-2">
                <input
                  type="checkbox"
                  name="clauses"
                  value={id}
                  defaultChecked={reply?.clauses.includes(id)}
                  className="size-5 accent-accent"
                />
                {heading}
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      <SubmitButton>{reply ? "Save it" : "Keep this reply"}</SubmitButton>
    </ActionForm>
  );
}
