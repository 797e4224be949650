import { keyedHash } from "../crypto/hash";

/** Whose address a package that came in is for, without the address. */
export const addressHash = (address: string): string => keyedHash("transfer", address);

/** Where that address stands sealed until the package is taken or removed. */
export const addressPlace = (id: string) => ({ table: "incoming_transfers", column: "address", row: id });
