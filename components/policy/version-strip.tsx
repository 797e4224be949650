import Link from "next/link";
import { Time } from "@/components/ui/time";
import type { PolicyVersion } from "@/lib/policy/queries";

/** Number, effective date, published date and what comes next, in one line over the text. */
export function VersionStrip({ version, next }: { version: PolicyVersion; next: PolicyVersion | null }) {
  return (
    <dl className="version-strip">
      <div>
        <dt>Version</dt>
        <dd>{version.number}</dd>
      </div>
      <div>
        <dt>In effect from</dt>
        <dd>{version.effectiveAt ? <Time at={version.effectiveAt.toString()} /> : "not decided"}</dd>
      </div>
      <div>
        <dt>Last updated</dt>
        <dd>{version.announcedAt ? <Time at={version.announcedAt.toString()} /> : "not published"}</dd>
      </div>
      <div>
        <dt>Next version</dt>
        <dd>
          {next?.effectiveAt ? (
            <Link href={`/privacy/versions/${next.number}`} prefetch={false} className="link">
              {next.number}, from <Time at={next.effectiveAt.toString()} />
            </Link>
          ) : (
            "none announced"
          )}
        </dd>
      </div>
    </dl>
  );
}
