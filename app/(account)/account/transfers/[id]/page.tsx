import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AskAgain } from "@/components/transfers/ask-again";
import { FactList } from "@/components/transfers/fact-list";
import { TransferChip } from "@/components/transfers/transfer-chip";
import { TransferProgress } from "@/components/transfers/transfer-progress";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { myTransfer, type TransferView } from "@/lib/transfers/queries";
import { revoke } from "../actions";

export const metadata: Metadata = { title: "Transfer" };

export default async function TransferPage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireHolder();
  const found = await myTransfer(ctx, (await params).id);
  if (!found) notFound();
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  const moving = ["preparing", "sending", "checking"].includes(found.state) && !found.waitsUntil;
  const answerOwed = found.state === "revoked" && found.bytesSent > 0 && found.recall === null;
  const live = moving || answerOwed;
  return (
    <div className="max-w-3xl">
      {live ? <AskAgain /> : null}
      <PageHeader
        title={`${found.scope === "company" ? "Your company's data" : "Your data"} to ${found.name}`}
        lead={
          <>
            Request{" "}
            <Link href={`/account/requests/${found.reference}`} prefetch={false} className="link">
              {found.reference}
            </Link>
            , asked for <Time at={found.requestedAt} zone={zone} withTime />
          </>
        }
        actions={<TransferChip state={found.state} />}
      />
      <State transfer={found} zone={zone} />
      <Section title="To whom">
        <FactList
          facts={[
            ["Name", found.name],
            ["Address", found.origin],
            ["Contact", found.contact],
          ]}
        />
      </Section>
      {found.acknowledgement ? (
        <Section title="Their signed word" lead="Signed with the key you were shown; keep it if you need to prove it.">
          <pre className="overflow-x-auto rounded-md border border-line bg-sunken p-3 text-sm break-all whitespace-pre-wrap">
            {found.acknowledgement}
          </pre>
        </Section>
      ) : null}
    </div>
  );
}

function State({ transfer, zone }: { transfer: TransferView; zone: string }) {
  const { state, name, failure, endedAt, waitsUntil } = transfer;
  if (state === "revoked") return <TakenBack transfer={transfer} zone={zone} />;
  if (state === "failed")
    return (
      <Callout look="bad" title="It could not be sent">
        <p>
          We gave up because {failure}. If parts of it had arrived, we ask {name} to delete them.{" "}
          {transfer.recall ? <RecallWords transfer={transfer} /> : null}
        </p>
        <p>
          <Link href={`/account/packages/${transfer.packageId}`} prefetch={false} className="link">
            Download the same package
          </Link>{" "}
          and hand it over yourself, or{" "}
          <Link href="/account/transfers/new" prefetch={false} className="link">
            have it sent to somebody else
          </Link>
          .
        </p>
      </Callout>
    );
  return (
    <div className="mb-8 space-y-6">
      {waitsUntil ? (
        <Callout look="warn" title="It waits, for your safety">
          <p>
            It was asked for from a new address or device, so nothing is read or sent before{" "}
            <Time at={waitsUntil} zone={zone} withTime />. Was it not you? Stop it here, or with the link in the mail.
          </p>
        </Callout>
      ) : null}
      {state === "arrived" && endedAt ? (
        <Callout look="ok" title="Everything arrived">
          <p>
            {name} checked every file and signed for it on <Time at={endedAt} zone={zone} withTime />. Sign in there
            with the same address to take it over.
          </p>
        </Callout>
      ) : null}
      {state === "retrying" ? (
        <Callout look="warn" title="Held up for the moment">
          <p>
            The last try did not get through: {failure}. We try again by ourselves for some days; what arrived is not
            sent twice.
          </p>
        </Callout>
      ) : null}
      <TransferProgress transfer={transfer} />
      <ActionForm action={revoke}>
        <input type="hidden" name="transferId" value={transfer.id} />
        <SubmitButton look="secondary">Take it back</SubmitButton>
        <p className="text-sm text-muted">
          {state === "arrived"
            ? `We tell ${name} to delete what arrived, and show you the answer here.`
            : `Sending stops, and ${name} is told to delete what it has.`}
        </p>
      </ActionForm>
    </div>
  );
}

function TakenBack({ transfer, zone }: { transfer: TransferView; zone: string }) {
  const { endedAt, recall, bytesSent, name } = transfer;
  return (
    <div className="mb-8">
      <Callout title="You took it back">
        <p>
          {endedAt ? (
            <>
              Since <Time at={endedAt} zone={zone} withTime /> nothing more is sent.{" "}
            </>
          ) : null}
          {recall ? (
            <RecallWords transfer={transfer} />
          ) : bytesSent > 0 ? (
            `We are telling ${name} to delete what arrived; the answer appears here.`
          ) : (
            "Nothing had arrived there."
          )}
        </p>
      </Callout>
    </div>
  );
}

function RecallWords({ transfer: { recall, name } }: { transfer: TransferView }) {
  if (recall === "deleted") return <>{name} answered that it deleted what it had.</>;
  if (recall === "taken-over")
    return <>{name} answered that the data was taken over there already; ask for its deletion there.</>;
  if (recall === "unknown") return <>{name} answered that it never had anything of it.</>;
  return <>{name} does not answer there any more.</>;
}
