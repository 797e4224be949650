import { z } from "zod";

const shape = z.tuple([
  z.union([z.literal("infinity"), z.iso.datetime({ offset: true, precision: undefined })]),
  z.uuid(),
]);

/** Where a page of the queue begins or ends: the sort's value and the id of a case. Holds nothing about a person. */
export const writeCursor = (at: string, id: string): string =>
  Buffer.from(JSON.stringify([at, id])).toString("base64url");

export function readCursor(text: string | undefined): readonly [string, string] | null {
  if (!text) return null;
  try {
    return shape.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
  } catch {
    return null;
  }
}
