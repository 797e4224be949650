import Link from "next/link";
import { formatInstant } from "@/components/ui/time";
import { promiseIds, promises } from "@/lib/policy/promises";
import type { Standing, Standings } from "@/lib/policy/standing";
import { standingLooks } from "./promise-mark";

type Measured = Extract<Standing, { at: string }>;
const isMeasured = (standing: Standing): standing is Measured => standing.state !== "not-measured";

/** Every promise of the policy counted by how it stands, and those with evidence one by one. */
export function StandingSummary({ standings }: { standings: Standings }) {
  const all = promiseIds.map((id) => standings.byId[id]);
  // What is not kept comes first: it is what a reader needs to know.
  const measured = all.filter(isMeasured).sort((a, b) => Number(a.state === "kept") - Number(b.state === "kept"));
  const count = (state: Standing["state"]) => all.filter((one) => one.state === state).length;
  return (
    <>
      <p className="mt-2 max-w-[62ch] text-muted">
        Our policy makes {all.length} promises. Each is checked against what the system recorded; where nothing is
        recorded yet, we say so. Counted <time dateTime={standings.at}>{formatInstant(standings.at, "UTC", true)}</time>
        .
      </p>
      <dl className="mt-6 flex flex-wrap gap-x-12 gap-y-4">
        {(["kept", "broken", "not-measured"] as const).map((state) => {
          const { icon: Icon, word, className } = standingLooks[state];
          const number = count(state);
          return (
            <div key={state} className="flex flex-col-reverse">
              <dt className={`flex items-center gap-1.5 ${number === 0 ? "text-muted" : className}`}>
                <Icon aria-hidden size={16} /> {word}
              </dt>
              <dd className="tabular text-2xl font-semibold leading-tight">{number}</dd>
            </div>
          );
        })}
      </dl>
      {measured.length === 0 ? null : (
        <ul className="mt-8 border-t border-line">
          {measured.map((standing) => (
            <Row key={standing.id} standing={standing} />
          ))}
        </ul>
      )}
      <p className="mt-4">
        <Link href="/privacy" prefetch={false} className="link">
          Read the policy with a mark at every promise
        </Link>
      </p>
    </>
  );
}

function Row({ standing }: { standing: Measured }) {
  const { icon: Icon, word, className } = standingLooks[standing.state];
  return (
    <li className="grid gap-x-8 gap-y-1 border-b border-line py-3 sm:grid-cols-[17rem_minmax(0,1fr)_auto] sm:items-baseline">
      <p className="font-medium">{promises[standing.id].label}</p>
      <p className="text-muted">
        {standing.evidence}{" "}
        <time dateTime={standing.at} className="whitespace-nowrap">
          {formatInstant(standing.at, "UTC")}
        </time>
      </p>
      <p className={`flex items-center gap-1.5 sm:justify-end ${className}`}>
        <Icon aria-hidden size={16} className="shrink-0" /> {word}
      </p>
    </li>
  );
}
