import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { CodeFields } from "@/components/auth/code-fields";
import { Callout } from "@/components/ui/callout";
import { ActionForm } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { thisBrowser } from "@/lib/auth/browser";
import { currentCtx, currentSession } from "@/lib/auth/current";
import { openChallenge } from "@/lib/auth/open-challenge";
import { defaultNext, withNext } from "@/lib/auth/safe-next";
import { config } from "@/trust-center.config";
import { enterCode } from "../actions";
import { DemoHint } from "../demo-hint";

export const metadata: Metadata = { title: "Type the code" };

export default async function CodePage() {
  if (await currentSession()) redirect(defaultNext);
  const { browserToken } = await thisBrowser();
  const open = await openChallenge(await currentCtx(), "sign-in", browserToken);
  const again = withNext("/sign-in", open?.next);
  if (!open) {
    return (
      <>
        <PageHeader title="Type the code" />
        <Callout look="warn" title="This browser is not waiting for a code">
          <p>
            A code works for {config.signIn.codeMinutes} minutes, once, in the browser that asked for it.{" "}
            <Link href="/sign-in" className="link">
              Ask for a new one
            </Link>
            .
          </p>
        </Callout>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title="Type the code"
        lead={
          <>
            We sent six digits to <strong className="break-words text-ink">{open.address}</strong>. They work for{" "}
            {config.signIn.codeMinutes} minutes.
          </>
        }
      />
      <ActionForm action={enterCode}>
        <CodeFields button="Sign in" />
      </ActionForm>
      <p className="mt-8 text-muted">
        Nothing there? Look among unwanted mail, or{" "}
        <Link href={again} className="link">
          ask again or change the address
        </Link>
        . The mail also holds a link that spares the typing.
      </p>
      <DemoHint asked />
    </>
  );
}
