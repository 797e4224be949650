import type { Metadata } from "next";
import { MessagePage } from "@/components/layout/message-page";
import { Shell } from "@/components/layout/shell";

export const metadata: Metadata = { title: "Not allowed" };

export default function Forbidden() {
  return (
    <Shell>
      <MessagePage
        title="Your role does not open this page"
        links={[
          { href: "/admin", label: "To the desk" },
          { href: "/", label: "To the start page" },
        ]}
      >
        <p>You are signed in, but another role is needed here. Ask a colleague who has it.</p>
      </MessagePage>
    </Shell>
  );
}
