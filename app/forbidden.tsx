import type { Metadata } from "next";
import { MessagePage } from "@/components/layout/message-page";
import { Shell } from "@/components/layout/shell";
import { requestId } from "@/lib/auth/current";

export const metadata: Metadata = { title: "Not allowed" };

/** Names the request, since the log has what was asked for and which role it takes (lib/auth/require.ts). */
export default async function Forbidden() {
  const id = await requestId();
  return (
    <Shell>
      <MessagePage
        title="Your role does not open this page"
        links={[
          { href: "/admin", label: "To the desk" },
          { href: "/", label: "To the start page" },
        ]}
      >
        <p>
          You are signed in, but another role is needed here. Ask a colleague who has it. If it should be yours, name
          this request to whoever runs the trust center:{" "}
          <code className="break-all font-mono text-base text-ink">{id}</code>
        </p>
      </MessagePage>
    </Shell>
  );
}
