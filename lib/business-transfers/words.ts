import type { transferKinds } from "../db/schema/business-transfers";

export type TransferKind = (typeof transferKinds)[number];
export type TransferGround = "legitimate-interest" | "contract" | "consent";

export const transferKindWords: Record<TransferKind, string> = {
  merger: "Merger",
  acquisition: "Acquisition",
  "asset-sale": "Sale of assets",
};

export const transferGroundWords: Record<TransferGround, { label: string; source: string }> = {
  "legitimate-interest": { label: "A legitimate interest in going on with the service", source: "GDPR Art. 6(1)(f)" },
  contract: { label: "The contract with you goes over with it", source: "GDPR Art. 6(1)(b)" },
  consent: { label: "Only with your consent", source: "GDPR Art. 6(1)(a)" },
};
