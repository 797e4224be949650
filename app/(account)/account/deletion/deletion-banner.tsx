import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Time } from "@/components/ui/time";
import type { DeletionView } from "@/lib/cases/case-view";
import { cancel } from "./actions";
import { Countdown } from "./countdown";

/** A planned deletion: when, how long that is, and the one click that cancels it. */
export function DeletionBanner({
  reference,
  deletion,
  zone,
}: {
  reference: string;
  deletion: DeletionView;
  zone: string;
}) {
  if (deletion.cancelledAt) return null;
  const whose = deletion.scope === "company" ? "your whole company account" : "your data";
  const over = deletion.expiredAt !== null;
  if (deletion.begunAt)
    return (
      <Callout title={deletion.carriedOutAt ? "Deleted" : "The deletion is being carried out"}>
        <p className="max-w-[70ch]">
          {deletion.carriedOutAt ? (
            <>
              What you asked us to delete was deleted from the platform{" "}
              <Time at={deletion.carriedOutAt} zone={zone} withTime />, but for what the law makes us keep for now. That
              goes by itself once nothing keeps it any more, and we write to you then.
            </>
          ) : (
            "The waiting time is over, and the deletion has begun. It can no longer be cancelled."
          )}
        </p>
      </Callout>
    );
  if (deletion.decidedAt)
    return (
      <Callout title="Decided, and open again">
        <p className="max-w-[70ch]">
          Our team decided this request <Time at={deletion.decidedAt} zone={zone} withTime />; what and why stands with
          its messages. It is open again because something was written since. Nothing more happens by itself unless a
          person of our team takes the decision back.
        </p>
      </Callout>
    );
  return (
    <Callout look="warn" title={over ? "The waiting time is over" : "Deletion is planned"}>
      {over ? (
        <p className="max-w-[70ch]">
          You asked us to delete {whose}. The deletion comes next, once nothing below is left to settle; nothing has
          been deleted yet. We write to you when it is done. Until it begins you can still cancel.
        </p>
      ) : (
        <p className="max-w-[70ch]">
          You asked us to delete {whose}. Nothing is deleted before{" "}
          <strong>
            <Time at={deletion.graceEndsAt} zone={zone} withTime />
          </strong>
          , <Countdown until={deletion.graceEndsAt} now={Temporal.Now.instant().toString()} />.
        </p>
      )}
      <ActionForm action={cancel} className="space-y-3 pt-2">
        <input type="hidden" name="reference" value={reference} />
        <SubmitButton>Cancel the deletion</SubmitButton>
      </ActionForm>
    </Callout>
  );
}
