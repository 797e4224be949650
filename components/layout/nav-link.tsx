"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/**
 * A link of a navigation that knows when it is the current page (`aria-current`).
 * @param exact only this address counts; otherwise everything below it does too
 */
export function NavLink({
  href,
  exact,
  className = "",
  children,
}: {
  href: string;
  exact?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const path = usePathname();
  const here = path === href || (!exact && path.startsWith(`${href}/`));
  return (
    <Link href={href} prefetch={false} aria-current={here ? "page" : undefined} className={className}>
      {children}
    </Link>
  );
}
