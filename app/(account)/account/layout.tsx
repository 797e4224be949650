import { LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { Shell, WithSideNav } from "@/components/layout/shell";
import { SideNav } from "@/components/layout/side-nav";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { currentSession } from "@/lib/auth/current";
import { signOut } from "./actions";

const places = [
  { href: "/account", label: "Overview", exact: true },
  { href: "/account/requests", label: "Requests" },
  { href: "/account/packages", label: "Packages" },
  { href: "/account/uses", label: "Uses" },
  { href: "/account/transfers", label: "Transfers" },
  { href: "/account/deletion", label: "Deletion" },
  { href: "/account/kept", label: "How long we keep it" },
  { href: "/account/notices", label: "Notices and mail" },
  { href: "/account/timeline", label: "Timeline" },
  { href: "/account/access", label: "Who looked" },
  { href: "/account/sessions", label: "Sessions" },
];

/** The frame of a person's own pages. It decides nothing: every page asks who is there itself (S1). */
export default async function AccountLayout({ children }: { children: ReactNode }) {
  const session = await currentSession();
  if (!session) return <Shell>{children}</Shell>;
  return (
    <Shell>
      <WithSideNav
        nav={
          <div className="space-y-4 lg:sticky lg:top-6">
            <SideNav label="Your account" links={places} />
            <ActionForm action={signOut} className="hidden border-t border-line pt-3 lg:block">
              <p className="px-3 text-sm text-muted [overflow-wrap:anywhere]">{session.person.email}</p>
              <SignOutButton className="px-3!" />
            </ActionForm>
          </div>
        }
      >
        {children}
        <ActionForm
          action={signOut}
          className="mt-8 flex flex-wrap items-center justify-between gap-2 border-t border-line pt-4 lg:hidden"
        >
          <span className="min-w-0 text-sm text-muted [overflow-wrap:anywhere]">{session.person.email}</span>
          <SignOutButton className="px-0!" />
        </ActionForm>
      </WithSideNav>
    </Shell>
  );
}

function SignOutButton({ className }: { className: string }) {
  return (
    <SubmitButton look="quiet" className={`no-underline! min-h-9 py-1 text-muted! ${className}`}>
      <LogOut aria-hidden size={16} />
      Sign out
    </SubmitButton>
  );
}
