"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import type { ReactNode } from "react";

/** From this width on a case is shown beside the queue; the classes of `side-panel.tsx` and `app/admin/page.tsx` say the same. */
const wide = "(min-width: 90rem)";

/**
 * Leads to a case: to its page, and with scripts on a wide screen to an address of the queue that shows it beside the list.
 * A new tab always gets the page.
 */
export function QueueLink({
  caseId,
  beside,
  current,
  children,
}: {
  caseId: string;
  beside: string;
  current: boolean;
  children: ReactNode;
}) {
  const { push } = useRouter();
  return (
    <Link
      href={`/admin/cases/${caseId}`}
      prefetch={false}
      data-queue-open={caseId}
      aria-current={current ? "true" : undefined}
      className="no-underline after:absolute after:inset-0 hover:underline"
      onNavigate={(event) => {
        if (!window.matchMedia(wide).matches) return;
        event.preventDefault();
        push(beside, { scroll: false });
      }}
    >
      {children}
    </Link>
  );
}
