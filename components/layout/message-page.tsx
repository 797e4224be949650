import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";

/** A page that says why there is nothing to see and where to go instead. */
export function MessagePage({
  title,
  children,
  links,
}: {
  title: string;
  children: ReactNode;
  links: { href: string; label: string }[];
}) {
  return (
    <div className="max-w-[62ch] space-y-5">
      <h1 className="text-2xl tracking-tight">{title}</h1>
      <div className="space-y-3 text-lg text-muted">{children}</div>
      <div className="flex flex-wrap gap-3">
        {links.map(({ href, label }, index) => (
          <Link key={href} href={href} prefetch={false} className={buttonClass(index === 0 ? "primary" : "secondary")}>
            {label}
          </Link>
        ))}
      </div>
    </div>
  );
}

/** Missing and not yours look alike (S19), so one page serves both. */
export function NotFoundMessage() {
  return (
    <MessagePage
      title="There is nothing at this address"
      links={[
        { href: "/", label: "To the start page" },
        { href: "/privacy", label: "Read the policy" },
      ]}
    >
      <p>The address may be mistyped, or what was here belongs to another account or is no longer kept.</p>
      <p>If you followed a link from a mail, open the newest mail or sign in with the address it was sent to.</p>
    </MessagePage>
  );
}
