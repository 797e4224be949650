import Link from "next/link";
import { sizeInWords } from "@/lib/exports/size";
import type { TransferState } from "@/lib/transfers/states";

type Props = {
  transfer: { state: TransferState; packageId: string; bytesSent: number; bytesTotal: number | null };
};

/** How much of a package is with its receiver, as bytes that it took and checked. */
export function TransferProgress({ transfer: { state, packageId, bytesSent, bytesTotal } }: Props) {
  if (bytesTotal === null)
    return (
      <p>
        The package is being made first.{" "}
        <Link href={`/account/packages/${packageId}`} prefetch={false} className="link">
          See how far it is
        </Link>
      </p>
    );
  return (
    <div className="max-w-[60ch] space-y-2">
      <progress
        className="h-2 w-full accent-accent"
        max={bytesTotal}
        value={bytesSent}
        aria-label="Sent and checked by the receiver"
      />
      <p className="tabular text-muted">
        {sizeInWords(bytesSent)} of {sizeInWords(bytesTotal)} with the receiver
        {state === "checking" ? "; it checks every file now" : ""}
      </p>
    </div>
  );
}
