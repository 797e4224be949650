import type { Metadata } from "next";
import Link from "next/link";
import { PackageChip } from "@/components/exports/package-chip";
import { buttonClass } from "@/components/ui/button";
import { Empty, PageHeader } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { myPackages, type PackageSummary } from "@/lib/exports/queries";
import { sizeInWords } from "@/lib/exports/size";
import { config } from "@/trust-center.config";

export const metadata: Metadata = { title: "Packages" };

export default async function PackagesPage() {
  const ctx = await requireHolder();
  const packages = await myPackages(ctx);
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Packages"
        lead={`Copies of your data. Each is kept for ${config.packages.keepDays} days, then deleted; asking again costs nothing.`}
        actions={
          <Link href="/account/requests/new?kind=access" prefetch={false} className={buttonClass("secondary")}>
            Ask for a copy
          </Link>
        }
      />
      {packages.length === 0 ? (
        <Empty>No package yet. Ask for a copy of your data, and it appears here while it is being written.</Empty>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {packages.map((one) => (
            <li key={one.packageId}>
              <Row one={one} zone={zone} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Row({ one, zone }: { one: PackageSummary; zone: string }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2 py-4">
      <div className="min-w-0 space-y-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link href={`/account/packages/${one.packageId}`} prefetch={false} className="link font-medium">
            {one.scope === "company" ? "Company account" : "Your data"}, <Time at={one.requestedAt} zone={zone} />
          </Link>
          <PackageChip state={one.state} />
        </p>
        <p className="text-sm text-muted">
          Request {one.reference}
          {one.readyAt && one.rows !== null ? `, ${new Intl.NumberFormat("en").format(one.rows)} rows` : ""}
        </p>
      </div>
      <p className="tabular text-sm text-muted">
        {one.state === "ready" && one.bytes !== null && one.expiresAt ? (
          <>
            {sizeInWords(one.bytes)}, deleted {formatDistance(one.expiresAt, new Date().toISOString())}
          </>
        ) : null}
        {one.state === "waiting" && one.notBefore ? (
          <>
            Begins <Time at={one.notBefore} zone={zone} withTime />
          </>
        ) : null}
      </p>
    </div>
  );
}
