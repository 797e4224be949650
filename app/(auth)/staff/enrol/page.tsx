import type { Metadata } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { keptInvitation } from "@/lib/auth/browser";
import { currentCtx, currentSession } from "@/lib/auth/current";
import { signedIn } from "@/lib/auth/current-session";
import { canEnrol } from "@/lib/auth/enrol-passkey";
import { acceptInvitation, beginEnrol, finishEnrol } from "../actions";
import { PasskeyButton } from "../passkey-button";

export const metadata: Metadata = { title: "Add your passkey", robots: { index: false } };

type Search = Promise<{ token?: string | string[] }>;

/** Invitation, then sign-in by mail, then the passkey: three steps, each on this page. */
export default async function EnrolPage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).token;
  if (typeof given === "string") {
    return (
      <>
        <PageHeader
          title="You are invited to the desk"
          lead="In three steps: accept, sign in by mail, add a passkey."
        />
        <ActionForm action={acceptInvitation}>
          <input type="hidden" name="token" value={given} />
          <SubmitButton>Accept the invitation</SubmitButton>
        </ActionForm>
      </>
    );
  }
  const invitation = await keptInvitation();
  const [ctx, session] = [await currentCtx(), await currentSession()];
  if (!session) {
    return (
      <>
        <PageHeader title="Sign in first" lead="Use the address the invitation was made for." />
        <Link href="/sign-in?next=%2Fstaff%2Fenrol" className={buttonClass()}>
          Sign in
        </Link>
      </>
    );
  }
  const who = signedIn(ctx);
  const allowed = who !== null && (await canEnrol(who, { invitation }));
  if (!allowed) {
    return (
      <>
        <PageHeader title="No invitation here" />
        <Callout look="warn" title="This session cannot add a passkey">
          <p>
            An invitation works for 48 hours, once, for the address it was made for. You are signed in as{" "}
            <strong className="break-words">{session.person.email}</strong>.{" "}
            <Link href="/sign-out" className="link">
              Sign out
            </Link>{" "}
            to use another address, or open the link you were given again.
          </p>
        </Callout>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title="Add your passkey"
        lead="It stays on your device or in your password manager, and opens the desk from now on together with a code by mail."
      />
      <PasskeyButton mode="enrol" begin={beginEnrol} finish={finishEnrol} next="/admin" label="Add a passkey" />
    </>
  );
}
