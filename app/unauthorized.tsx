import type { Metadata } from "next";
import { MessagePage } from "@/components/layout/message-page";
import { Shell } from "@/components/layout/shell";

export const metadata: Metadata = { title: "Sign in first" };

export default function Unauthorized() {
  return (
    <Shell>
      <MessagePage
        title="Sign in to go on"
        links={[
          { href: "/sign-in", label: "Sign in" },
          { href: "/", label: "To the start page" },
        ]}
      >
        <p>This page is about one person's data, so we have to know that it is you.</p>
      </MessagePage>
    </Shell>
  );
}
