import { collectionLabel } from "../data-map/collection-label";
import { dataMap } from "../data-map/load";

/** What a failure is about: `operno.work_order_notes` as "Work-order notes", a system by its label, `gave-up` in words. */
export function failureLabel(failure: string): string {
  if (failure === "gave-up") return "The copy as a whole, after many tries";
  const [system = "", collection = ""] = failure.split(/\.(.*)/s);
  if (collection) return collectionLabel(system, collection);
  return dataMap().systems.find(({ name }) => name === system)?.label ?? failure;
}
