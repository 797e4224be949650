import { Callout } from "@/components/ui/callout";
import type { StatusView } from "@/lib/cases/status-queries";
import { config } from "@/trust-center.config";
import { AnotherLink } from "./another-link";

/** That the link to the address on file is waited for, and the way to another one. An agent has none. */
export function Proof({ one }: { one: StatusView }) {
  const late = one.toConfirm && one.bearer !== "subject";
  if (one.bearer === "agent" || (one.proof === null && !late)) return null;
  return (
    <div className="mb-8 max-w-[75ch]">
      <Callout
        look="warn"
        title={
          late ? "To confirm with the link" : one.proof === "lapsed" ? "The link is over" : "Confirm that it is you"
        }
      >
        <p>
          {late
            ? "What would be deleted is shown in the browser that opened the link from our mail."
            : one.proof === "lapsed"
              ? `Nobody used it within ${config.requests.linkDays} days. Our time to answer runs on, but we cannot give away or change what is somebody's before we know who asks.`
              : `We sent a link to the address that we have on file. It works once, for ${config.requests.linkDays} days.`}
        </p>
        <AnotherLink />
      </Callout>
    </div>
  );
}
