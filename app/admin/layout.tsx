import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { DeskShell } from "@/components/desk/desk-shell";
import { Container } from "@/components/layout/container";
import { ThemeSwitch } from "@/components/layout/theme-switch";
import { currentSession } from "@/lib/auth/current";
import { requireStaff } from "@/lib/auth/require";
import { SignOut } from "./sign-out";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  // For the frame only: every page and every use case asks again (S1).
  const { actor } = await requireStaff();
  const session = await currentSession();
  const theme = (await cookies()).get("theme")?.value;
  return (
    <DeskShell
      name={session?.staff?.displayName ?? ""}
      role={actor.role}
      leave={<SignOut />}
      footer={
        <footer className="no-print mt-12 border-t border-line">
          <Container className="flex max-w-7xl! items-center justify-between gap-4 py-4 text-sm text-muted">
            <p>Every change you make here is written to the audit log with your name.</p>
            <ThemeSwitch current={theme === "dark" || theme === "light" ? theme : "system"} />
          </Container>
        </footer>
      }
    >
      {children}
    </DeskShell>
  );
}
