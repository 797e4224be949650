import type { Metadata } from "next";
import Link from "next/link";
import { CorrectForm } from "@/components/cases/correct-form";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { requireHolder, requireStepUp } from "@/lib/auth/require";
import { type OwnField, type OwnGroup, ownFields } from "@/lib/correction/own-fields";
import { mostItems } from "@/lib/correction/review-items";
import { categoryWords } from "@/lib/data-map/category-words";
import { newId } from "@/lib/ids";
import { log } from "@/lib/log";
import { propose } from "./actions";

export const metadata: Metadata = { title: "Correct your data" };

/** Values stand on this page alone, which nothing stores (S7); addresses of it hold keyed hashes. */
export default async function CorrectPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const ctx = await requireHolder();
  await requireStepUp(ctx, "/account/correct");
  const read = await ownFields(ctx).catch((error: unknown) => {
    log.error({ err: error }, "reading what may be corrected failed");
    return null;
  });
  const groups = read?.ok ? read.value : [];
  const { f } = await searchParams;
  const chosen = new Set([f].flat().filter((one) => typeof one === "string"));
  const fields = groups
    .flatMap(({ records }) => records)
    .flatMap((record) => record.fields.map((field) => ({ ...field, record: record.label })))
    .filter(({ handle, by }) => chosen.has(handle) && by !== "address")
    .slice(0, mostItems);

  if (fields.length > 0)
    return (
      <div className="max-w-2xl">
        <PageHeader title="How should it be?" lead="You see both side by side before anything is sent." />
        <CorrectForm action={propose} fields={fields} idempotencyKey={newId()} />
      </div>
    );
  return (
    <>
      <PageHeader
        title="Correct your data"
        lead="This is what we hold as your own and can put right, as it stands now. Tick what is wrong."
      />
      {read === null ? (
        <Callout look="warn" title="We cannot read it right now">
          <p>The platform did not answer. Reload the page in a minute, or ask in words below.</p>
        </Callout>
      ) : groups.length === 0 ? (
        <Empty>The platform holds nothing under your address that could be put right here.</Empty>
      ) : (
        <form method="get" action="/account/correct" className="pb-8">
          {groups.map((group) => (
            <Group key={group.category} group={group} />
          ))}
          <button type="submit" className={buttonClass()}>
            Go on with what is ticked
          </button>
        </form>
      )}
      <Section
        title="Something else"
        lead="What others wrote, what happened when, and what belongs to your company is not on this list."
      >
        <Link href="/account/requests/new?kind=correction" prefetch={false} className={buttonClass("secondary")}>
          Say it in your own words
        </Link>
      </Section>
    </>
  );
}

function Group({ group: { category, records } }: { group: OwnGroup }) {
  return (
    <Section title={categoryWords[category].label} lead={categoryWords[category].what}>
      <div className="space-y-6">
        {records.map((record) => (
          <fieldset key={record.fields[0]?.handle} className="min-w-0">
            <legend className="mb-2 font-medium">{record.label}</legend>
            <ul className="divide-y divide-line border-y border-line">
              {record.fields.map((field) => (
                <li key={field.handle}>
                  <Choice field={field} />
                </li>
              ))}
            </ul>
          </fieldset>
        ))}
      </div>
    </Section>
  );
}

const hows = {
  rule: "Put right at once.",
  staff: "A person looks at it first.",
  address: "With a link to the new address and a day to stop it.",
};

function Choice({ field: { handle, label, value, by } }: { field: OwnField }) {
  const words = (
    <span className="grid min-w-0 grow gap-x-6 sm:grid-cols-[12rem_minmax(0,1fr)]">
      <span className="text-muted">{label}</span>
      <span className="min-w-0">
        <span className="block whitespace-pre-wrap [overflow-wrap:anywhere]">
          {value === null || value === "" ? <em className="text-muted">nothing</em> : value}
        </span>
        <span className="block text-sm text-muted">{hows[by]}</span>
      </span>
    </span>
  );
  if (by === "address")
    return (
      <div className="flex flex-wrap items-start gap-3 py-3">
        {words}
        <Link href="/account/correct/address" prefetch={false} className="link">
          Change the address
        </Link>
      </div>
    );
  return (
    <label className="flex cursor-pointer items-start gap-3 py-3 hover:bg-sunken">
      <input type="checkbox" name="f" value={handle} className="mt-1 size-5 shrink-0 accent-accent" />
      {words}
    </label>
  );
}
