import { Chip, type ChipKind } from "@/components/ui/chip";
import type { CaseState } from "@/lib/cases/status";

const looks: Record<CaseState, ChipKind> = {
  "waiting-for-you": "waiting",
  preparing: "progress",
  "with-us": "progress",
  scheduled: "scheduled",
  ready: "done",
  problem: "problem",
  done: "done",
  declined: "declined",
  cancelled: "declined",
};

/** The one status chip of a case. */
export function CaseChip({ state, word }: { state: CaseState; word: string }) {
  return <Chip kind={looks[state]}>{word}</Chip>;
}
