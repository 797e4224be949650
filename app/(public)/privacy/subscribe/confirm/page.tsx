import type { Metadata } from "next";
import Link from "next/link";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { visitorCtx } from "@/lib/context";
import { subscriptionByToken } from "@/lib/notices/confirm-subscription";
import { config } from "@/trust-center.config";
import { confirm } from "../actions";

export const metadata: Metadata = { title: "Confirm policy changes by mail", robots: { index: false } };

/** Opening it changes nothing: mail scanners follow links. */
export default async function ConfirmSubscription({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await searchParams;
  const given = typeof token === "string" ? token : "";
  const state = given && given.length <= 200 ? await subscriptionByToken(visitorCtx(), given) : null;
  const { name } = config.company;
  return (
    <div className="max-w-2xl">
      <PageHeader title="Policy changes by mail" lead={`When ${name} announces a change of its privacy policy.`} />
      {state === "open" ? (
        <ActionForm action={confirm} className="space-y-5">
          <input type="hidden" name="token" value={given} />
          <p>You get one mail for each announced change. Every mail has a link that ends it.</p>
          <SubmitButton>Yes, send me these mails</SubmitButton>
        </ActionForm>
      ) : null}
      {state === "confirmed" ? (
        <Callout look="ok" title="Confirmed" live>
          <p>The next time a change is announced, a mail comes to your address.</p>
          <p>
            <Link href="/privacy/versions" prefetch={false} className="link">
              See the changes so far
            </Link>
          </p>
        </Callout>
      ) : null}
      {state === null ? (
        <Callout look="warn" title="This link does not work any more">
          <p>
            It may be older than {config.subscription.confirmHours} hours, or was cut off.{" "}
            <Link href="/privacy/subscribe" prefetch={false} className="link">
              Enter your address again
            </Link>{" "}
            to get a new one.
          </p>
        </Callout>
      ) : null}
    </div>
  );
}
