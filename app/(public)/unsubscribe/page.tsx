import type { Metadata } from "next";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { kindWords } from "@/lib/mail/optional-kinds";
import { readSubscriptionToken } from "@/lib/mail/subscription-token";
import { readUnsubscribeToken } from "@/lib/mail/unsubscribe-token";
import { config } from "@/trust-center.config";
import { endMails } from "./actions";

export const metadata: Metadata = { title: "Mails you no longer want", robots: { index: false } };

const subscription = {
  label: "Policy changes",
  hint: "A mail whenever a change of the privacy policy is announced, to an address that subscribed without an account.",
};

/** Opening it changes nothing: mail scanners follow links (S28). */
export default async function UnsubscribePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const token = typeof query.token === "string" ? query.token : "";
  const known = readUnsubscribeToken(token);
  const subscribed = readSubscriptionToken(token) !== null;
  const words = subscribed ? subscription : known ? kindWords[known.kind] : null;
  return (
    <div className="max-w-2xl">
      <PageHeader
        title="Mails you no longer want"
        lead={
          words
            ? "One kind of mail at a time; no sign-in needed."
            : "Use the link at the end of a mail, or sign in and choose there."
        }
      />
      {words && query.done === "1" ? (
        <Callout look="ok" title="Done" live>
          <p>
            You get no more mails about: {words.label.toLowerCase()}.{" "}
            {subscribed
              ? "Your address was erased here. You can subscribe again at any time."
              : "The pages in your account still show all of it."}
          </p>
        </Callout>
      ) : null}
      {words && query.done !== "1" ? (
        <ActionForm action={endMails}>
          <input type="hidden" name="token" value={token} />
          <dl className="border-l-4 border-line pl-4">
            <dt className="font-medium">{words.label}</dt>
            <dd className="text-muted">{words.hint}</dd>
          </dl>
          <SubmitButton>Stop these mails</SubmitButton>
        </ActionForm>
      ) : null}
      {words ? null : (
        <Callout look="warn" title="This link says nothing we understand">
          <p>It may have been cut off. Open the mail again and use its link, or choose in your account.</p>
        </Callout>
      )}
      {subscribed ? (
        <p className="mt-6 text-muted">
          If this address also has an account, its notices of policy changes still arrive: we promise them to every
          account holder.
        </p>
      ) : (
        <>
          <StillArrives />
          <p className="mt-6">
            <a className="link" href="/account/notices">
              Choose all your mails, or turn them on again
            </a>
          </p>
        </>
      )}
    </div>
  );
}

function StillArrives() {
  return (
    <section className="mt-10 space-y-3">
      <h2 className="text-lg">What still arrives, and why</h2>
      <ul className="list-disc space-y-2 pl-5">
        <li>
          <strong>Changes to the privacy policy.</strong> We promise to tell every account holder at least{" "}
          {config.clocks.noticeDays} days before a significant change. A promise you could lose by a click would be
          none.
        </li>
        <li>
          <strong>Security.</strong> Sign-in codes, and word of each sign-in, download or deletion, so that you notice
          when it was not you.
        </li>
        <li>
          <strong>Answers to you.</strong> What we owe you in reply to a request or a question.
        </li>
      </ul>
    </section>
  );
}
