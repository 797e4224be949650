import type { Metadata } from "next";
import Link from "next/link";
import { CorrectForm } from "@/components/cases/correct-form";
import { FileField } from "@/components/cases/file-field";
import { OwnValues } from "@/components/cases/own-values";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { caseForSubject } from "@/lib/cases/queries";
import { ownFields } from "@/lib/correction/own-fields";
import { tickedFields } from "@/lib/correction/typed-form";
import { newId, parseReference } from "@/lib/ids";
import { log } from "@/lib/log";
import { propose } from "./actions";

export const metadata: Metadata = { title: "Correct your data" };

/** Values stand on this page alone, which nothing stores (S7); addresses of it hold keyed hashes. */
export default async function CorrectPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireHolder();
  const { f, case: asked } = await searchParams;
  const named = typeof asked === "string" ? parseReference(asked) : null;
  await requireStepUp(ctx, named ? `/account/correct?case=${named}` : "/account/correct");
  const frame = named ? await caseForSubject(ctx, named) : null;
  // A request in words that becomes one by value; any other is as good as none.
  const reference = frame?.kind === "correction" && !frame.closedAt ? frame.reference : null;
  const read = await ownFields(ctx).catch((error: unknown) => {
    log.error({ err: error }, "reading what may be corrected failed");
    return null;
  });
  const groups = read?.ok ? read.value : [];
  const fields = tickedFields(groups, f);

  if (fields.length > 0)
    return (
      <div className="max-w-2xl">
        <PageHeader
          title="How should it be?"
          lead={`You see both side by side before anything is sent.${reference ? ` It goes into your request ${reference}.` : ""}`}
        />
        <CorrectForm
          action={propose}
          fields={fields}
          start={
            <>
              <input type="hidden" name="idempotencyKey" value={newId()} />
              {reference ? <input type="hidden" name="reference" value={reference} /> : null}
            </>
          }
          extra={<FileField label="Files that show it (optional)" />}
        />
      </div>
    );
  return (
    <>
      <PageHeader
        title="Correct your data"
        lead={`This is what we hold as your own and can put right, as it stands now. Tick what is wrong.${reference ? ` It goes into your request ${reference}, whose time runs on.` : ""}`}
      />
      {read === null ? (
        <Callout look="warn" title="We cannot read it right now">
          <p>The platform did not answer. Reload the page in a minute, or ask in words below.</p>
        </Callout>
      ) : groups.length === 0 ? (
        <Empty>The platform holds nothing under your address that could be put right here.</Empty>
      ) : (
        <form method="get" action="/account/correct" className="pb-8">
          {reference ? <input type="hidden" name="case" value={reference} /> : null}
          <OwnValues groups={groups} address="/account/correct/address" />
          <button type="submit" className={buttonClass()}>
            Go on with what is ticked
          </button>
        </form>
      )}
      {reference ? null : (
        <Section
          title="Something else"
          lead="What others wrote, what happened when, and what is not your own alone is not on this list."
        >
          <Link href="/account/requests/new?kind=correction" prefetch={false} className={buttonClass("secondary")}>
            Say it in your own words
          </Link>
        </Section>
      )}
    </>
  );
}
