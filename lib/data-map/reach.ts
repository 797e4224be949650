import type pg from "pg";
import type { Collection, Scope, System } from "./types";

/** Whose data is asked for, in the platform's own ids. */
export type ReachSubject = { platformUserId: string; platformCompanyId: string | null };

/** The rows a request reaches in one system, in one read-only snapshot, until `close`. */
export type Reach = {
  system: System;
  /** Those in scope, exported or not, in the map's order. */
  collections: Collection[];
  /** The one connection, inside one repeatable-read read-only transaction. UTC, ISO dates and intervals, hex bytea. */
  client: pg.Client;
  count(collection: Collection): Promise<number>;
  /**
   * SELECT text without parameters, identifiers quoted, valid on `client` only: exactly the exported
   * fields, in field order ({@link exportedFields}), of the rows reached.
   */
  query(collection: Collection): string;
  close(): Promise<void>;
};

export async function openReach(_system: System, _subject: ReachSubject, _scope: Scope): Promise<Reach> {
  throw new Error("not built yet");
}

export async function countReached(
  _subject: ReachSubject,
  _scope: Scope,
): Promise<{ system: string; collection: Collection; rows: number }[]> {
  throw new Error("not built yet");
}
