import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormCheck, FormSelect, SubmitButton } from "@/components/ui/form";
import type { FormState } from "@/lib/auth/action";
import { approvalGrounds, declineGrounds } from "@/lib/cases/words";
import { config } from "@/trust-center.config";

type Action = (state: FormState, form: FormData) => Promise<FormState>;
type At = { caseId: string; revision: number };

const stale = {
  conflict:
    "Somebody changed this case while you were writing. What you typed is still here, and the page now shows the newest state: read it, then send again.",
} as const;

/** Which case, and which state of it the person was looking at. */
function Target({ caseId, revision }: At) {
  return (
    <>
      <input type="hidden" name="caseId" value={caseId} />
      <input type="hidden" name="revision" value={revision} />
    </>
  );
}

export function AssignForm({
  action,
  at,
  to,
  staff,
}: {
  action: Action;
  at: At;
  to: string | null;
  staff: { staffId: string; name: string }[];
}) {
  return (
    <ActionForm action={action} said={stale} className="space-y-3">
      <Target {...at} />
      <FormSelect id="to" label="Give it to" defaultValue={to ?? ""}>
        <option value="">Nobody</option>
        {staff.map((one) => (
          <option key={one.staffId} value={one.staffId}>
            {one.name}
          </option>
        ))}
      </FormSelect>
      <SubmitButton look="secondary">Assign</SubmitButton>
    </ActionForm>
  );
}

/** One click: the case is mine. */
export function TakeForm({ action, at, label }: { action: Action; at: At; label: string }) {
  return (
    <ActionForm action={action} said={stale} className="space-y-2" data-queue-take>
      <Target {...at} />
      <SubmitButton look="secondary" className="min-h-9 px-3 py-1 text-sm">
        Assign to me<span className="sr-only"> ({label})</span>
      </SubmitButton>
    </ActionForm>
  );
}

export function ReplyForm({
  action,
  at,
  inquiry,
  draft = "",
  signsIn = true,
}: {
  action: Action;
  at: At;
  inquiry: boolean;
  /** What the field begins with: a saved reply. */
  draft?: string;
  /** Whether they asked with an account; otherwise they read it on the status page. */
  signsIn?: boolean;
}) {
  return (
    <ActionForm action={action} said={stale}>
      <Target {...at} />
      <FormArea
        id="reply-text"
        name="text"
        label="Your reply"
        key={draft}
        defaultValue={draft}
        hint={
          inquiry
            ? "The whole text goes to the address that asked."
            : signsIn
              ? "They read it here after signing in; the mail only says that there is a reply."
              : "They read it on the status page, which the mail's link opens; the mail only says that there is a reply."
        }
        required
        maxLength={10_000}
      />
      <FormCheck
        name="asksBack"
        label="This only asks something back"
        hint={`Then nothing is answered yet, and the ${config.clocks.replyHours} hours run on.`}
      />
      <SubmitButton>Send the reply</SubmitButton>
    </ActionForm>
  );
}

export function NoteForm({ action, at }: { action: Action; at: At }) {
  return (
    <ActionForm action={action} said={stale}>
      <Target {...at} />
      <FormArea
        id="note-text"
        name="text"
        label="Note for colleagues"
        hint="The person never sees it. Write nothing that you would not want to explain to them."
        rows={4}
        required
        maxLength={10_000}
      />
      <SubmitButton look="secondary">Add the note</SubmitButton>
    </ActionForm>
  );
}

/**
 * The two ways to decide, side by side and the same size: none is easier than the other (L12).
 * @param notYet why approving is not possible now; null when it is
 */
export function DecideForms({
  action,
  at,
  inquiry,
  notYet,
}: {
  action: Action;
  at: At;
  inquiry: boolean;
  notYet: string | null;
}) {
  return (
    <div className="grid gap-8 md:grid-cols-2">
      <div>
        <h3 className="mb-3 text-lg">{inquiry ? "Answered" : "Approve"}</h3>
        {notYet ? (
          <Callout>
            <p>{notYet}</p>
          </Callout>
        ) : (
          <ActionForm action={action} said={stale}>
            <Target {...at} />
            <input type="hidden" name="decision" value={inquiry ? "completed" : "approved"} />
            <FormSelect
              id="approval"
              name="ground"
              label="On what basis"
              defaultValue={inquiry ? "answered" : "granted"}
            >
              {Object.entries(approvalGrounds)
                .filter(([key]) => key !== "passed-on" && (inquiry || key !== "answered"))
                .map(([key, words]) => (
                  <option key={key} value={key}>
                    {words}
                  </option>
                ))}
            </FormSelect>
            <FormArea
              id="approve-text"
              name="text"
              label={inquiry ? "Closing words" : "What was done"}
              hint="The person reads this with the decision."
              required
              maxLength={10_000}
            />
            <SubmitButton>{inquiry ? "Close as answered" : "Approve and close"}</SubmitButton>
          </ActionForm>
        )}
      </div>
      <div>
        <h3 className="mb-3 text-lg">Decline</h3>
        <ActionForm action={action} said={stale}>
          <Target {...at} />
          <FormSelect id="decision" label="How much of it" defaultValue="declined">
            <option value="declined">All of it</option>
            <option value="partly">A part; the rest was done</option>
          </FormSelect>
          <FormSelect id="ground" label="Ground" required defaultValue="">
            <option value="" disabled>
              Choose one
            </option>
            {Object.entries(declineGrounds).map(([key, words]) => (
              <option key={key} value={key}>
                {words}
              </option>
            ))}
          </FormSelect>
          <FormArea
            id="decline-text"
            name="text"
            label="The reasons, in words for this person"
            hint="How they can appeal and where they can complain is added to it."
            required
            maxLength={10_000}
          />
          <SubmitButton look="danger">Decline and close</SubmitButton>
        </ActionForm>
      </div>
    </div>
  );
}

export function ReopenForm({ action, at }: { action: Action; at: At }) {
  return (
    <ActionForm action={action} said={stale} className="space-y-2">
      <Target {...at} />
      <SubmitButton look="secondary">Open the case again</SubmitButton>
    </ActionForm>
  );
}
