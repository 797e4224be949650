import { Chip, type ChipKind } from "@/components/ui/chip";
import type { ProcessingReason } from "@/lib/processing/may-process";

const states: Record<ProcessingReason, { chip: ChipKind; word: string }> = {
  "no-limit": { chip: "progress", word: "In use" },
  objection: { chip: "declined", word: "Stopped" },
  "objection-being-weighed": { chip: "waiting", word: "Stopped while we weigh it" },
  restriction: { chip: "scheduled", word: "Stored only" },
  consent: { chip: "progress", word: "In use, as you allowed" },
  "legal-claims": { chip: "progress", word: "In use, as the law allows" },
  "protection-of-others": { chip: "progress", word: "In use, to protect others" },
};

/** Whether a use runs now, in an icon and a few words. */
export function UseState({ reason }: { reason: ProcessingReason }) {
  const { chip, word } = states[reason];
  return <Chip kind={chip}>{word}</Chip>;
}
