import { Chip, type ChipKind } from "@/components/ui/chip";
import type { PolicyState } from "@/lib/policy/state";

const states: Record<PolicyState, { chip: ChipKind; word: string }> = {
  draft: { chip: "progress", word: "Draft" },
  "in-review": { chip: "waiting", word: "In review" },
  announced: { chip: "scheduled", word: "Announced" },
  "in-force": { chip: "done", word: "In force" },
  superseded: { chip: "declined", word: "Superseded" },
  withdrawn: { chip: "declined", word: "Withdrawn" },
};

export function VersionState({ state }: { state: PolicyState }) {
  return <Chip kind={states[state].chip}>{states[state].word}</Chip>;
}
