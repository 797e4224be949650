import type { ReactNode } from "react";
import { Time } from "@/components/ui/time";

export type Step = [what: string, staffId: string | null, at: Temporal.Instant | null];

/** Who did what to a thing that takes two officers, and when; steps that were not taken are left out. */
export function SignedSteps({
  steps,
  nameOf,
  children,
}: {
  steps: Step[];
  nameOf: (staffId: string | null) => string;
  children?: ReactNode;
}) {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-muted">
      {steps.map(([what, who, at]) =>
        at ? (
          <li key={what}>
            {what} by {nameOf(who)}, <Time at={at.toString()} withTime />
          </li>
        ) : null,
      )}
      {children}
    </ul>
  );
}
