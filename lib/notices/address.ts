import { createHmac, randomBytes } from "node:crypto";
import { masterKey, newestMasterVersion, openWith, type SealedPlace, sealWith } from "../crypto/seal";
import { mailAddress } from "../mail/mail-address";

/** Addresses longer than this are none (RFC 5321, 4.5.3.1); what a platform holds beyond it is not kept. */
const longest = 320;

const keyPlace = (noticeId: string): SealedPlace => ({ table: "notices", column: "address_key", row: noticeId });
const place = (recipientId: string): SealedPlace => ({
  table: "notice_recipients",
  column: "address_sealed",
  row: recipientId,
});

/** The key of one notice's addresses, as it is stored: wrapped by the newest master key (S32). */
export function newAddressKey(noticeId: string): Buffer {
  const version = newestMasterVersion();
  return sealWith(masterKey(version), version, keyPlace(noticeId), randomBytes(32));
}

export const openAddressKey = (noticeId: string, wrapped: Buffer): Buffer =>
  openWith(masterKey, keyPlace(noticeId), wrapped);

export const sealAddress = (key: Buffer, recipientId: string, address: string): Buffer =>
  sealWith(key, 0, place(recipientId), Buffer.from(address.slice(0, longest), "utf8"));

/**
 * A recipient's address as the platform wrote it; null once it was erased, or its notice's key was.
 * @param row.address what rows from before addresses were sealed hold until the worker seals them
 */
export function openAddress(row: {
  id: string;
  noticeId: string;
  addressKey: Buffer | null;
  addressSealed: Buffer | null;
  address: string;
}): string | null {
  if (row.address !== "") return row.address;
  if (!row.addressSealed || !row.addressKey) return null;
  const key = openAddressKey(row.noticeId, row.addressKey);
  return openWith(() => key, place(row.id), row.addressSealed).toString("utf8");
}

/**
 * By which an address is found again, however it is written: without regard to case, the domain in ASCII.
 * Keyed with the notice's key, so that it says nothing without it and links no two notices; 128 bits.
 */
export function addressHash(key: Buffer, address: string): Buffer {
  const one = (mailAddress(address) ?? address.trim().slice(0, longest)).toLowerCase();
  return createHmac("sha256", key).update(one).digest().subarray(0, 16);
}
