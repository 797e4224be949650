import { Time } from "@/components/ui/time";
import type { ErasureView } from "@/lib/cases/erasure-view";

type Item = ErasureView["items"][number];

/** "1 deleted, 3 kept": what became of the records, nothing said that did not happen. */
export function fateWords({ deleted, anonymised, reduced, unlinked, kept, held }: Item): string {
  const parts: [number, string][] = [
    [deleted, "deleted"],
    [anonymised + reduced, "made anonymous"],
    [unlinked, "without the link"],
    [kept, "kept"],
    // Not said to be a hold: an officer may have concealed that.
    [held, "kept by law"],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count.toLocaleString("en")} ${what}`)
    .join(", ");
}

/** What an erasure did, per system and collection, as counted by the run itself. */
export function ErasureResult({ runs, zone }: { runs: ErasureView[]; zone?: string }) {
  const finished = runs.filter((run) => run.finishedAt);
  const some = (of: (item: Item) => number) => finished.some(({ items }) => items.some((item) => of(item) > 0));
  return (
    <div className="space-y-6">
      {finished.map((run) => (
        <section key={run.system} aria-label={run.system}>
          <h3 className="text-lg">{run.system}</h3>
          <p className="text-muted">
            Done <Time at={run.finishedAt ?? ""} withTime {...(zone ? { zone } : {})} />.
            {run.items.length === 0 ? " Nothing was held there." : null}
          </p>
          <ul className="mt-2 divide-y divide-line border-y border-line">
            {run.items.map((item) => (
              <li key={item.collection} className="grid grid-cols-[1fr_auto] gap-x-6 py-2">
                <span>{item.label}</span>
                <span className="tabular text-right">{fateWords(item)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <dl className="max-w-[70ch] space-y-1 text-sm text-muted">
        {some(({ anonymised, reduced }) => anonymised + reduced) ? (
          <div>
            <dt className="inline font-medium">Made anonymous:</dt>{" "}
            <dd className="inline">the record stays because others need it, without what said whose it was.</dd>
          </div>
        ) : null}
        {some(({ unlinked }) => unlinked) ? (
          <div>
            <dt className="inline font-medium">Without the link:</dt>{" "}
            <dd className="inline">a record of others that no longer leads here.</dd>
          </div>
        ) : null}
        {some(({ kept }) => kept) ? (
          <div>
            <dt className="inline font-medium">Kept:</dt>{" "}
            <dd className="inline">shared with others, or kept on the grounds named when it was asked for.</dd>
          </div>
        ) : null}
        {some(({ held }) => held) ? (
          <div>
            <dt className="inline font-medium">Kept by law:</dt>{" "}
            <dd className="inline">the law asks us to keep it as it is for now; it goes once that ends.</dd>
          </div>
        ) : null}
      </dl>
    </div>
  );
}
