import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { thisBrowser } from "@/lib/auth/browser";
import { currentCtx } from "@/lib/auth/current";
import { linkState } from "@/lib/auth/open-challenge";
import { config } from "@/trust-center.config";
import { followLink } from "../actions";

export const metadata: Metadata = { title: "Sign in with the link", robots: { index: false } };

type Search = Promise<{ token?: string | string[] }>;

/** Opening this page changes nothing, since mail scanners open links too: the button signs in (S12). */
export default async function LinkPage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).token;
  const token = typeof given === "string" ? given : "";
  const { browserToken } = await thisBrowser();
  const state = token ? await linkState(await currentCtx(), token, browserToken) : "over";
  if (state === "over") {
    return (
      <>
        <PageHeader title="This link is over" />
        <Callout look="warn" title="Used already, or too old">
          <p>
            A link works for {config.signIn.codeMinutes} minutes, once.{" "}
            <Link href="/sign-in" className="link">
              Ask for a new one
            </Link>
            .
          </p>
        </Callout>
      </>
    );
  }
  if (state === "other-browser") {
    return (
      <>
        <PageHeader title="Another browser asked for this" />
        <Callout look="warn" title="Nobody was signed in">
          <p>
            For your safety the link works only in the browser where you typed your address. Go back to it and open the
            link there, or type the six digits of the same mail on the page that is waiting there.
          </p>
        </Callout>
        <p className="mt-6 text-muted">
          Want to go on here instead?{" "}
          <Link href="/sign-in" className="link">
            Ask for a code in this browser
          </Link>
          .
        </p>
      </>
    );
  }
  return (
    <>
      <PageHeader title="Sign in" lead="One press, and you are in. Opening the link alone has changed nothing." />
      <ActionForm action={followLink}>
        <input type="hidden" name="token" value={token} />
        <SubmitButton className="w-full sm:w-auto">Sign in</SubmitButton>
      </ActionForm>
    </>
  );
}
