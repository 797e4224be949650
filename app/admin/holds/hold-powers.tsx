import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import type { HoldForDesk } from "@/lib/holds/queries";
import { askRelease, conceal, confirm, keep, release, withdraw } from "./actions";

type Action = typeof confirm;

/**
 * What an officer may do with one hold now; each step is a second person's or says so (S15).
 * @param about says to who only hears a button which hold it is for
 */
export function HoldPowers({ hold, staffId, about }: { hold: HoldForDesk; staffId: string; about: string }) {
  const { id, state } = hold;
  return (
    <div className="flex flex-wrap items-start gap-3">
      {state === "requested" || state === "lapsed" ? (
        <>
          {hold.requestedBy === staffId ? (
            <p className="py-2 text-sm font-medium">You asked for it, so another officer has to set it.</p>
          ) : (
            <Plain action={confirm} id={id} about={about} label="Set this hold" />
          )}
          <Plain
            action={withdraw}
            id={id}
            about={about}
            label={hold.requestedBy === staffId ? "Take it back" : "Refuse it"}
          />
        </>
      ) : null}
      {state === "set" ? (
        <ConfirmDisclosure label="Ask for its release" about={about}>
          <WithReason
            action={askRelease}
            id={id}
            name="release"
            label="Why it is no longer needed"
            button="Ask a second officer"
          />
        </ConfirmDisclosure>
      ) : null}
      {state === "release-requested" ? (
        <>
          {hold.releaseRequestedBy === staffId ? (
            <p className="py-2 text-sm font-medium">You asked for its release, so another officer has to release it.</p>
          ) : (
            <ConfirmDisclosure label="Release" about={about}>
              <p className="text-sm">Erasures and sweeps that it held up go on at once. That cannot be undone.</p>
              <Plain action={release} id={id} about={about} label="Release the hold" danger />
            </ConfirmDisclosure>
          )}
          <Plain action={keep} id={id} about={about} label="Keep it" />
        </>
      ) : null}
      {hold.concealedAt || hold.scope === "collection" ? null : (
        <ConfirmDisclosure label="Conceal" about={about}>
          <p className="text-sm">
            The person no longer sees that a hold stands, only that the law makes us keep something. For orders that
            forbid telling them.
          </p>
          <WithReason action={conceal} id={id} name="conceal" label="Why they may not know" button="Conceal it" />
        </ConfirmDisclosure>
      )}
    </div>
  );
}

type PlainProps = { action: Action; id: string; about: string; label: string; danger?: boolean };

function Plain({ action, id, about, label, danger = false }: PlainProps) {
  return (
    <ActionForm action={action} className="space-y-2">
      <input type="hidden" name="holdId" value={id} />
      <SubmitButton look={danger ? "danger" : "secondary"}>
        {label}
        <span className="sr-only"> {about}</span>
      </SubmitButton>
    </ActionForm>
  );
}

function WithReason(props: { action: Action; id: string; name: string; label: string; button: string }) {
  return (
    <ActionForm action={props.action}>
      <input type="hidden" name="holdId" value={props.id} />
      <FormArea
        id={`${props.name}-${props.id}`}
        name="reason"
        label={props.label}
        hint="Kept sealed, for officers and auditors."
        rows={3}
        required
        minLength={10}
        maxLength={2000}
      />
      <SubmitButton>{props.button}</SubmitButton>
    </ActionForm>
  );
}
