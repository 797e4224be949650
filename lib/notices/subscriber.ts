import { keyedHash } from "../crypto/hash";
import { openWithMaster, type SealedPlace, sealWithMaster } from "../crypto/seal";

const place = (subscriberId: string): SealedPlace => ({
  table: "policy_subscribers",
  column: "address",
  row: subscriberId,
});

export const sealSubscriber = (subscriberId: string, address: string): Buffer =>
  sealWithMaster(place(subscriberId), address);

export const openSubscriber = (row: { id: string; address: Buffer }): string =>
  openWithMaster(place(row.id), row.address);

/** To know a confirmed address again, without its being readable. */
export const subscriberHash = (address: string): string => keyedHash("policy-subscriber", address);
