import type { ReactNode } from "react";
import { Callout } from "@/components/ui/callout";

/** What did not go on time; nothing while all did. */
export function LateNote({ late, children }: { late: readonly string[]; children?: ReactNode }) {
  if (late.length === 0) return null;
  return (
    <Callout look="bad" title="Not deleted on time">
      <ul className="list-disc space-y-1 pl-5">
        {late.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      {children}
    </Callout>
  );
}
