import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AskAgain } from "@/components/transfers/ask-again";
import { FactList } from "@/components/transfers/fact-list";
import { IncomingChip } from "@/components/transfers/transfer-chip";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { sizeInWords } from "@/lib/exports/size";
import { type IncomingView, myIncomingOne } from "@/lib/transfers/queries";
import { config } from "@/trust-center.config";
import { accept, decline } from "../../actions";

export const metadata: Metadata = { title: "Sent here for you" };

const number = new Intl.NumberFormat("en");

export default async function IncomingPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireHolder();
  const found = await myIncomingOne(ctx, (await params).id);
  if (!found) notFound();
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  const live = ["receiving", "checking", "importing"].includes(found.state);
  return (
    <div className="max-w-3xl">
      {live ? <AskAgain /> : null}
      <PageHeader
        title={`A package from ${found.senderName}`}
        lead="It lies encrypted and unused until you decide."
        actions={<IncomingChip state={found.state} />}
      />
      <FactList
        facts={[
          ["Sender, in their own words", found.senderName],
          ["Proved address", found.senderOrigin],
          ["Came in", <Time key="at" at={found.offeredAt} zone={zone} withTime />],
          ["Size", sizeInWords(found.bytes)],
          [
            "Deleted, unless you take it",
            found.state === "waiting" ? <Time key="end" at={found.expiresAt} zone={zone} withTime /> : null,
          ],
        ]}
      />
      <State incoming={found} />
      {found.contents.length > 0 ? (
        <Section title="What is in it" lead="Counted when it was checked: every file has the checksum its sender gave.">
          <Table
            caption="What is in the package"
            rows={found.contents}
            rowKey={({ label }) => label}
            columns={[
              { key: "label", head: "Data", cell: ({ label }) => <span className="font-medium">{label}</span> },
              {
                key: "rows",
                head: "Rows",
                numeric: true,
                cell: ({ rows }) => <span className="tabular">{number.format(rows)}</span>,
              },
              { key: "fate", head: "What happens to it", cell: (content) => <Fate {...content} /> },
            ]}
          />
        </Section>
      ) : null}
    </div>
  );
}

/** What becomes of one collection, and what of it is not taken over, with the reason. */
function Fate({ skipped, left }: Pick<IncomingView["contents"][number], "skipped" | "left">) {
  if (skipped) return <span className="text-muted">Not taken over. {skipped}</span>;
  if (left.length === 0) return "Taken over";
  return (
    <>
      Taken over, but for:
      <ul className="mt-1 space-y-1 text-sm text-muted">
        {left.map(({ what, why }) => (
          <li key={what}>
            {what}: {why}
          </li>
        ))}
      </ul>
    </>
  );
}

function State({ incoming }: { incoming: IncomingView }) {
  const { scope, state, rows, rowsImported, failure } = incoming;
  switch (state) {
    case "waiting":
      return (
        <div className="mb-8 rounded-md border border-line bg-raised p-5">
          <p className="mb-4 max-w-[60ch]">
            {scope === "company" ? (
              <>
                Take it over, and {number.format(rows)} rows become your company's account in{" "}
                {config.company.productName}, all of them or none. Nothing that is here already is changed. Your
                colleagues confirm their addresses when they first sign in.
              </>
            ) : (
              <>
                Take it over, and up to {number.format(rows)} rows of your own are added to the account that you have in{" "}
                {config.company.productName}. Nothing that is here already is changed. Whoever owns the company that you
                are in here may see them, as everything of it.
              </>
            )}
          </p>
          <div className="flex flex-wrap gap-3">
            <ActionForm action={accept}>
              <input type="hidden" name="incomingId" value={incoming.id} />
              <SubmitButton>Take it over</SubmitButton>
            </ActionForm>
            <ActionForm action={decline}>
              <input type="hidden" name="incomingId" value={incoming.id} />
              <SubmitButton look="secondary">Decline and delete it</SubmitButton>
            </ActionForm>
          </div>
        </div>
      );
    case "imported":
      return (
        <Callout look="ok" title="It is yours here now">
          <p>
            {number.format(rowsImported ?? 0)} rows were taken over.{" "}
            <Link href="/account" prefetch={false} className="link">
              See what we hold
            </Link>
          </p>
        </Callout>
      );
    case "not-imported":
      return (
        <Callout look="bad" title="It was not taken over">
          <p>
            It was not put in: {failure}. What was sent has been deleted here. Once that is settled, have it sent again.
          </p>
        </Callout>
      );
    case "refused":
      return (
        <Callout look="bad" title="It did not arrive whole">
          <p>What came is not what its sender announced, so it was deleted. The sender was told.</p>
        </Callout>
      );
    case "declined":
    case "withdrawn":
    case "expired":
      return (
        <Callout title="It is gone">
          <p>
            {state === "declined" ? "You declined it. " : state === "withdrawn" ? "Its sender took it back. " : ""}
            Nothing of it is kept here.
          </p>
        </Callout>
      );
    default:
      return (
        <Callout title={state === "importing" ? "It is being put in" : "It is on its way"}>
          <p>You can leave this page: the work goes on, and we write to you.</p>
        </Callout>
      );
  }
}
