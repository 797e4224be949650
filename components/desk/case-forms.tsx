import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, FormCheck, FormSelect, SubmitButton } from "@/components/ui/form";
import { approvalGrounds } from "@/lib/cases/words";
import { config } from "@/trust-center.config";
import { type CaseAction, type CaseAt, CaseTarget, staleWords } from "./case-target";
import { GroundSelect } from "./ground-select";

export function AssignForm({
  action,
  at,
  to,
  staff,
}: {
  action: CaseAction;
  at: CaseAt;
  to: string | null;
  staff: { staffId: string; name: string }[];
}) {
  return (
    <ActionForm action={action} said={staleWords} className="space-y-3">
      <CaseTarget {...at} />
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
export function TakeForm({ action, at, label }: { action: CaseAction; at: CaseAt; label: string }) {
  return (
    <ActionForm action={action} said={staleWords} className="space-y-2" data-queue-take>
      <CaseTarget {...at} />
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
  action: CaseAction;
  at: CaseAt;
  inquiry: boolean;
  /** What the field begins with: a saved reply. */
  draft?: string;
  /** Whether they asked with an account; otherwise they read it on the status page. */
  signsIn?: boolean;
}) {
  return (
    <ActionForm action={action} said={staleWords}>
      <CaseTarget {...at} />
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

export function NoteForm({ action, at }: { action: CaseAction; at: CaseAt }) {
  return (
    <ActionForm action={action} said={staleWords}>
      <CaseTarget {...at} />
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
  action: CaseAction;
  at: CaseAt;
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
          <ActionForm action={action} said={staleWords}>
            <CaseTarget {...at} />
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
        <ActionForm action={action} said={staleWords}>
          <CaseTarget {...at} />
          <FormSelect id="decision" label="How much of it" defaultValue="declined">
            <option value="declined">All of it</option>
            <option value="partly">A part; the rest was done</option>
          </FormSelect>
          <GroundSelect id="ground" />
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

export function ReopenForm({
  action,
  at,
  word = "Open the case again",
}: {
  action: CaseAction;
  at: CaseAt;
  word?: string;
}) {
  return (
    <ActionForm action={action} said={staleWords} className="space-y-2">
      <CaseTarget {...at} />
      <SubmitButton look="secondary">{word}</SubmitButton>
    </ActionForm>
  );
}
