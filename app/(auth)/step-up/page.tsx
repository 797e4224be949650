import type { Metadata } from "next";
import { CodeFields } from "@/components/auth/code-fields";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { thisBrowser } from "@/lib/auth/browser";
import { currentSession } from "@/lib/auth/current";
import { openChallenge } from "@/lib/auth/open-challenge";
import { requireHolder } from "@/lib/auth/require";
import { defaultNext, safeNext } from "@/lib/auth/safe-next";
import { config } from "@/trust-center.config";
import { beginVerify, finishVerify } from "../staff/actions";
import { PasskeyButton } from "../staff/passkey-button";
import { askStepUp, confirmCode } from "./actions";

export const metadata: Metadata = { title: "Confirm that it is you" };

type Search = Promise<{ next?: string | string[] }>;

export default async function StepUpPage({ searchParams }: { searchParams: Search }) {
  const ctx = await requireHolder();
  const next = safeNext((await searchParams).next) ?? defaultNext;
  const session = await currentSession();
  const header = (
    <PageHeader
      title="Confirm that it is you"
      lead={`What you are about to do needs a proof that is no older than ${config.signIn.stepUpMinutes} minutes.`}
    />
  );
  if (session?.staff?.enrolled) {
    return (
      <>
        {header}
        <PasskeyButton mode="verify" begin={beginVerify} finish={finishVerify} next={next} label="Use your passkey" />
      </>
    );
  }
  const { browserToken } = await thisBrowser();
  const open = await openChallenge(ctx, "step-up", browserToken);
  const waiting = open?.sessionId === ctx.actor.sessionId ? open : null;
  return (
    <>
      {header}
      {waiting ? (
        <>
          <p className="mb-4">
            We sent six digits to <strong className="break-words">{waiting.address}</strong>. They work for{" "}
            {config.signIn.codeMinutes} minutes.
          </p>
          <ActionForm action={confirmCode}>
            <input type="hidden" name="next" value={next} />
            <CodeFields button="Confirm" />
          </ActionForm>
          <ActionForm action={askStepUp} className="mt-6 space-y-4">
            <input type="hidden" name="next" value={next} />
            <SubmitButton look="quiet" className="px-0!">
              Mail me another code
            </SubmitButton>
          </ActionForm>
        </>
      ) : (
        <ActionForm action={askStepUp}>
          <p>
            We mail a new code to <strong className="break-words">{session?.person.email}</strong>. You stay signed in.
          </p>
          <input type="hidden" name="next" value={next} />
          <SubmitButton className="w-full sm:w-auto">Mail me a code</SubmitButton>
        </ActionForm>
      )}
    </>
  );
}
