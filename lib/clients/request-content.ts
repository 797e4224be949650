import { z } from "zod";
import { openWithMaster, type SealedPlace, sealWithMaster } from "../crypto/seal";

const shape = z.object({ email: z.string(), name: z.string().nullable(), text: z.string() });

/** What a company needs to act: who asked, and what, in their own words. */
export type RequestContent = z.infer<typeof shape>;

const place = (id: string): SealedPlace => ({ table: "client_requests", column: "sealed", row: id });

export const sealRequest = (id: string, content: RequestContent): Buffer =>
  sealWithMaster(place(id), JSON.stringify(content));
export const openRequest = (id: string, sealed: Buffer): RequestContent =>
  shape.parse(JSON.parse(openWithMaster(place(id), sealed)));
