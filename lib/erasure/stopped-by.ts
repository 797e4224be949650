import type { Node } from "../data-map/compile";
import { isRaised, ReachError } from "../data-map/reach-error";
import { SuppressionError } from "../suppression/list";
import { ErasureRefused } from "./catalog";

/** What the database says by a code, in words. */
const meanings: Record<string, string> = {
  "23502": "a column that cannot be empty would be",
  "23503":
    "a foreign key would lead to nothing; where a trigger or a rule keeps rows back that were to go, such as to mark them as deleted, let it leave out the login that erases (`when (current_user <> '...')`)",
  "23505":
    "two rows would hold the same where the database forbids it; say in the map what the field becomes (`erasure`: a token stays apart), or try again where tokens have few characters: they are made anew",
  "23514": "a value would not be one that the database allows there; say in the map what the field becomes (`erasure`)",
  "23P01": "two rows would overlap where the database forbids it",
  "25006": "it takes no changes, such as a standby; the eraser's address has to lead to the primary",
  "25P02": "an earlier statement failed",
  "40001": "somebody changed the same rows meanwhile; it can be tried again",
  "40P01": "it and somebody else waited for each other; it can be tried again",
  "42501": "the login may not do that; grant what docs/erasure.md names",
  "42703": "a column is not there (any more)",
  "42P01": "a table is not there (any more)",
  "53100": "its disk is full",
  "55P03": "somebody else holds rows or a table locked; it can be tried again",
  "55000":
    "something is not in the state for it, such as a table that is published for logical replication without a replica identity (`alter table ... replica identity full`)",
  "57014": "it took too long, or was cancelled",
  P0001:
    "a trigger or function of the platform refused it; let it leave out the login that erases, or set for that login what it asks for (docs/data-map.md#triggers)",
};

/** Whether somebody else held what was needed for longer than one waits. */
export const isLocked = (error: unknown): boolean => (error as { code?: string }).code === "55P03";

/** Says in which collections it was, should the database refuse. */
export async function at<T>(nodes: readonly Node[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const names = [...new Set(nodes.map(({ collection }) => collection.name))];
    if (error instanceof Error && "code" in error) Object.assign(error, { at: names.join(", ") });
    throw error;
  }
}

/**
 * What stopped an erasure or a sweep, in words that name no value: the database's own message may hold those of a row (S31). Names of
 * tables, columns and constraints are the platform's own and are told.
 * @param system where, when it is one of several; what was refused names it itself
 */
export function stoppedBy(error: unknown, system?: string): string {
  // None holds a value of a row.
  if (error instanceof ErasureRefused || error instanceof ReachError || error instanceof SuppressionError)
    return error.message;
  const { code, name, schema, table, column, constraint, at } = error as Record<string, string | undefined>;
  const where = table ? [[schema, table, column].filter(Boolean).join("."), constraint].filter(Boolean).join(", ") : at;
  // A trigger of the platform may say any code.
  const meaning = meanings[isRaised(error) ? "P0001" : (code ?? "")];
  return `${system ? `${system}: ` : ""}the database refused (${code ?? name ?? "error"})${where ? ` at ${where}` : ""}${meaning ? `: ${meaning}` : ""}`;
}
