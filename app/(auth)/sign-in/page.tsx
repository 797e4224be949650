import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { defaultNext, safeNext } from "@/lib/auth/safe-next";
import { config } from "@/trust-center.config";
import { askCode } from "./actions";
import { DemoHint } from "./demo-hint";

export const metadata: Metadata = { title: "Sign in" };

type Search = Promise<{ next?: string | string[] }>;

export default async function SignInPage({ searchParams }: { searchParams: Search }) {
  const next = safeNext((await searchParams).next);
  if (await currentSession()) redirect(next ?? defaultNext);
  return (
    <>
      <PageHeader title="Sign in" lead="We mail you a code of six digits. There is no password." />
      <ActionForm action={askCode}>
        <FormText
          id="email"
          type="text"
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={254}
          label="Your mail address"
          hint={`The one you use at ${config.company.productName}: your data is found by it.`}
        />
        {next ? <input type="hidden" name="next" value={next} /> : null}
        <SubmitButton className="w-full sm:w-auto">Mail me a code</SubmitButton>
      </ActionForm>
      <DemoHint />
      <p className="mt-10 border-t border-line pt-6 text-muted">
        No account? You can{" "}
        <Link href="/contact" className="link">
          ask a question
        </Link>{" "}
        or{" "}
        <Link href="/privacy" className="link">
          read the policy
        </Link>{" "}
        without signing in.
      </p>
    </>
  );
}
