import { z } from "zod";
import { openWithMaster, sealWithMaster } from "../crypto/seal";

const shape = z.object({ authority: z.string(), number: z.string(), why: z.string() });
/** Which authority asked, under what number of its own, and why it is answered so. */
export type DisclosureWords = z.infer<typeof shape>;

const place = (id: string) => ({ table: "disclosures", column: "words", row: id });
const addressPlace = (id: string) => ({ table: "disclosure_people", column: "address", row: id });

export const sealDisclosure = (id: string, words: DisclosureWords): Buffer =>
  sealWithMaster(place(id), JSON.stringify(words));
export const openDisclosure = (id: string, sealed: Buffer): DisclosureWords =>
  shape.parse(JSON.parse(openWithMaster(place(id), sealed)));

/** Where somebody is told once the seal is off; erased when they were. */
export const sealDisclosedAddress = (id: string, address: string): Buffer => sealWithMaster(addressPlace(id), address);
export const openDisclosedAddress = (id: string, sealed: Buffer): string => openWithMaster(addressPlace(id), sealed);
