import type { ReactNode } from "react";

/** On paper every page ends with the version and its hash; on a screen this is nothing. */
export function PrintFrame({ footer, children }: { footer: string; children: ReactNode }) {
  return (
    <div className="print-frame">
      <div className="print-body">{children}</div>
      <div className="print-foot" aria-hidden="true">
        <div>{footer}</div>
      </div>
    </div>
  );
}
