import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { sentences } from "@/lib/errors";
import type { DraftWork } from "./draft-work";
import type { SaveStatus } from "./use-autosave";

const clock = (at: string) => new Date(at).toLocaleTimeString("en-GB");

/** Whether what is typed is stored, in one line; when it is not, why not and what to do. */
export function DraftStatus({ status, answered, auto }: { status: SaveStatus; answered: DraftWork; auto: boolean }) {
  const path = usePathname();
  const proof = (to: string, label: string) => (
    <a className="link" href={`${to}?next=${encodeURIComponent(path)}`} target="_blank" rel="noreferrer">
      {label}
    </a>
  );
  const words = (): ReactNode => {
    switch (status.kind) {
      case "untouched":
        // Without scripts this is the answer to the button that was pressed.
        if (answered.saved) return <Saved at={answered.saved.at} />;
        if (answered.reason === "conflict") return "Not saved: see above.";
        return answered.reason ? (
          <>
            Not saved. {sentences[answered.reason]}{" "}
            {answered.reason === "step-up-required" ? (
              <>{proof("/step-up", "Confirm in a new tab")}, then save again.</>
            ) : null}
          </>
        ) : null;
      case "dirty":
        return auto ? "Not saved yet" : "Not saved. Saving takes it out of review.";
      case "saving":
        return "Saving…";
      case "saved":
        return <Saved at={status.at} />;
      case "away":
        return "The server does not answer. What you typed is kept here and sent again in a moment.";
      case "conflict":
        return "Not saved: see above.";
      case "refused":
        if (status.reason === "step-up-required")
          return (
            <>
              Your last proof is older than five minutes, so nothing is saved.{" "}
              {proof("/step-up", "Confirm in a new tab")} and come back: what you typed is kept here and saved then.
            </>
          );
        if (status.reason === "sign-in-required")
          return (
            <>
              You are signed out. {proof("/sign-in", "Sign in in a new tab")} and come back: what you typed is kept here
              and saved then.
            </>
          );
        return `Not saved. ${Object.values(status.fields)[0] ?? sentences[status.reason]}`;
    }
  };
  const bad = status.kind === "away" || status.kind === "refused" || status.kind === "conflict";
  return (
    <p
      role="status"
      className={`min-w-48 flex-1 text-sm ${bad || answered.reason ? "font-medium text-bad" : "text-muted"}`}
    >
      {words()}
    </p>
  );
}

const Saved = ({ at }: { at: string }) => (
  <>
    Saved{" "}
    <time dateTime={at} suppressHydrationWarning>
      {clock(at)}
    </time>
  </>
);
