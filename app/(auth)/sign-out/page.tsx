import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { signOut } from "./actions";

export const metadata: Metadata = { title: "Sign out" };

export default async function SignOutPage() {
  const session = await currentSession();
  if (!session) {
    return (
      <>
        <PageHeader title="You are signed out" />
        <Callout look="ok">
          <p>
            Nothing of your account can be seen in this browser any more.{" "}
            <Link href="/sign-in" className="link">
              Sign in again
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
        title="Sign out"
        lead={
          <>
            You are signed in as <strong className="break-words text-ink">{session.person.email}</strong>.
          </>
        }
      />
      <ActionForm action={signOut}>
        <SubmitButton>Sign out</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-muted">
        Signed in elsewhere too?{" "}
        <Link href="/account/sessions" className="link">
          See every session
        </Link>
        .
      </p>
    </>
  );
}
