import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { Time } from "@/components/ui/time";
import type { PolicyVersion } from "@/lib/policy/queries";
import { daysLeft } from "@/lib/policy/state";
import { config } from "@/trust-center.config";

/** Says that a version is announced: when it takes effect, how long that is, and where to read it. */
export function AnnouncedBanner({
  current,
  next,
  now,
}: {
  current: PolicyVersion | null;
  next: PolicyVersion;
  now: Temporal.Instant;
}) {
  if (!next.effectiveAt) return null;
  const days = daysLeft(next.effectiveAt, now);
  const waits = days === 0;
  const title = waits
    ? `Version ${next.number} waits until everybody has had ${config.clocks.noticeDays} days' notice`
    : `Version ${next.number} takes effect in ${days} ${days === 1 ? "day" : "days"}`;
  return (
    <div className="no-print">
      <Callout look="warn" title={title}>
        <p>
          {waits ? (
            "Until then the text below holds."
          ) : (
            <>
              It counts from <Time at={next.effectiveAt.toString()} withTime />. Until then the text below holds.
            </>
          )}{" "}
          {current ? (
            <>
              <Link href={`/privacy/changes/${current.number}/${next.number}`} prefetch={false} className="link">
                See what changes
              </Link>{" "}
              or{" "}
            </>
          ) : null}
          <Link href={`/privacy/versions/${next.number}`} prefetch={false} className="link">
            read the new text
          </Link>
          .
        </p>
      </Callout>
    </div>
  );
}
