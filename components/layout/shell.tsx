import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { cookieNames } from "@/lib/auth/cookies";
import { visitorCtx } from "@/lib/context";
import { inForce } from "@/lib/policy/queries";
import { Container } from "./container";
import { SiteFooter } from "./site-footer";
import { SiteHeader } from "./site-header";

/** Header, main content and footer. Every area's layout uses it; `aside` adds an entry to the navigation. */
export async function Shell({
  wide,
  aside,
  children,
}: {
  /** The children bring their own containers. */
  wide?: boolean;
  aside?: ReactNode;
  children: ReactNode;
}) {
  const jar = await cookies();
  const theme = jar.get("theme")?.value;
  // Only which word stands in the navigation: whoever follows the link is asked properly.
  const signedIn = jar.has(cookieNames.session);
  const version = await inForce(visitorCtx());
  return (
    <div className="flex min-h-dvh flex-col">
      <SiteHeader signedIn={signedIn} aside={aside} />
      <main id="main" tabIndex={-1} className="flex-1 py-8 outline-none sm:py-12">
        {wide ? children : <Container>{children}</Container>}
      </main>
      <SiteFooter version={version} theme={theme === "dark" || theme === "light" ? theme : "system"} />
    </div>
  );
}

/** Side navigation beside the content; on a phone it stands above. */
export function WithSideNav({ nav, children }: { nav: ReactNode; children: ReactNode }) {
  return (
    <div className="grid gap-x-12 gap-y-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
      <div className="no-print min-w-0">{nav}</div>
      <div className="min-w-0">{children}</div>
    </div>
  );
}
