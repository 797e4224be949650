import { Chip, type ChipKind } from "@/components/ui/chip";
import type { PolicyState } from "@/lib/policy/state";

const looks: Record<PolicyState, { kind: ChipKind; word: string }> = {
  draft: { kind: "verifying", word: "Draft" },
  "in-review": { kind: "progress", word: "In review" },
  announced: { kind: "scheduled", word: "Announced" },
  "in-force": { kind: "done", word: "In force" },
  superseded: { kind: "declined", word: "Superseded" },
  withdrawn: { kind: "declined", word: "Withdrawn" },
};

/** The state of a policy version, as a chip. */
export function StateChip({ state }: { state: PolicyState }) {
  const { kind, word } = looks[state];
  return <Chip kind={kind}>{word}</Chip>;
}
