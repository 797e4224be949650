import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { RunView } from "@/lib/retention/queries";
import { config } from "@/trust-center.config";

const ruleLabel = (rule: string): string =>
  Object.entries(config.retention).find(([name]) => name === rule)?.[1].label ?? rule;
const number = (count: number) => count.toLocaleString("en-GB");

/** Deleted rows; those of partitions that went as one were not counted, so the database's estimate is said as such. */
function gone({ deleted, estimated, partitions }: RunView): string {
  if (partitions === 0) return number(deleted);
  const parts = `about ${number(estimated)} in ${partitions} ${partitions === 1 ? "partition" : "partitions"}`;
  return deleted === 0 ? parts : `${number(deleted)} and ${parts}`;
}

/** What is in closed accounts is counted as they end, not by a dry run. */
const withAccounts = <span className="text-muted">with the accounts</span>;

/**
 * What a sweep did, collection by collection.
 * @param would of a dry run: nothing was done
 */
export function RunTable({ runs, caption, would = false }: { runs: RunView[]; caption: string; would?: boolean }) {
  return (
    <Table
      caption={caption}
      rows={runs}
      rowKey={({ id }) => id}
      columns={[
        {
          key: "collection",
          head: "Collection",
          cell: (run) => (
            <>
              {run.label}
              {would ? <span className="block text-sm text-muted">{ruleLabel(run.rule)}</span> : null}
              {run.failure ? <span className="block text-sm text-bad">{run.failure}</span> : null}
            </>
          ),
        },
        ...(would
          ? [
              {
                key: "accounts",
                head: "Closed accounts",
                cell: ({ accounts }: RunView) => number(accounts),
                numeric: true,
              },
            ]
          : []),
        {
          key: "gone",
          head: would ? "Would be deleted" : "Deleted",
          cell: (run) => (would && run.accounts > 0 ? withAccounts : gone(run)),
          numeric: true,
        },
        {
          key: "emptied",
          head: would ? "Would be emptied" : "Emptied",
          cell: ({ accounts, emptied }) => (would && accounts > 0 ? withAccounts : number(emptied)),
          numeric: true,
        },
        { key: "held", head: "On hold", cell: ({ held }) => number(held), numeric: true },
        {
          key: "waiting",
          head: "Waiting",
          cell: ({ waiting, waitsFor }) => (
            <>
              {number(waiting)}
              {waitsFor.map((one) => (
                <span key={one.label} className="block text-sm text-muted">
                  {waitsFor.length === 1 && one.rows === waiting
                    ? `for ${one.label}`
                    : `${number(one.rows)} for ${one.label}`}
                </span>
              ))}
            </>
          ),
          numeric: true,
        },
        ...(would
          ? []
          : [{ key: "left", head: "Left over", cell: ({ leftOver }: RunView) => number(leftOver), numeric: true }]),
        {
          key: "oldest",
          head: "Oldest there",
          cell: ({ oldest }) => (oldest ? <Time at={oldest.toString()} /> : <span className="text-muted">none</span>),
        },
      ]}
    />
  );
}
