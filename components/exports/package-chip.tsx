import { Chip, type ChipKind } from "@/components/ui/chip";
import type { PackageState } from "@/lib/exports/package-state";

const chips: Record<PackageState, [ChipKind, string]> = {
  waiting: ["scheduled", "Scheduled"],
  queued: ["progress", "In line"],
  writing: ["progress", "In progress"],
  retrying: ["waiting", "Held up"],
  checking: ["verifying", "Being checked"],
  ready: ["done", "Ready"],
  expired: ["declined", "Expired"],
  failed: ["problem", "Failed"],
  stopped: ["declined", "Stopped"],
};

export function PackageChip({ state }: { state: PackageState }) {
  const [kind, word] = chips[state];
  return <Chip kind={kind}>{word}</Chip>;
}
