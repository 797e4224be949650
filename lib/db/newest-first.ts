import { type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { timestamptz } from "./types";

/** The row that a page of a list with the newest first ends with. Its id tells apart what was written at the same instant. */
export type Place = { at: Temporal.Instant; id: string };

/** As it stands in an address. */
export const writePlace = ({ at, id }: Place): string => `${at}~${id}`;

/** Null for what is no such place, which is then the first page. */
export function readPlace(text: string | undefined): Place | null {
  const [at = "", id = ""] = text?.split("~") ?? [];
  if (!z.uuid().safeParse(id).success) return null;
  try {
    return { at: Temporal.Instant.from(at), id };
  } catch {
    return null;
  }
}

/** What comes after that place in a list ordered by both columns, descending. */
export const isAfter = (at: AnyPgColumn, id: AnyPgColumn, place: Place): SQL =>
  sql`(${at}, ${id}) < (${timestamptz(place.at)}, ${place.id}::uuid)`;
