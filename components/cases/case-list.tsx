import Link from "next/link";
import { Time } from "@/components/ui/time";
import type { CaseSummary } from "@/lib/cases/case-view";
import { kindWords } from "@/lib/cases/words";
import { CaseChip } from "./case-chip";
import { ClockChip } from "./clock-chip";

/** A person's own cases: reference, status, time left, what happens next and who acts. */
export function CaseList({ cases, zone = "UTC" }: { cases: CaseSummary[]; zone?: string }) {
  return (
    <ul className="divide-y divide-line border-t border-line">
      {cases.map((one) => (
        <li key={one.id} className="relative grid gap-x-6 gap-y-1 py-3 hover:bg-sunken sm:grid-cols-[1fr_auto]">
          <div className="min-w-0">
            <Link
              href={`/account/requests/${one.reference}`}
              prefetch={false}
              className="font-medium no-underline after:absolute after:inset-0"
            >
              {kindWords[one.kind].title}
              {one.scope === "company" ? " for the company" : ""}
            </Link>
            <p className="text-sm text-muted">
              <span className="font-mono">{one.reference}</span>, <Time at={one.receivedAt} zone={zone} />
            </p>
            {one.closedAt === null ? <p className="text-sm">{one.status.next}</p> : null}
          </div>
          <div className="flex flex-wrap items-start gap-2 sm:justify-end">
            {one.closedAt === null && one.nextClock ? <ClockChip clock={one.nextClock} zone={zone} /> : null}
            <CaseChip state={one.status.state} word={one.status.word} />
          </div>
        </li>
      ))}
    </ul>
  );
}
