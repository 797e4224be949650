import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import type { ReactNode } from "react";
import { z } from "zod";
import { EstimateLine } from "@/components/exports/estimate-line";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, FormArea, SubmitButton } from "@/components/ui/form";
import { PageHeader } from "@/components/ui/page";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { messageLimit } from "@/lib/cases/message-text";
import { mySubject } from "@/lib/cases/queries";
import { kindWords } from "@/lib/cases/words";
import { estimatePackage } from "@/lib/exports/estimate";
import { newId } from "@/lib/ids";
import { config } from "@/trust-center.config";
import { askForData, askInWords } from "./actions";

export const metadata: Metadata = { title: "New request" };

const kinds = z.enum(["access", "portability", "correction"]);
/** Asked for among the uses of one's data, where it also stops them. */
const atUses = z.enum(["objection", "restriction"]);

const leads: Record<z.infer<typeof kinds>, string> = {
  access: "One file with everything we hold about you, readable by people and by machines.",
  portability: "Your data in open formats (JSON Lines and CSV with schemas) that another service can take in.",
  correction: "Say what is wrong or missing and how it should be. A person checks it and puts it right.",
};

const hints = {
  correction: "For example: my phone number is wrong, it should end in 47.",
};

export default async function NewRequestPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const asked = (await searchParams).kind;
  if (atUses.safeParse(asked).success) redirect("/account/uses");
  const parsed = kinds.safeParse(asked);
  if (!parsed.success) notFound();
  const kind = parsed.data;
  const ctx = await requireHolder();
  const data = kind === "access" || kind === "portability";
  // Before the form, so that nothing is typed or chosen twice.
  if (data) await requireStepUp(ctx, `/account/requests/new?kind=${kind}`);
  const subject = await mySubject(ctx);
  const reach = subject?.platformUserId ? { ...subject, platformUserId: subject.platformUserId } : null;
  const person = data && reach ? await estimatePackage(reach, "person") : null;
  const company = data && reach && subject?.ownsCompany ? await estimatePackage(reach, "company") : null;

  return (
    <div className="max-w-2xl">
      <PageHeader title={kindWords[kind].title} lead={leads[kind]} />
      {kind === "correction" ? <PickInstead /> : null}
      {kind === "portability" ? (
        <p className="mb-6">
          We can also{" "}
          <Link href="/account/transfers/new" prefetch={false} className="link">
            send it straight to another provider
          </Link>
          .
        </p>
      ) : null}
      {data ? (
        <ActionForm action={askForData} className="space-y-6">
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="idempotencyKey" value={newId()} />
          {subject?.ownsCompany ? (
            <fieldset className="space-y-2">
              <legend className="mb-2 font-medium">Whose data?</legend>
              <Choice
                value="person"
                title="Mine"
                text={
                  <>
                    What is held about you as a person. <EstimateLine estimate={person} />
                  </>
                }
                checked
              />
              <Choice
                value="company"
                title="The whole company account"
                text={
                  <>
                    Everything your company stored, other people's included. <EstimateLine estimate={company} />
                  </>
                }
              />
            </fieldset>
          ) : (
            <>
              <input type="hidden" name="scope" value="person" />
              <p>
                {reach ? (
                  <EstimateLine estimate={person} />
                ) : (
                  "The platform knows nobody by your address: the file will say so."
                )}
              </p>
            </>
          )}
          <ul className="list-disc space-y-1 pl-5 text-muted">
            <li>Most packages are ready within minutes. We write to you, and this site shows the progress.</li>
            <li>The file is kept for {config.packages.keepDays} days; after that you can ask again at no cost.</li>
            <li>Only you can open it: a download asks you to confirm that it is you.</li>
          </ul>
          <SubmitButton>{kindWords[kind].button}</SubmitButton>
        </ActionForm>
      ) : (
        <ActionForm action={askInWords} className="space-y-6">
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="idempotencyKey" value={newId()} />
          <FormArea
            id="message"
            label="In your own words"
            hint={hints[kind as keyof typeof hints]}
            required
            maxLength={messageLimit}
          />
          <p className="text-muted">
            A person of our privacy team replies within {config.clocks.replyHours} hours, weekends included. What you
            write is encrypted with a key of your own.
          </p>
          <SubmitButton>{kindWords[kind].button}</SubmitButton>
        </ActionForm>
      )}
      <p className="mt-8 text-sm text-muted">
        Not what you meant?{" "}
        <Link href="/account" prefetch={false} className="link">
          All your choices
        </Link>
      </p>
    </div>
  );
}

/** The nearer way where the platform holds it as theirs: old and new side by side, and the engine does the rest. */
function PickInstead() {
  return (
    <section className="mb-8 space-y-3 rounded-md border border-line bg-raised p-4">
      <h2 className="text-lg">See what we hold and correct it there</h2>
      <p className="text-muted">Your name, telephone, address and what else is your own, as it stands now.</p>
      <Link href="/account/correct" prefetch={false} className={buttonClass("secondary")}>
        Pick what is wrong
      </Link>
    </section>
  );
}

function Choice({ value, title, text, checked }: { value: string; title: string; text: ReactNode; checked?: boolean }) {
  return (
    <label className="flex cursor-pointer gap-3 rounded-md border border-line p-3 hover:bg-sunken has-checked:border-accent">
      <input type="radio" name="scope" value={value} defaultChecked={checked} className="mt-1 size-5 accent-accent" />
      <span>
        <span className="block font-medium">{title}</span>
        <span className="text-sm text-muted">{text}</span>
      </span>
    </label>
  );
}
