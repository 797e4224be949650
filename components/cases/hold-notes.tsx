import { Callout } from "@/components/ui/callout";
import { Time } from "@/components/ui/time";
import type { HoldForPerson } from "@/lib/holds/queries";
import { groundWords } from "@/lib/holds/words";

/** The legal holds that a person may know of: since when, what, and on which ground. */
export function HoldNotes({
  holds,
  labelOf,
  zone,
}: {
  holds: HoldForPerson[];
  /** What people call a collection of the data map. */
  labelOf: (system: string, collection: string) => string;
  zone: string;
}) {
  if (holds.length === 0) return null;
  return (
    <Callout title="A legal hold keeps some of it">
      {holds.map((hold) => (
        <p key={hold.id} className="max-w-[70ch]">
          Since <Time at={hold.setAt.toString()} zone={zone} />,{" "}
          {hold.system && hold.collection ? `what stands under ${labelOf(hold.system, hold.collection)}` : "everything"}{" "}
          {hold.scope === "company" ? "of your company account" : "about you"} is neither deleted nor changed
          {hold.fromAt ? (
            <>
              {" "}
              from <Time at={hold.fromAt.toString()} zone="UTC" /> on
            </>
          ) : null}
          {hold.untilAt ? (
            <>
              {" "}
              until before <Time at={hold.untilAt.toString()} zone="UTC" />
            </>
          ) : null}
          . {groundWords[hold.ground].sentence} ({groundWords[hold.ground].source})
        </p>
      ))}
      <p className="max-w-[70ch]">
        What is due meanwhile goes when the hold ends. You can ask us about it, or complain.
      </p>
    </Callout>
  );
}
