import type { Metadata } from "next";
import Link from "next/link";
import { Blockers } from "@/components/cases/blockers";
import { PreviewTable } from "@/components/cases/preview-table";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { previewDeletion } from "@/lib/cases/preview-deletion";
import { myDeletion, myDeletionDone, mySubject } from "@/lib/cases/queries";
import { log } from "@/lib/log";
import { config } from "@/trust-center.config";
import { HoldsOnMe } from "../holds-on-me";
import { plan } from "./actions";

import { DeletionBanner } from "./deletion-banner";

export const metadata: Metadata = { title: "Deletion" };

export default async function DeletionPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireHolder();
  const [subject, open] = await Promise.all([mySubject(ctx), myDeletion(ctx)]);
  if (!subject) return null;
  const zone = subject.timeZone;

  if (open) {
    return (
      <>
        <PageHeader
          title="Deletion"
          lead={
            <>
              Request <span className="font-mono">{open.reference}</span>
            </>
          }
        />
        <DeletionBanner reference={open.reference} deletion={open.deletion} zone={zone} />
        <HoldsOnMe ctx={ctx} zone={zone} />
        <p className="mt-6 mb-8 flex flex-wrap gap-3">
          {open.deletion.begunAt ? null : (
            <Link href="/account/requests/new?kind=access" prefetch={false} className={buttonClass("secondary")}>
              Get a copy first
            </Link>
          )}
          <Link href={`/account/requests/${open.reference}`} prefetch={false} className={buttonClass("secondary")}>
            {open.deletion.carriedOutAt ? "What was deleted" : "Timeline and messages"}
          </Link>
        </p>
        {open.deletion.begunAt || open.deletion.decidedAt ? null : <Blockers preview={open.preview} isAsked />}
        {open.preview.items.length > 0 && !open.deletion.carriedOutAt && !open.deletion.decidedAt ? (
          <Section title="What will happen" lead="As counted when you asked for it.">
            <PreviewTable items={open.preview.items} />
          </Section>
        ) : null}
      </>
    );
  }

  const scope = subject.ownsCompany && (await searchParams).scope === "company" ? "company" : "person";
  await requireStepUp(ctx, scope === "company" ? "/account/deletion?scope=company" : "/account/deletion");
  const [preview, done] = await Promise.all([
    previewDeletion(ctx, subject, scope).catch((error: unknown) => {
      log.error({ err: error }, "the preview of a deletion failed");
      return null;
    }),
    myDeletionDone(ctx),
  ]);

  return (
    <>
      <PageHeader
        title={scope === "company" ? "Delete the company account" : "Delete your data"}
        lead={`${scope === "company" ? "This ends the account of everybody in your company, and we tell its other owners. " : ""}See what would happen, then decide. Nothing is deleted for ${config.deletion.graceDays} days, and one click cancels it.`}
      />
      {subject.ownsCompany ? (
        <nav aria-label="Whose data" className="mb-8 flex flex-wrap gap-2">
          {(["person", "company"] as const).map((one) => (
            <Link
              key={one}
              href={one === "company" ? "/account/deletion?scope=company" : "/account/deletion"}
              prefetch={false}
              aria-current={one === scope ? "page" : undefined}
              className={buttonClass("secondary", "aria-[current=page]:border-accent aria-[current=page]:text-accent")}
            >
              {one === "company" ? "The whole company account" : "Only my data"}
            </Link>
          ))}
        </nav>
      ) : null}

      {done ? (
        <Callout look="ok" title="Your deletion was carried out">
          <p>
            It was done on <Time at={done.carriedOutAt} zone={zone} />. What is listed here now had to stay, or came
            since.{" "}
            <Link href={`/account/requests/${done.reference}`} prefetch={false} className="link">
              What was deleted
            </Link>
          </p>
        </Callout>
      ) : null}
      {preview === null ? (
        <Callout look="warn" title="We cannot count right now">
          <p>The platform did not answer, so we cannot show what would be deleted. Reload the page in a minute.</p>
        </Callout>
      ) : preview.blockers.includes("not-owner") ? (
        <Blockers preview={preview} canAsk={false} />
      ) : (
        <>
          <Blockers preview={preview} />
          <HoldsOnMe ctx={ctx} zone={zone} />
          <Section title="What will happen" lead="Counted just now in our systems, by the rules of our policy.">
            {preview.items.length > 0 ? (
              <PreviewTable items={preview.items} />
            ) : (
              <p className="max-w-[70ch]">
                {config.company.productName} holds nothing about {subject.email}. What would be deleted are your
                sign-ins and requests here.
              </p>
            )}
          </Section>
          <Section title="Take a copy first?" lead="Once deleted, nobody can bring it back, we included.">
            <Link href="/account/requests/new?kind=access" prefetch={false} className={buttonClass("secondary")}>
              Get a copy first
            </Link>
          </Section>
          <Section title="Confirm">
            <ol className="mb-6 max-w-[70ch] list-decimal space-y-1 pl-5 text-muted">
              <li>You confirm below. We mail you a link that cancels it with one click.</li>
              <li>For {config.deletion.graceDays} days nothing happens. You see the countdown here.</li>
              <li>
                After that the deletion is carried out and can no longer be cancelled. You see what was deleted, and get
                a mail when all is done.
              </li>
            </ol>
            <ActionForm action={plan} className="max-w-md space-y-4">
              <input type="hidden" name="scope" value={scope} />
              <FormText
                id="confirmation"
                label="Type your address to confirm"
                hint={subject.email}
                type="text"
                inputMode="email"
                autoComplete="off"
                autoCapitalize="off"
                spellCheck={false}
                required
                maxLength={320}
              />
              <SubmitButton look="danger">
                {scope === "company" ? "Plan the deletion of the company account" : "Plan the deletion"}
              </SubmitButton>
            </ActionForm>
          </Section>
        </>
      )}
    </>
  );
}
