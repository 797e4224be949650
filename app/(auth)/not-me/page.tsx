import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { alertDays } from "@/lib/auth/alert";
import { currentCtx } from "@/lib/auth/current";
import { alertByToken } from "@/lib/auth/disown-alert";
import { config } from "@/trust-center.config";
import { stopEverything } from "./actions";

export const metadata: Metadata = { title: "This was not me", robots: { index: false } };

type Search = Promise<{ token?: string | string[] }>;

const happened = {
  "new-device": "somebody signed in as you from a new device",
  "step-up": "somebody signed in as you asked for a code to confirm it",
  "passkey-enrolled": "a passkey was added in your name",
  "passkey-removed": "one of your passkeys was removed",
} as const;

/** Opening this page changes nothing; its one button does (S12, S14). */
export default async function NotMePage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).token;
  const token = typeof given === "string" ? given : "";
  const alert = token ? await alertByToken(await currentCtx(), token) : null;
  if (!alert) {
    return (
      <>
        <PageHeader title="This link is over" />
        <Callout look="warn" title={`Not known, or older than ${alertDays} days`}>
          <p>
            Sign in and{" "}
            <Link href="/account/sessions" className="link">
              end the sessions
            </Link>{" "}
            you do not know, or write to{" "}
            <a className="link" href={`mailto:${config.company.privacyMailbox}`}>
              {config.company.privacyMailbox}
            </a>
            .
          </p>
        </Callout>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title="This was not me"
        lead={
          <>
            On <Time at={alert.at} withTime /> {happened[alert.kind]} ({alert.device}).
          </>
        }
      />
      {alert.done ? (
        <Callout look="ok" title="Stopped">
          <p>
            Everybody is signed out of your account, every device is forgotten, and exports and deletions that were not
            done yet are cancelled. Change the password of your mailbox now: whoever reads your mail can sign in here.
          </p>
        </Callout>
      ) : (
        <ActionForm
          action={stopEverything}
          done="Stopped. Everybody is signed out, and what was waiting is cancelled. Change the password of your mailbox now."
        >
          <p>One press does all of this:</p>
          <ul className="list-disc space-y-1 pl-5">
            <li>everybody is signed out of your account, you too;</li>
            <li>every device is forgotten, so that the next sign-in counts as new;</li>
            <li>exports and deletions that are not done yet are cancelled.</li>
            {alert.kind === "passkey-enrolled" || alert.kind === "passkey-removed" ? (
              <li>your passkeys are taken away: a new invitation brings you back to the desk.</li>
            ) : null}
          </ul>
          <input type="hidden" name="token" value={token} />
          <SubmitButton look="danger">Sign everybody out and stop everything</SubmitButton>
        </ActionForm>
      )}
    </>
  );
}
