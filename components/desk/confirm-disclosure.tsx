import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";

/**
 * A step that opens before something that is hard to undo: what will happen, then the button. A plain
 * disclosure, so that it works without JavaScript and from the keyboard.
 * @param about completes the label for screen readers where several stand in one table
 */
export function ConfirmDisclosure({ label, about, children }: { label: string; about?: string; children: ReactNode }) {
  return (
    <details className="group">
      <summary className={buttonClass("secondary", "cursor-pointer list-none [&::-webkit-details-marker]:hidden")}>
        {label}
        {about ? <span className="sr-only"> {about}</span> : null}
      </summary>
      <div className="mt-3 min-w-[16rem] max-w-[44ch] space-y-3 rounded-md border border-line bg-raised p-4">
        {children}
      </div>
    </details>
  );
}
