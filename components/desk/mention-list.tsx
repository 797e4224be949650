import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { formatDistance } from "@/components/ui/time";
import type { Mention } from "@/lib/cases/my-mentions";

/** Notes that name whoever looks; gone once they opened the case. */
export function MentionList({ mentions, now }: { mentions: Mention[]; now: string }) {
  if (mentions.length === 0) return null;
  return (
    <Callout title={mentions.length === 1 ? "A note names you" : `${mentions.length} notes name you`}>
      <ul>
        {mentions.map(({ caseId, reference, by, at }) => (
          <li key={`${caseId} ${at}`}>
            <Link href={`/admin/cases/${caseId}`} prefetch={false} className="link">
              {reference}
            </Link>{" "}
            <span className="text-muted">
              by {by}, {formatDistance(at, now)}
            </span>
          </li>
        ))}
      </ul>
    </Callout>
  );
}
