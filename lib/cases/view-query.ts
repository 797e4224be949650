import { queueFilter } from "./queue-filter";

/** What a view is: everything in the queue's address but where one has paged to, and what was searched for. */
const parts = ["state", "kind", "assigned", "channel", "tag"] as const;

/** The query of a view in a stable order, with nothing in it that the queue does not know. */
export function viewQuery(query: string): string {
  const asked = new URLSearchParams(query);
  const known = queueFilter.parse(Object.fromEntries(asked));
  const kept = parts.flatMap((name) => {
    const value = known[name];
    return value === undefined || (name === "state" && value === "open") ? [] : [[name, String(value)]];
  });
  return new URLSearchParams(kept).toString();
}
