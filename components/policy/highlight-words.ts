import type { Highlight } from "@/lib/policy/queries";

/** The kinds of highlights as everybody reads them. */
export const highlightKindWords: Record<Highlight["kind"], string> = {
  "new-data": "New data",
  "new-purpose": "New purpose",
  "new-recipient": "New recipient",
  "retention-longer": "Kept longer",
  "retention-shorter": "Kept shorter",
  "right-added": "Right added",
  "right-narrowed": "Right narrowed",
  contact: "Contact",
  wording: "Wording",
};

export const severityWords: Record<Highlight["severity"], string> = {
  high: "Important",
  medium: "Notable",
  low: "Minor",
};
