import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { env } from "@/lib/env";

/** In the demo: whom to sign in as, and where the mail arrives. Production shows nothing. */
export function DemoHint() {
  if (env().TRUST_CENTER_MODE === "production") return null;
  return (
    <div className="mt-8">
      <Callout title="This is a demo">
        <p className="break-words text-sm">
          Sign in as <strong>ada.winter@lumen-lifts.example</strong>, who owns her company&rsquo;s account, or as{" "}
          <strong>max.brandt@lumen-lifts.example</strong>, a technician. The mail arrives in the{" "}
          <Link href="/dev/mailbox" className="link" target="_blank">
            local mailbox
          </Link>
          .
        </p>
      </Callout>
    </div>
  );
}
