import { Download } from "lucide-react";
import { buttonClass } from "@/components/ui/button";
import type { PackagePart } from "@/lib/exports/queries";
import { sizeInWords } from "@/lib/exports/size";

/** Every part with its size, checksum and download; a plain link, so that browsers can resume it. */
export function PartList({ packageId, parts }: { packageId: string; parts: PackagePart[] }) {
  return (
    <ul className="divide-y divide-line border-t border-line">
      {parts.map((part) => (
        <li key={part.position} className="flex flex-wrap items-center justify-between gap-x-8 gap-y-3 py-4">
          <div className="min-w-0 space-y-1">
            <p className="font-medium break-words">
              {part.fileName} <span className="tabular font-normal text-muted">{sizeInWords(part.bytes)}</span>
            </p>
            <p className="text-sm text-muted">
              SHA-256 <code className="font-mono break-all">{part.sha256}</code>
            </p>
          </div>
          <a href={`/api/packages/${packageId}/parts/${part.position}`} className={buttonClass()}>
            <Download aria-hidden size={18} />
            Download{parts.length > 1 ? ` part ${part.position}` : ""}
          </a>
        </li>
      ))}
    </ul>
  );
}
