import type { Metadata } from "next";
import Link from "next/link";
import { ActionForm, FormArea, FormSelect, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { currentSession } from "@/lib/auth/current";
import { requireHolder, signalHonoured } from "@/lib/auth/require";
import { messageLimit } from "@/lib/cases/message-text";
import { newId } from "@/lib/ids";
import { objectable, useWords } from "@/lib/processing/purposes";
import { myUses, type Uses } from "@/lib/processing/queries";
import { basisWords } from "@/lib/processing/words";
import { config } from "@/trust-center.config";
import { restrict } from "./actions";
import { Standing, SystemSelect, UseSection } from "./use-section";

export const metadata: Metadata = { title: "Uses of your data" };

export default async function UsesPage() {
  const ctx = await requireHolder();
  // Before it is shown: a browser's signal counts on the very page that says so.
  await signalHonoured(ctx);
  const [found, session] = [await myUses(ctx), await currentSession()];
  const zone = session?.person.timeZone ?? "UTC";
  const { uses, everyUse, systems }: Uses = found ?? { uses: [], everyUse: [], systems: [] };
  return (
    <>
      <PageHeader
        title="Uses of your data"
        lead={`The policy names six uses, and there are no others. ${config.company.productName} asks here before each; what you stop stops at once.`}
      />
      {everyUse.length > 0 ? (
        <div className="mb-8 space-y-4">
          {everyUse.map((record) => (
            <Standing key={record.id} record={record} zone={zone} about="every use" />
          ))}
        </div>
      ) : null}
      {uses.map((use) => (
        <UseSection key={use.purpose} use={use} systems={systems} zone={zone} />
      ))}
      <Section
        id="limit"
        title="Have it stored, not used"
        lead="A limit leaves your data where it is and stops its use, at once. A person looks at it, and before we ever end it we tell you why and when."
      >
        <ActionForm
          // The same form cannot be sent again once it is among the limits above.
          key={everyUse.length + uses.reduce((sum, { records }) => sum + records.length, 0)}
          action={restrict}
          className="max-w-[70ch] space-y-6"
        >
          <input type="hidden" name="idempotencyKey" value={newId()} />
          <FormSelect id="limit-purpose" name="purpose" label="What should stop">
            <option value="">Every use</option>
            {objectable.map((purpose) => (
              <option key={purpose} value={purpose}>
                {useWords[purpose].title}
              </option>
            ))}
          </FormSelect>
          <SystemSelect id="limit-system" systems={systems} />
          <fieldset className="space-y-2">
            <legend className="mb-2 font-medium">Because</legend>
            {Object.entries(basisWords).map(([key, { label, hint, source }], at) => (
              <label
                key={key}
                className="flex cursor-pointer gap-3 rounded-md border border-line p-3 hover:bg-sunken has-checked:border-accent"
              >
                <input
                  type="radio"
                  name="basis"
                  value={key}
                  defaultChecked={at === 0}
                  className="mt-1 size-5 shrink-0 accent-accent"
                />
                <span>
                  <span className="block font-medium">{label}</span>
                  <span className="text-sm text-muted">
                    {hint} {source}
                  </span>
                </span>
              </label>
            ))}
          </fieldset>
          <FormArea
            id="limit-message"
            name="message"
            label="In your own words"
            hint="You need not say more. It is encrypted with a key of your own."
            rows={3}
            maxLength={messageLimit}
          />
          <SubmitButton look="secondary">Limit it</SubmitButton>
        </ActionForm>
      </Section>
      <p className="max-w-[75ch] border-t border-line pt-6 text-muted">
        All of this is yours alone: a colleague decides about their own data, and nobody decides for you. What the law
        makes us send, such as notices of policy changes, still arrives. Every time a use was stopped stands on{" "}
        <Link href="/account/timeline" prefetch={false} className="link">
          your timeline
        </Link>
        .
      </p>
    </>
  );
}
