import { z } from "zod";

/** The query of an address as Next hands it over. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** The first value of every name: a name given twice means its first. */
export async function firstValues(params: SearchParams): Promise<Record<string, string>> {
  const all = Object.entries(await params).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined && value !== ""));
}

/** An address with the given query, empty values left out and names in a stable order. */
export function address(path: string, query: Record<string, string | number | null | undefined>): string {
  const filled = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(filled.map(([name, value]) => [name, String(value)])).toString();
  return text ? `${path}?${text}` : path;
}

/** A value of a query that may reach the database: printable ASCII, so no NUL that Postgres refuses. */
export const plainText = (longest: number) =>
  z
    .string()
    .regex(/^[\x20-\x7e]*$/)
    .max(longest);
