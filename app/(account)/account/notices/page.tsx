import type { Metadata } from "next";
import { NoticeEvidence } from "@/components/notices/notice-evidence";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { kindWords, optionalKinds } from "@/lib/mail/optional-kinds";
import { wantedKinds } from "@/lib/mail/queries";
import { myNotices } from "@/lib/notices/queries";
import { config } from "@/trust-center.config";
import { savePreferences } from "./actions";

export const metadata: Metadata = { title: "Notices and mail" };

export default async function NoticesPage() {
  const ctx = await requireHolder();
  const [notices, wanted, session] = [await myNotices(ctx), await wantedKinds(ctx), await currentSession()];
  const zone = session?.person.timeZone ?? "UTC";
  return (
    <>
      <PageHeader
        title="Notices and mail"
        lead="What we told you about policy changes, and which other mails you get."
      />
      <Section
        title="Policy changes"
        lead={`We promise to tell you at least ${config.clocks.noticeDays} days before a significant change. This is the record of it. These mails cannot be switched off, or the promise would be empty.`}
      >
        {notices.length === 0 ? (
          <Empty>No change has been announced to you so far.</Empty>
        ) : (
          <ul className="space-y-8">
            {notices.map((notice) => (
              <li key={notice.id}>
                <NoticeEvidence notice={notice} zone={zone} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Other mails" lead="Sign-in codes, security alerts and answers we owe you always arrive.">
        <ActionForm action={savePreferences} done="Saved. It holds from the next mail on.">
          <fieldset className="space-y-4">
            <legend className="sr-only">Mails you want</legend>
            {optionalKinds.map((kind) => (
              <div key={kind} className="flex gap-3">
                <input
                  // React puts a box back to its first state after an action; a new key makes it take the saved one.
                  key={String(wanted.includes(kind))}
                  type="checkbox"
                  id={kind}
                  name="wanted"
                  value={kind}
                  defaultChecked={wanted.includes(kind)}
                  aria-describedby={`${kind}-hint`}
                  className="mt-0.5 size-6 shrink-0 accent-accent"
                />
                <div>
                  <label htmlFor={kind} className="font-medium">
                    {kindWords[kind].label}
                  </label>
                  <p id={`${kind}-hint`} className="text-muted">
                    {kindWords[kind].hint}
                  </p>
                </div>
              </div>
            ))}
          </fieldset>
          <SubmitButton>Save</SubmitButton>
        </ActionForm>
      </Section>
    </>
  );
}
