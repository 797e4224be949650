import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { CorrectForm } from "@/components/cases/correct-form";
import { OwnValues } from "@/components/cases/own-values";
import { CaseTarget } from "@/components/desk/case-target";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Empty, PageHeader } from "@/components/ui/page";
import { requireStaff, requireStepUp } from "@/lib/auth/require";
import type { OwnGroup } from "@/lib/correction/own-fields";
import { tickedFields } from "@/lib/correction/typed-form";
import { valuesForStaff } from "@/lib/correction/values-for-staff";
import { sentences } from "@/lib/errors";
import { log } from "@/lib/log";
import { propose } from "./actions";

export const metadata: Metadata = { title: "Put right for a person" };

/** A correction that came in words, made one by value for its person. Values stand on this page alone, and looking is on record. */
export default async function CorrectForPerson({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, unknown>>;
}) {
  const ctx = await requireStaff("agent", "officer");
  const { id } = await params;
  if (!z.uuid().safeParse(id).success) notFound();
  const address = `/admin/cases/${id}/correct`;
  await requireStepUp(ctx, address);
  const read = await valuesForStaff(ctx, { caseId: id }).catch((error: unknown) => {
    log.error({ err: error }, "reading what may be corrected failed");
    return null;
  });
  if (read?.ok === false && read.reason === "not-found") notFound();
  const seen: { groups: OwnGroup[]; reference: string; revision: number } = read?.ok
    ? read.value
    : { groups: [], reference: "the case", revision: 0 };
  const { groups, reference, revision } = seen;
  const { f } = await searchParams;
  const fields = tickedFields(groups, f);
  return (
    <div className="max-w-3xl">
      <p className="mb-4">
        <Link href={`/admin/cases/${id}`} className="link">
          Back to {reference}
        </Link>
      </p>
      <PageHeader
        title={fields.length > 0 ? "How should it be?" : "Put right for the person"}
        lead={
          fields.length > 0
            ? "Old and new stand side by side before anything is sent."
            : "What is held as their own, as it stands now. That you looked is in the log, and they get a receipt of it. Tick what they say is wrong."
        }
      />
      {read === null ? (
        <Callout look="warn" title="It cannot be read right now">
          <p>The platform did not answer. Reload the page in a minute.</p>
        </Callout>
      ) : !read.ok ? (
        <Callout look="warn" title="Not now">
          <p>{sentences[read.reason]}</p>
        </Callout>
      ) : fields.length > 0 ? (
        <CorrectForm action={propose} fields={fields} staff start={<CaseTarget caseId={id} revision={revision} />} />
      ) : groups.length === 0 ? (
        <Empty>The platform holds nothing of theirs that could be put right here.</Empty>
      ) : (
        <form method="get" action={address} className="pb-8">
          <OwnValues groups={groups} address={null} />
          <button type="submit" className={buttonClass()}>
            Go on with what is ticked
          </button>
        </form>
      )}
    </div>
  );
}
