import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { Time } from "@/components/ui/time";
import type { VersionHead } from "@/lib/policy/queries";

/** Says that an announced version was taken back, to whoever was told of it and comes to read. */
export function WithdrawnBanner({
  version,
}: {
  version: Pick<VersionHead, "number" | "withdrawnAt" | "withdrawnReason">;
}) {
  if (!version.withdrawnAt) return null;
  return (
    <div className="no-print">
      <Callout title={`Version ${version.number} was withdrawn`}>
        <p>
          It was announced and taken back on <Time at={version.withdrawnAt.toString()} />, before it took effect.{" "}
          {version.withdrawnReason ? `${version.withdrawnReason} ` : ""}The text below holds.{" "}
          <Link href={`/privacy/versions/${version.number}`} prefetch={false} className="link">
            Read what was withdrawn
          </Link>
          .
        </p>
      </Callout>
    </div>
  );
}
