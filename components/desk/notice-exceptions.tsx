import type { ReactNode } from "react";
import { Chip } from "@/components/ui/chip";
import { Time } from "@/components/ui/time";
import type { NoticeProgress } from "@/lib/notices/queries";

/** Logged exceptions to the notice period: why, how many it covers, and the two people behind each (S15). */
export function NoticeExceptions({
  exceptions,
  nameOf,
  grant,
}: {
  exceptions: NoticeProgress["exceptions"];
  nameOf: (staffId: string | null) => string;
  /** The form that approves one, or why it cannot be. */
  grant: (exception: NoticeProgress["exceptions"][number]) => ReactNode;
}) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {exceptions.map((one) => (
        <li key={one.id} className="space-y-2 py-4">
          <p className="flex flex-wrap items-center gap-3">
            {one.approvedAt ? (
              <Chip kind="done">Approved</Chip>
            ) : (
              <Chip kind="waiting">Waits for a second officer</Chip>
            )}
            <span className="tabular">
              covers {one.recipients.toLocaleString("en-GB")} {one.recipients === 1 ? "recipient" : "recipients"}
            </span>
          </p>
          <p className="max-w-[70ch] whitespace-pre-wrap">{one.reason}</p>
          <p className="text-sm text-muted">
            Asked for by {nameOf(one.requestedBy) || "a former colleague"},{" "}
            <Time at={one.requestedAt.toString()} withTime />
            {one.approvedAt ? (
              <>
                ; approved by {nameOf(one.approvedBy) || "a former colleague"},{" "}
                <Time at={one.approvedAt.toString()} withTime />
              </>
            ) : null}
          </p>
          {one.approvedAt ? null : grant(one)}
        </li>
      ))}
    </ul>
  );
}
