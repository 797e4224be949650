"use client";

import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { KeyRound, LoaderCircle } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import type { FormState } from "@/lib/auth/action";
import { type Reason, sentences } from "@/lib/errors";

type Action = (state: FormState, form: FormData) => Promise<FormState>;

/** Why there was no answer at all: cancelled, timed out, or a key that is there already. */
const unanswered = (error: unknown): string =>
  error instanceof Error && error.name === "InvalidStateError"
    ? "This device holds a passkey for you already. Use another device, or go on with that one."
    : "No passkey was given. Press the button to try again.";

/**
 * Asks the server for a challenge, the browser for a passkey, and hands the answer back. The one form
 * of this app that needs JavaScript, since passkeys do.
 */
export function PasskeyButton({
  mode,
  begin,
  finish,
  next,
  label,
}: {
  mode: "enrol" | "verify";
  begin: Action;
  finish: Action;
  next: string;
  label: string;
}) {
  const [message, setMessage] = useState<string | null>(null);
  const [working, start] = useTransition();
  const say = (reason: Reason | undefined) => setMessage(reason ? sentences[reason] : null);

  const run = () =>
    start(async () => {
      setMessage(null);
      const begun = await begin({}, new FormData());
      if (!begun.values?.options) return say(begun.reason ?? "passkey-refused");
      const optionsJSON = JSON.parse(begun.values.options);
      const form = new FormData();
      try {
        const answer =
          mode === "enrol" ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON });
        form.set("response", JSON.stringify(answer));
      } catch (error) {
        return setMessage(unanswered(error));
      }
      form.set("next", next);
      const ended = await finish({}, form);
      say(ended?.reason);
    });

  return (
    <div className="space-y-4">
      {message ? (
        <Callout look="bad" live>
          <p>{message}</p>
        </Callout>
      ) : null}
      <Button type="button" onClick={run} disabled={working} className="w-full sm:w-auto">
        {working ? <LoaderCircle aria-hidden size={18} className="animate-spin" /> : <KeyRound aria-hidden size={18} />}
        {label}
      </Button>
      <noscript>
        <Callout look="warn" title="Passkeys need JavaScript">
          <p>The browser speaks to your passkey through it. Every other page here works without.</p>
        </Callout>
      </noscript>
    </div>
  );
}
