import type { ReactNode } from "react";
import { Shell } from "@/components/layout/shell";
import { signalHeard } from "@/lib/auth/require";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  await signalHeard();
  return <Shell>{children}</Shell>;
}
