import { z } from "zod";
import { keyedHash } from "../crypto/hash";
import { openForPerson, sealForPerson } from "../crypto/person-key";
import type { SealedPlace } from "../crypto/seal";
import type { Tx } from "../db/transaction";

/** What one item is about: everything that may name somebody. */
const contentShape = z.object({
  /** The row's primary key as text, in the map's order. */
  key: z.array(z.string()),
  before: z.string().nullable(),
  after: z.string(),
  /** How one can see that it is right, in the person's words. */
  evidence: z.string(),
  /** What stood there when it could not be applied, and stands between staff and another try. */
  found: z.string().nullable().optional(),
});
export type Content = z.infer<typeof contentShape>;

const place = (itemId: string): SealedPlace => ({ table: "correction_items", column: "content", row: itemId });

export const sealContent = (tx: Tx, personId: string, itemId: string, content: Content): Promise<Buffer> =>
  sealForPerson(tx, personId, place(itemId), JSON.stringify(content));

/** Null once the person was forgotten. */
export async function openContent(
  tx: Tx,
  personId: string | null,
  { id, content }: { id: string; content: Buffer | null },
): Promise<Content | null> {
  if (!content || !personId) return null;
  const opened = await openForPerson(tx, personId, place(id), content);
  return opened.ok ? contentShape.parse(JSON.parse(opened.value)) : null;
}

type Cell = { system: string; collection: string; key: readonly string[]; field: string };

/** Tells one value of the platform from every other, without holding its row's key. */
export const cellHash = ({ system, collection, key, field }: Cell): string =>
  keyedHash("correction-cell", JSON.stringify([system, collection, key, field]));

/** The same as one person's forms name it: nobody else's handle leads to anything of theirs (S2). */
export const handleOf = (personId: string, cell: Cell): string =>
  keyedHash("correction-handle", JSON.stringify([personId, cellHash(cell)]));
