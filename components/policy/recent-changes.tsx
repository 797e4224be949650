import Link from "next/link";
import { Time } from "@/components/ui/time";
import type { VersionHead } from "@/lib/policy/queries";
import { daysLeft } from "@/lib/policy/state";
import { StateChip } from "./state-chip";

/** The newest three versions: what is coming, what counts, and what changed between them. */
export function RecentChanges({ versions, now }: { versions: VersionHead[]; now: Temporal.Instant }) {
  // A technical upgrade changes nothing that is read.
  const changes = versions.filter(({ kind }) => kind === "change");
  if (changes.length === 0) return <p className="mt-4 text-muted">Nothing was announced yet.</p>;
  return (
    <>
      <ol className="mt-4">
        {changes.slice(0, 3).map((version) => {
          const before = versions.slice(versions.indexOf(version) + 1).find(({ withdrawnAt }) => !withdrawnAt);
          return (
            <li
              key={version.id}
              className="grid gap-x-8 gap-y-1 border-b border-line py-4 sm:grid-cols-[17rem_minmax(0,1fr)_auto] sm:items-center"
            >
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 whitespace-nowrap font-medium">
                Policy version {version.number} <StateChip state={version.state} />
              </p>
              <p className="text-muted">
                <When version={version} now={now} />
              </p>
              <p>
                <Link
                  href={
                    before
                      ? `/privacy/changes/${before.number}/${version.number}`
                      : `/privacy/versions/${version.number}`
                  }
                  prefetch={false}
                  className="link"
                >
                  {before ? (
                    <>
                      See what changes<span className="sr-only"> from version {before.number}</span>
                    </>
                  ) : (
                    "Read it"
                  )}
                </Link>
              </p>
            </li>
          );
        })}
      </ol>
      <p className="mt-4">
        <Link href="/privacy/versions" prefetch={false} className="link">
          All versions
        </Link>
      </p>
    </>
  );
}

function When({ version, now }: { version: VersionHead; now: Temporal.Instant }) {
  const { state, effectiveAt, withdrawnAt } = version;
  if (withdrawnAt)
    return (
      <>
        Withdrawn <Time at={withdrawnAt.toString()} />
      </>
    );
  if (!effectiveAt) return "Not decided";
  const days = daysLeft(effectiveAt, now);
  if (state === "announced")
    return days > 0 ? (
      <>
        Takes effect on <Time at={effectiveAt.toString()} />, in {days} {days === 1 ? "day" : "days"}
      </>
    ) : (
      "Waits until everybody has had the notice period"
    );
  return (
    <>
      In effect from <Time at={effectiveAt.toString()} />
    </>
  );
}
