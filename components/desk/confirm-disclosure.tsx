import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";

/**
 * A step that opens before something that is hard to undo: what will happen, then the button. A plain
 * disclosure, so that it works without JavaScript and from the keyboard.
 * @param about completes the label for screen readers where several stand in one table
 * @param wide as wide as what stands around it; otherwise a note's width
 */
export function ConfirmDisclosure({
  label,
  about,
  wide = false,
  children,
}: {
  label: string;
  about?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <details className="group">
      <summary className={buttonClass("secondary", "cursor-pointer list-none [&::-webkit-details-marker]:hidden")}>
        {label}
        {about ? <span className="sr-only"> {about}</span> : null}
      </summary>
      <div
        className={`mt-3 min-w-[16rem] space-y-3 rounded-md border border-line bg-raised p-4 ${wide ? "" : "max-w-[44ch]"}`}
      >
        {children}
      </div>
    </details>
  );
}
