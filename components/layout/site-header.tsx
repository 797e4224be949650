import Link from "next/link";
import type { ReactNode } from "react";
import { config } from "@/trust-center.config";
import { Container } from "./container";
import { NavLink } from "./nav-link";
import { SkipLink } from "./skip-link";

const item =
  "inline-flex min-h-9 items-center rounded-md px-2 text-ink underline-offset-[0.4em] hover:underline aria-[current=page]:font-medium aria-[current=page]:underline sm:px-3";

const links = [
  { href: "/privacy", label: "Policy", exact: true },
  { href: "/privacy/versions", label: "Changes" },
  { href: "/contact", label: "Contact" },
];

/**
 * Name and navigation, the same on every page.
 * @param signedIn shows "Your data" instead of "Sign in"; it opens nothing by itself
 */
export function SiteHeader({ signedIn, aside }: { signedIn: boolean; aside?: ReactNode }) {
  return (
    <header className="border-b border-line">
      <SkipLink />
      <Container className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-3">
        <Link href="/" prefetch={false} className="inline-flex min-h-9 items-center gap-2.5 no-underline">
          <Mark />
          <span className="font-semibold tracking-tight">
            {config.company.name} <span className="font-normal text-muted">Trust Center</span>
          </span>
        </Link>
        <nav aria-label="Main" className="no-print -mx-2 flex flex-wrap items-center gap-x-1 text-base sm:mx-0">
          {links.map(({ href, label, exact }) => (
            <NavLink key={href} href={href} className={item} {...(exact ? { exact } : {})}>
              {label}
            </NavLink>
          ))}
          {signedIn ? (
            <NavLink href="/account" className={item}>
              Your data
            </NavLink>
          ) : (
            <NavLink href="/sign-in" className={item}>
              Sign in
            </NavLink>
          )}
          {aside}
        </nav>
      </Container>
    </header>
  );
}

/** The company's mark: two lines of a text, the second one ticked off. */
function Mark() {
  return (
    <svg aria-hidden="true" width="24" height="24" viewBox="0 0 24 24" className="size-6 shrink-0">
      <rect width="24" height="24" rx="5" className="fill-ink" />
      <path
        d="M6.5 8h11M6.5 14.5l2.5 2.5 5-5.5"
        fill="none"
        strokeWidth="2.25"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-paper"
      />
    </svg>
  );
}
