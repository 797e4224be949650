import type { Metadata } from "next";
import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentCtx } from "@/lib/auth/current";
import { deletionByToken } from "@/lib/cases/cancel-deletion";
import { cancelByToken } from "./actions";

// The address holds the token. The site-wide `same-origin` referrer keeps it from other sites; `no-referrer`
// would make browsers send `Origin: null` with the form, which actions refuse (S3).
export const metadata: Metadata = { title: "Cancel the deletion", robots: { index: false } };

/** What is said where there is nothing to cancel any more. */
const over = {
  cancelled: {
    title: "The deletion is cancelled",
    sentence: "Nothing was deleted, and the account stays as it is.",
  },
  begun: {
    title: "The deletion has begun",
    sentence: "The waiting time is over, so it can no longer be cancelled. We send a receipt by mail when it is done.",
  },
  "carried-out": {
    title: "The deletion was carried out",
    sentence: "It can no longer be cancelled. The mail that said it was done leads to the receipt.",
  },
  closed: {
    title: "This deletion is closed",
    sentence: "Our staff have decided this request. Sign in to read what and why.",
  },
} as const;

/** Opening this page changes nothing, since mail scanners open links (S12); the button does. */
export default async function CancelDeletionPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { token } = await searchParams;
  const found =
    typeof token === "string" && token.length <= 100 ? await deletionByToken(await currentCtx(), token) : null;

  if (!found || typeof token !== "string") {
    return (
      <div className="max-w-2xl">
        <PageHeader
          title="This link does not lead to a deletion"
          lead="It may be cut off. Use the whole link from the mail, or sign in and cancel there."
        />
        <Link href="/account/deletion" prefetch={false} className={buttonClass("secondary")}>
          To the deletion page
        </Link>
      </div>
    );
  }
  if (found.state !== "open") {
    const { title, sentence } = over[found.state];
    return (
      <div className="max-w-2xl">
        <PageHeader title={title} />
        <Callout look={found.state === "cancelled" ? "ok" : "info"} live>
          <p>
            {sentence} Reference <span className="font-mono">{found.reference}</span>.
          </p>
        </Callout>
      </div>
    );
  }
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Cancel the deletion?"
        lead={
          <>
            A deletion is planned for <Time at={found.graceEndsAt} zone={found.timeZone} withTime />. Nothing has been
            deleted yet.
          </>
        }
      />
      <ActionForm action={cancelByToken}>
        <input type="hidden" name="token" value={token} />
        <SubmitButton>Cancel the deletion</SubmitButton>
      </ActionForm>
      <p className="mt-6 text-muted">
        Request <span className="font-mono">{found.reference}</span>. To let it go on, close this page.
      </p>
    </div>
  );
}
