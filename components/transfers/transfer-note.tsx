import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { TransferChip } from "./transfer-chip";

/** On a request's own page: that its package goes to another provider, and how far that is. */
export function TransferNote({
  transfer,
}: {
  transfer: { id: string; name: string; state: Parameters<typeof TransferChip>[0]["state"] } | null;
}) {
  if (!transfer) return null;
  return (
    <div className="mb-8">
      <Callout title={`It goes to ${transfer.name}`}>
        <p className="flex flex-wrap items-center gap-3">
          <TransferChip state={transfer.state} />
          <Link href={`/account/transfers/${transfer.id}`} prefetch={false} className="link">
            See the transfer
          </Link>
        </p>
      </Callout>
    </div>
  );
}
