"use client";

import { X } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";

const lineOf = (caseId: string) => document.querySelector<HTMLElement>(`a[data-queue-open="${caseId}"]`);

/**
 * A case beside the queue. It is an address like any other, and on a narrow screen it stands alone. Opening it leads the focus here,
 * and closing it (Esc too) back to the case's line, so that j and k go on from there.
 */
export function SidePanel({
  caseId,
  close,
  children,
}: {
  caseId: string;
  /** The queue as it was, without the case. */
  close: string;
  children: ReactNode;
}) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    // An address that was opened as such is read from its top, like every page.
    const [opened] = performance.getEntriesByType("navigation");
    if (opened?.name !== location.href) panel.current?.focus({ preventScroll: true });
    lineOf(caseId)?.closest("[data-queue-row]")?.scrollIntoView({ block: "nearest" });
    return () => lineOf(caseId)?.focus({ preventScroll: true });
  }, [caseId]);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      data-panel
      aria-label="The case"
      className="min-w-0 outline-none min-[90rem]:sticky min-[90rem]:top-4 min-[90rem]:max-h-[calc(100dvh-2rem)] min-[90rem]:self-start min-[90rem]:overflow-y-auto min-[90rem]:border-line min-[90rem]:border-l min-[90rem]:pl-8"
    >
      <p className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <Link href={`/admin/cases/${caseId}`} prefetch={false} className="link">
          Open as a page
        </Link>
        <Link
          href={close}
          prefetch={false}
          scroll={false}
          data-panel-close
          className="inline-flex min-h-9 items-center gap-1.5 text-muted hover:text-ink"
        >
          <X aria-hidden size={16} />
          <span className="min-[90rem]:hidden">Back to the queue</span>
          <span className="max-[90rem]:hidden">Close</span>
        </Link>
      </p>
      {children}
    </section>
  );
}
