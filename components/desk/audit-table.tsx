import Link from "next/link";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { AuditRow } from "@/lib/audit/queries";

const actorWords: Record<string, string> = { holder: "account holder", visitor: "visitor", system: "system" };

function Actor({ entry }: { entry: AuditRow }) {
  if (entry.actorKind === "staff") return <span>{entry.staffName ?? "former colleague"}</span>;
  return (
    <span>
      {actorWords[entry.actorKind] ?? entry.actorKind}
      {entry.actorKind === "visitor" ? null : (
        <code className="block max-w-[14ch] truncate font-mono text-sm text-muted" title={entry.actorId}>
          {entry.actorId}
        </code>
      )}
    </span>
  );
}

const shown = (value: unknown): string =>
  Array.isArray(value) ? (value.length ? value.join(", ") : "none") : value === null ? "none" : String(value);

/** Entries of the log as staff read them: exact names, since what is written there is what is proved. */
export function AuditTable({ entries, caption }: { entries: AuditRow[]; caption: string }) {
  return (
    <Table
      caption={caption}
      rows={entries}
      rowKey={(entry) => String(entry.id)}
      columns={[
        {
          key: "id",
          head: "No.",
          cell: (entry) => <span className="tabular text-muted">{entry.id}</span>,
          numeric: true,
        },
        {
          key: "at",
          head: "When",
          cell: (entry) => (
            <span className="whitespace-nowrap">
              <Time at={entry.at.toString()} withTime />
            </span>
          ),
        },
        { key: "actor", head: "Who", cell: (entry) => <Actor entry={entry} /> },
        { key: "action", head: "What", cell: (entry) => <code className="font-mono text-sm">{entry.action}</code> },
        {
          key: "object",
          head: "On what",
          cell: (entry) => (
            <span>
              {entry.objectType === "case" ? (
                <Link className="link" prefetch={false} href={`/admin/cases/${entry.objectId}`}>
                  case
                </Link>
              ) : (
                entry.objectType
              )}
              <code className="block max-w-[14ch] truncate font-mono text-sm text-muted" title={entry.objectId}>
                {entry.objectId}
              </code>
            </span>
          ),
        },
        {
          key: "payload",
          head: "Details",
          cell: (entry) =>
            entry.payload === null ? (
              <span className="text-muted">erased; the entry still proves that it was there</span>
            ) : Object.keys(entry.payload).length === 0 ? null : (
              <dl className="space-y-0.5 text-sm">
                {Object.entries(entry.payload).map(([name, value]) => (
                  <div key={name} className="flex flex-wrap gap-x-2">
                    <dt className="text-muted">{name}</dt>
                    <dd className="max-w-[40ch] break-all">{shown(value)}</dd>
                  </div>
                ))}
              </dl>
            ),
        },
      ]}
    />
  );
}
