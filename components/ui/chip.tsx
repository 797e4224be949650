import {
  CalendarClock,
  CircleCheck,
  CircleDot,
  CircleSlash,
  Hourglass,
  type LucideIcon,
  ShieldQuestion,
  TriangleAlert,
} from "lucide-react";

/** The one family of status chips: an icon and a word, colour only beside them. */
const kinds = {
  waiting: { icon: Hourglass, className: "border-warn text-warn bg-warn-soft" },
  verifying: { icon: ShieldQuestion, className: "border-strong-line text-ink bg-sunken" },
  progress: { icon: CircleDot, className: "border-accent text-accent bg-raised" },
  scheduled: { icon: CalendarClock, className: "border-strong-line text-ink bg-sunken" },
  done: { icon: CircleCheck, className: "border-ok text-ok bg-ok-soft" },
  declined: { icon: CircleSlash, className: "border-strong-line text-muted bg-sunken" },
  problem: { icon: TriangleAlert, className: "border-bad text-bad bg-bad-soft" },
} satisfies Record<string, { icon: LucideIcon; className: string }>;

export type ChipKind = keyof typeof kinds;

export function Chip({ kind, children }: { kind: ChipKind; children: string }) {
  const { icon: Icon, className } = kinds[kind];
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap rounded-full border px-2.5 py-0.5 text-sm font-medium ${className}`}
    >
      <Icon aria-hidden size={14} strokeWidth={2.25} />
      {children}
    </span>
  );
}
