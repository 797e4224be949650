import Link from "next/link";
import { formatInstant } from "@/components/ui/time";
import type { TimelineItem } from "@/lib/evidence/timeline";
import { toldOf } from "./timeline-words";

/** Items newest first, under the day they fell on in the person's zone. */
export function TimelineList({ items, zone }: { items: TimelineItem[]; zone: string }) {
  const days = Map.groupBy(items, ({ at }) => formatInstant(at, zone));
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return [...days].map(([day, list]) => (
    <section
      key={day}
      aria-label={day}
      className="border-t border-line py-6 md:grid md:grid-cols-[11rem_minmax(0,1fr)]"
    >
      <h2 className="mb-3 font-medium md:mb-0">{day}</h2>
      <ol className="space-y-3">
        {list.map((item) => {
          const { says, href } = toldOf(item);
          return (
            <li key={item.key} className="flex gap-x-4">
              <time dateTime={item.at} className="tabular w-12 shrink-0 text-muted">
                {clock.format(new Date(item.at))}
              </time>
              <div className="min-w-0">
                {href ? (
                  <Link href={href} prefetch={false} className="link">
                    {says}
                  </Link>
                ) : (
                  says
                )}
                {typeof item.facts.sha256 === "string" ? (
                  <p className="text-sm text-muted">
                    SHA-256 of the mail <code className="font-mono break-all">{item.facts.sha256}</code>
                  </p>
                ) : null}
              </div>
            </li>
          );
        })}
      </ol>
    </section>
  ));
}
