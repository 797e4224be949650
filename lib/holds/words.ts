import type { holdGrounds } from "../db/schema/holds";

export type HoldGround = (typeof holdGrounds)[number];

/** What each ground means for the person, and where it stands. */
export const groundWords: Record<HoldGround, { label: string; sentence: string; source: string }> = {
  "legal-claim": {
    label: "A legal claim",
    sentence: "It is needed to establish, pursue or answer a legal claim.",
    source: "GDPR Art. 17(3)(e)",
  },
  "legal-duty": {
    label: "A duty by law",
    sentence: "A law obliges us to keep it.",
    source: "GDPR Art. 17(3)(b)",
  },
  "authority-order": {
    label: "An authority's order",
    sentence: "An authority or a court ordered that it is kept.",
    source: "GDPR Art. 17(3)(b), (e)",
  },
};
