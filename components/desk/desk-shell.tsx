import { Eye } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Container } from "@/components/layout/container";
import { NavLink } from "@/components/layout/nav-link";
import { SkipLink } from "@/components/layout/skip-link";
import type { StaffRole } from "@/lib/context";
import { config } from "@/trust-center.config";

/** On a phone the places stand in one row that scrolls, from where one is in browsers that can. */
const phone = "max-sm:focus-visible:-outline-offset-2 max-sm:aria-[current=page]:[scroll-initial-target:nearest]";
const item =
  "inline-flex min-h-9 items-center whitespace-nowrap border-b-2 border-transparent px-1 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink";

const places = [
  { href: "/admin", label: "Queue", exact: true },
  { href: "/admin/replies", label: "Replies" },
  { href: "/admin/policies", label: "Policies" },
  { href: "/admin/notices", label: "Notices" },
  { href: "/admin/providers", label: "Providers" },
  { href: "/admin/mail", label: "Automatic mail" },
  { href: "/admin/holds", label: "Holds" },
  { href: "/admin/disclosures", label: "Disclosures" },
  { href: "/admin/business-transfers", label: "Transfers" },
  { href: "/admin/retention", label: "Retention" },
  { href: "/admin/audit", label: "Audit log" },
  { href: "/admin/staff", label: "Staff" },
];

export const roleWords: Record<StaffRole, string> = {
  agent: "Agent",
  officer: "Privacy officer",
  auditor: "Auditor",
};

/** The desk's frame: where one is, as whom, and the way out. It decides nothing about who may see what (S1). */
export function DeskShell({
  name,
  role,
  leave,
  footer,
  children,
}: {
  name: string;
  role: StaffRole;
  /** The form that ends the session. */
  leave: ReactNode;
  footer: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-b border-line">
        <SkipLink />
        <Container className="max-w-7xl!">
          <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 pt-3">
            <Link href="/admin" prefetch={false} className="inline-flex min-h-9 items-center no-underline">
              <span className="font-semibold tracking-tight">
                {config.company.name} <span className="font-normal text-muted">Desk</span>
              </span>
            </Link>
            <div className="no-print flex items-center gap-3 text-sm">
              <Link href="/staff/passkeys" prefetch={false} className="min-h-6 underline-offset-4 hover:underline">
                {name} <span className="text-muted">· {roleWords[role]}</span>
                <span className="sr-only">, your passkeys</span>
              </Link>
              {leave}
            </div>
          </div>
          <nav aria-label="Desk" className="no-print">
            <ul className="-mx-1 -mb-px flex gap-x-2 overflow-x-auto [scrollbar-width:none] sm:flex-wrap sm:gap-x-4 sm:overflow-visible">
              {places.map(({ href, label, exact }) => (
                <li key={href} className="shrink-0">
                  <NavLink href={href} className={`${item} ${phone}`} {...(exact ? { exact } : {})}>
                    {label}
                  </NavLink>
                </li>
              ))}
            </ul>
          </nav>
        </Container>
        {role === "auditor" ? (
          <div className="border-t border-line bg-sunken">
            <Container className="flex max-w-7xl! items-center gap-2 py-2 text-sm">
              <Eye aria-hidden size={16} className="shrink-0" />
              Read only: an auditor sees everything here and changes nothing.
            </Container>
          </div>
        ) : null}
      </header>
      <main id="main" tabIndex={-1} className="flex-1 py-6 outline-none sm:py-8">
        <Container className="max-w-7xl!">{children}</Container>
      </main>
      {footer}
    </div>
  );
}
