import { Chip, type ChipKind } from "@/components/ui/chip";
import type { IncomingState, TransferState } from "@/lib/transfers/states";

const outgoing: Record<TransferState, [ChipKind, string]> = {
  preparing: ["progress", "Preparing"],
  sending: ["progress", "Sending"],
  retrying: ["waiting", "Held up"],
  checking: ["verifying", "Being checked"],
  arrived: ["done", "Arrived"],
  failed: ["problem", "Failed"],
  revoked: ["declined", "Taken back"],
};

const incoming: Record<IncomingState, [ChipKind, string]> = {
  receiving: ["progress", "Coming in"],
  checking: ["verifying", "Being checked"],
  waiting: ["waiting", "Waiting for you"],
  importing: ["progress", "Being taken over"],
  imported: ["done", "Taken over"],
  "not-imported": ["problem", "Not taken over"],
  refused: ["problem", "Damaged"],
  declined: ["declined", "Declined"],
  withdrawn: ["declined", "Taken back"],
  expired: ["declined", "Deleted"],
};

export function TransferChip({ state }: { state: TransferState }) {
  const [kind, word] = outgoing[state];
  return <Chip kind={kind}>{word}</Chip>;
}

export function IncomingChip({ state }: { state: IncomingState }) {
  const [kind, word] = incoming[state];
  return <Chip kind={kind}>{word}</Chip>;
}
