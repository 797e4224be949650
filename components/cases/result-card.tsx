import { PackageCheck } from "lucide-react";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { formatInstant } from "@/components/ui/time";
import type { PackageView } from "@/lib/cases/case-view";

/** "3.4 MB" in powers of ten, as files are labelled. */
export function sizeInWords(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(amount < 10 ? 1 : 0)} ${units[power]}`;
}

/** What a data request led to: size, parts, until when, checksum, and the way to it. */
export function ResultCard({ result, zone = "UTC", href }: { result: PackageView; zone?: string; href: string }) {
  const facts: [string, string][] = [
    ...(result.bytes === null ? [] : ([["Size", sizeInWords(result.bytes)]] as [string, string][])),
    ["Files", result.parts === 1 ? "1 ZIP file" : `${result.parts} ZIP files`],
    ...(result.expiresAt ? ([["Kept until", formatInstant(result.expiresAt, zone, true)]] as [string, string][]) : []),
  ];
  return (
    <div className="rounded-md border border-line bg-raised p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="flex gap-3">
          <PackageCheck aria-hidden size={24} className="mt-0.5 shrink-0 text-ok" />
          <div>
            <p className="font-semibold">Your package is ready</p>
            <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
              {facts.map(([label, value]) => (
                <div key={label} className="contents">
                  <dt className="text-muted">{label}</dt>
                  <dd className="tabular">{value}</dd>
                </div>
              ))}
              {result.sha256 ? (
                <div className="contents">
                  <dt className="text-muted">SHA-256</dt>
                  <dd className="font-mono text-sm break-all">{result.sha256}</dd>
                </div>
              ) : null}
            </dl>
          </div>
        </div>
        <Link href={href} prefetch={false} className={buttonClass()}>
          Go to the download
        </Link>
      </div>
    </div>
  );
}
