import { type Column, Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import type { ErasureView } from "@/lib/cases/erasure-view";

type Item = ErasureView["items"][number];

const count = (key: string, head: string, of: (item: Item) => number): Column<Item> => ({
  key,
  head,
  numeric: true,
  cell: (item) => (
    <span className={of(item) === 0 ? "tabular text-muted" : "tabular"}>{of(item).toLocaleString("en")}</span>
  ),
});

const columns: Column<Item>[] = [
  { key: "label", head: "What", cell: ({ label }) => label },
  count("deleted", "Deleted", ({ deleted }) => deleted),
  count("emptied", "Made anonymous", ({ anonymised, reduced }) => anonymised + reduced),
  count("unlinked", "Link removed", ({ unlinked }) => unlinked),
  count("kept", "Kept", ({ kept }) => kept),
];
const held = count("held", "On hold", (item) => item.held);

/** What an erasure did, per system and collection, as counted by the run itself. */
export function ErasureResult({ runs, zone }: { runs: ErasureView[]; zone?: string }) {
  return (
    <div className="space-y-6">
      {runs
        .filter((run) => run.finishedAt)
        .map((run) => (
          <section key={run.system} aria-label={run.system}>
            <h3 className="text-lg">{run.system}</h3>
            <p className="mb-2 text-muted">
              Done <Time at={run.finishedAt ?? ""} withTime {...(zone ? { zone } : {})} />.
              {run.items.length === 0 ? " Nothing was held there." : null}
            </p>
            {run.items.length > 0 ? (
              <Table
                caption={`What became of the records in ${run.system}`}
                columns={run.items.some((item) => item.held > 0) ? [...columns, held] : columns}
                rows={run.items}
                rowKey={({ collection }) => collection}
              />
            ) : null}
          </section>
        ))}
      <p className="max-w-[70ch] text-sm text-muted">
        Made anonymous: the record stays because others need it, without what said whose it was. Link removed: a record
        of others in which only the name of this person stood. Kept: by the grounds named when it was asked for.
      </p>
    </div>
  );
}
