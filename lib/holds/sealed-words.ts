import { openWithMaster, sealWithMaster } from "../crypto/seal";
import { legalHolds } from "../db/schema";

export type HoldRow = typeof legalHolds.$inferSelect;

/** The words of a hold that lie sealed under the master key. */
type Column = "note" | "concealReason" | "releaseReason" | "identities";

const place = (holdId: string, column: Column) => ({
  table: "legal_holds",
  column: legalHolds[column].name,
  row: holdId,
});

export const sealWords = (holdId: string, column: Column, text: string): Buffer =>
  sealWithMaster(place(holdId, column), text);

export function openWords(hold: Pick<HoldRow, "id"> & Partial<Record<Column, Buffer | null>>, column: Column) {
  const sealed = hold[column];
  return sealed ? openWithMaster(place(hold.id, column), sealed) : null;
}

/** By what a person or company was known when a hold was asked for. */
export type KnownBy = { address: string; identities: [string, string[]][] };

export const openKnownBy = (hold: Pick<HoldRow, "id" | "identities">): KnownBy | null => {
  const text = openWords(hold, "identities");
  return text === null ? null : (JSON.parse(text) as KnownBy);
};
