import type { Collection } from "./types";

/** What a legal hold or an open matter keeps from any change: a condition on row `row` of a collection; null for none. */
export type Held = (collection: Collection, row: string) => string | null;
