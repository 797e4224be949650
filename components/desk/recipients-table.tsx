import { Chip, type ChipKind } from "@/components/ui/chip";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { RecipientState } from "@/lib/notices/ledger-figures";
import type { RecipientRow } from "@/lib/notices/queries";

export const recipientWords: Record<RecipientState, { chip: ChipKind; word: string; fill: string }> = {
  queued: { chip: "scheduled", word: "Queued", fill: "fill-strong-line" },
  sent: { chip: "progress", word: "Sent", fill: "fill-accent" },
  delivered: { chip: "done", word: "Delivered", fill: "fill-ok" },
  bounced: { chip: "problem", word: "Bounced", fill: "fill-warn" },
  complained: { chip: "problem", word: "Complained", fill: "fill-bad" },
  failed: { chip: "problem", word: "Failed", fill: "fill-ink" },
};

const when = (at: Temporal.Instant | null) =>
  at ? <Time at={at.toString()} withTime /> : <span className="text-muted">not yet</span>;

/** One line a recipient, with the evidence of what became of their mail. */
export function RecipientsTable({ rows }: { rows: RecipientRow[] }) {
  return (
    <Table
      caption="Recipients of this notice"
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: "who",
          head: "Who",
          cell: (row) => (
            <span>
              {row.address ?? <span className="text-muted">address erased</span>}
              <code className="block max-w-[22ch] truncate font-mono text-sm text-muted" title={row.platformUserId}>
                {row.platformUserId}
              </code>
            </span>
          ),
        },
        {
          key: "state",
          head: "State",
          cell: (row) => (
            <span>
              <Chip kind={recipientWords[row.state].chip}>{recipientWords[row.state].word}</Chip>
              {row.failure ? <span className="block text-sm text-muted">{row.failure}</span> : null}
            </span>
          ),
        },
        { key: "sent", head: "Sent", cell: (row) => when(row.sentAt) },
        {
          key: "end",
          head: "Delivered or failed",
          cell: (row) => when(row.deliveredAt ?? row.failedAt),
        },
        {
          key: "provider",
          head: "Id at the mail service",
          cell: (row) =>
            row.providerId ? (
              <code className="block max-w-[14ch] truncate font-mono text-sm" title={row.providerId}>
                {row.providerId}
              </code>
            ) : (
              <span className="text-muted">none</span>
            ),
        },
      ]}
    />
  );
}
