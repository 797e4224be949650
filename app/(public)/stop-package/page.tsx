import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentCtx } from "@/lib/auth/current";
import { packageByToken } from "@/lib/exports/stop-package";
import { stopByToken } from "./actions";

export const metadata: Metadata = { title: "Stop a copy of your data", robots: { index: false } };

type Search = Promise<{ token?: string | string[] }>;

/** Opening this page changes nothing, since mail scanners follow links; its one button does (S12, S14). */
export default async function StopPackagePage({ searchParams }: { searchParams: Search }) {
  const given = (await searchParams).token;
  const token = typeof given === "string" && given.length < 200 ? given : "";
  const found = token ? await packageByToken(await currentCtx(), token) : null;
  return (
    <div className="max-w-2xl">
      <PageHeader title="Stop a copy of your data" />
      {!found ? (
        <Callout look="warn" title="This link is not known">
          <p>
            Sign in and look at{" "}
            <Link href="/account/packages" prefetch={false} className="link">
              your packages
            </Link>
            .
          </p>
        </Callout>
      ) : found.state === "open" ? (
        <>
          <p className="mb-6">
            On <Time at={found.requestedAt} withTime /> somebody who had signed in as you asked for a copy of{" "}
            {found.scope === "company" ? "your company's data" : "your data"}. If it was not you, stop it.
          </p>
          <ActionForm action={stopByToken}>
            <input type="hidden" name="token" value={token} />
            <SubmitButton>It was not me: stop it</SubmitButton>
          </ActionForm>
        </>
      ) : found.state === "stopped" ? (
        <Callout look="ok" title="Stopped">
          <p>
            Nothing was handed out. Whoever asked for it can read your mail or uses a browser of yours: change the
            password of your mailbox, then{" "}
            <Link href="/account/sessions" prefetch={false} className="link">
              end the sessions you do not know
            </Link>
            .
          </p>
        </Callout>
      ) : (
        <Callout look="warn" title="It is too late to stop it">
          <p>
            The copy was written already. Opening it needs a fresh confirmation by mail.{" "}
            <Link href="/account/sessions" prefetch={false} className="link">
              End the sessions you do not know
            </Link>{" "}
            now.
          </p>
        </Callout>
      )}
    </div>
  );
}
