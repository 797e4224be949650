import { Time } from "@/components/ui/time";
import type { ReceiptLink } from "@/lib/erasure/read-receipt";

/** Where the receipt lies; nothing while there is none. */
export function ReceiptNote({ receipt, zone }: { receipt: ReceiptLink | null; zone?: string }) {
  if (!receipt) return null;
  return (
    <p className="mt-4">
      {/* A plain link: the address opens without a session, so nothing asks for it beforehand. */}
      <a className="link" href={receipt.href}>
        Open the receipt
      </a>
      , {receipt.edition > 1 ? `edition ${receipt.edition} ` : null}made{" "}
      <Time at={receipt.madeAt} withTime {...(zone ? { zone } : {})} />: signed, with what stays until when, and to be
      kept.
    </p>
  );
}
