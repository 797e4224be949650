import type { ReactNode } from "react";
import { Container } from "@/components/layout/container";
import { Shell } from "@/components/layout/shell";

/** Sign-in and its kin: one narrow column, one thing to do. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <Shell wide>
      <Container narrow>
        <div className="mx-auto max-w-lg">{children}</div>
      </Container>
    </Shell>
  );
}
