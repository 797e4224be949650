import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { AppealView } from "@/lib/cases/appeal-view";
import { declineGrounds } from "@/lib/cases/words";
import { type CaseAction, type CaseAt, CaseTarget } from "./case-target";
import { ConfirmDisclosure } from "./confirm-disclosure";

const outcomes = {
  upheld: "The decision was left as it is.",
  partly: "It was granted in part.",
  overturned: "It was granted.",
  "taken-up": "The refusal was taken back, and the request goes on.",
} as const;

/**
 * That a refusal was appealed, and who may decide about it now.
 * @param mayDecide the reader is an officer who did not decide the first time
 */
export function AppealNote({
  appeal,
  at,
  mayDecide,
  takeUp,
}: {
  appeal: NonNullable<AppealView["last"]>;
  at: CaseAt;
  mayDecide: boolean;
  takeUp: CaseAction;
}) {
  const open = appeal.reviewedAt === null;
  return (
    <div className="mb-8">
      <Callout look={open ? "warn" : "info"} title={open ? "An appeal waits for its decision" : "There was an appeal"}>
        <p>
          {appeal.decision === "partly" ? "Declined in part" : "Declined"} <Time at={appeal.decidedAt} withTime />
          {groundOf(appeal.ground)}, appealed <Time at={appeal.appealedAt} withTime />.{" "}
          {appeal.outcome ? outcomes[appeal.outcome] : null}
        </p>
        {open ? (
          <p>
            {mayDecide
              ? "Decide it below with a second text, or take the request up again. You did not decide it the first time."
              : "A privacy officer who did not decide the first time decides it; the database refuses anybody else."}
          </p>
        ) : null}
        {open && mayDecide ? <TakeUp at={at} action={takeUp} /> : null}
      </Callout>
    </div>
  );
}

const groundOf = (key: string | null): ReactNode =>
  key && Object.hasOwn(declineGrounds, key) ? ` (${declineGrounds[key as keyof typeof declineGrounds]})` : null;

function TakeUp({ at, action }: { at: CaseAt; action: CaseAction }) {
  return (
    <div className="pt-2">
      <ConfirmDisclosure label="Take the request up again" wide>
        <ActionForm action={action}>
          <CaseTarget {...at} />
          <FormArea
            id="take-up-text"
            name="text"
            label="What you tell the person"
            hint="The refusal is off and the request goes on as before it: a deletion is carried out, and anybody finishes the rest."
            rows={4}
            required
            maxLength={10_000}
          />
          <SubmitButton>Take it up</SubmitButton>
        </ActionForm>
      </ConfirmDisclosure>
    </div>
  );
}
