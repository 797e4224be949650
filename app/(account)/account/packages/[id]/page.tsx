import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { LiveProgress } from "@/components/exports/live-progress";
import { PackageChip } from "@/components/exports/package-chip";
import { PartList } from "@/components/exports/part-list";
import { Callout } from "@/components/ui/callout";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { PageHeader, Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import { currentSession } from "@/lib/auth/current";
import { requireHolder } from "@/lib/auth/require";
import { isSteppedUp } from "@/lib/context";
import { type PackageDetail, packageDetail } from "@/lib/exports/queries";
import { sizeInWords } from "@/lib/exports/size";
import { config } from "@/trust-center.config";
import { confirm, reissue, stop } from "../actions";

export const metadata: Metadata = { title: "Package" };

export default async function PackagePage({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireHolder();
  const found = await packageDetail(ctx, (await params).id);
  if (!found.ok) notFound();
  const pack = found.value;
  const zone = (await currentSession())?.person.timeZone ?? "UTC";
  const live = ["queued", "writing", "retrying"].includes(pack.state);
  return (
    <>
      {/* Without JavaScript the page asks for itself again; with it LiveProgress does. */}
      {live ? (
        <noscript>
          <meta httpEquiv="refresh" content="3" />
        </noscript>
      ) : null}
      <PageHeader
        title={pack.scope === "company" ? "Copy of your company's data" : "Copy of your data"}
        lead={
          <>
            Request{" "}
            <Link href={`/account/requests/${pack.reference}`} prefetch={false} className="link">
              {pack.reference}
            </Link>
            , asked for <Time at={pack.requestedAt} zone={zone} withTime />
          </>
        }
        actions={<PackageChip state={pack.state} />}
      />
      <State pack={pack} zone={zone} confirmed={isSteppedUp(ctx.actor, Temporal.Now.instant())} />
    </>
  );
}

type Props = { pack: PackageDetail; zone: string; confirmed: boolean };

function State(props: Props) {
  const { pack, zone } = props;
  switch (pack.state) {
    case "waiting":
      return (
        <Callout look="warn" title="It waits, for your safety">
          <p>
            It was asked for from a new address or device, so nothing is read before{" "}
            {pack.notBefore ? <Time at={pack.notBefore} zone={zone} withTime /> : null}. Was it not you? Stop it here,
            or with the link in the mail we sent.
          </p>
          <StopForm packageId={pack.packageId} />
        </Callout>
      );
    case "queued":
    case "writing":
    case "retrying":
      return <Writing pack={pack} />;
    case "checking":
      return (
        <div className="space-y-6">
          <Callout title="It is being checked">
            <p>
              Your package is written. Before it is handed out, two people of our team make sure that it may go out as
              it is and holds nothing about others. Your deadline is unchanged, and we write to you when it is ready.
            </p>
          </Callout>
          <StopForm packageId={pack.packageId} />
        </div>
      );
    case "ready":
      return <Ready {...props} />;
    case "expired":
      return (
        <Again pack={pack} title="This package has been deleted">
          <p>
            It was kept until {pack.expiresAt ? <Time at={pack.expiresAt} zone={zone} withTime /> : "its end"}, as
            announced. Have it made again, with the data of now, at no cost.
          </p>
        </Again>
      );
    case "failed":
      return (
        <Again pack={pack} title="This package could not be written">
          <Failure failure={pack.failure} />
          <p>
            Nothing incomplete was kept. Your request stays open, its deadline is unchanged, and our staff see it. You
            can have it tried again now.
          </p>
        </Again>
      );
    case "stopped":
      return (
        <Callout title="You stopped it">
          <p>
            Nothing was handed out, and what had been written was removed. If you did not ask for it, look at{" "}
            <Link href="/account/sessions" className="link">
              your sessions
            </Link>{" "}
            and end the ones you do not know.
          </p>
        </Callout>
      );
  }
}

function Writing({ pack }: { pack: PackageDetail }) {
  return (
    <div className="space-y-6">
      {pack.failure ? (
        <Callout look="warn" title="Held up for the moment">
          <Failure failure={pack.failure} />
          <p>We try again by ourselves; there is nothing for you to do.</p>
        </Callout>
      ) : null}
      <LiveProgress packageId={pack.packageId} initial={pack.progress} />
      <p className="max-w-[70ch] text-muted">
        You can leave this page: the work goes on, and we write to you when it is ready.{" "}
        <noscript>
          This page asks for news every three seconds, or{" "}
          <a href={`/account/packages/${pack.packageId}`} className="link">
            look now
          </a>
          .
        </noscript>
      </p>
      <StopForm packageId={pack.packageId} />
    </div>
  );
}

function Ready({ pack, zone, confirmed }: Props) {
  const facts: [string, React.ReactNode][] = [
    ["Size", sizeInWords(pack.bytes ?? 0)],
    ["Rows", new Intl.NumberFormat("en").format(pack.rows ?? 0)],
    ["Collections", pack.progress.total],
    [
      "Deleted",
      pack.expiresAt ? (
        <>
          {formatDistance(pack.expiresAt, new Date().toISOString())}, on{" "}
          <Time at={pack.expiresAt} zone={zone} withTime />
        </>
      ) : null,
    ],
  ];
  return (
    <>
      <dl className="mb-8 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
        {facts.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-muted">{label}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      {confirmed ? (
        <PartList packageId={pack.packageId} parts={pack.parts} />
      ) : (
        <ActionForm action={confirm} className="rounded-md border border-line bg-raised p-5">
          <input type="hidden" name="packageId" value={pack.packageId} />
          <p className="mb-4 max-w-[60ch]">
            Downloading asks you to confirm that it is you, even though you are signed in. It holds for{" "}
            {config.signIn.stepUpMinutes} minutes.
          </p>
          <SubmitButton>Confirm and download</SubmitButton>
        </ActionForm>
      )}
      <div className="mt-4">
        <Section title="What is in it">
          <ul className="max-w-[70ch] list-disc space-y-1 pl-5">
            <li>
              <code className="font-mono text-sm">index.html</code> shows everything in a browser, offline. Start there.
            </li>
            <li>
              Each collection as CSV for spreadsheets and as JSON for machines, with a description of every field.
            </li>
            <li>What the data is used for, who receives it, how long it is kept, and what was left out and why.</li>
            <li>
              <code className="font-mono text-sm">datapackage.json</code> lists every file with its checksum.
              {pack.sha256 ? (
                <>
                  {" "}
                  Its own SHA-256: <code className="font-mono text-sm break-all">{pack.sha256}</code>
                </>
              ) : null}
            </li>
          </ul>
        </Section>
      </div>
    </>
  );
}

function Failure({ failure }: { failure: PackageDetail["failure"] }) {
  if (!failure) return <p>Something went wrong on our side.</p>;
  if (failure.kind === "disk-full") return <p>Our storage is full. Nothing half-written is kept.</p>;
  if (failure.kind === "not-owner") return <p>You do not own that company account on the platform any more.</p>;
  if (failure.kind === "key-destroyed")
    return <p>Your key was destroyed at your request; nothing can be stored for you.</p>;
  return (
    <p>
      This could not be read: <strong>{failure.what}</strong>. We do not hand out a copy with something missing.
    </p>
  );
}

function Again({ pack, title, children }: { pack: PackageDetail; title: string; children: React.ReactNode }) {
  return (
    <Callout look={pack.state === "failed" ? "bad" : "info"} title={title}>
      {children}
      {pack.replacedBy ? (
        <p>
          <Link href={`/account/packages/${pack.replacedBy}`} prefetch={false} className="link">
            It was asked for again: go to the newer one
          </Link>
        </p>
      ) : (
        <ActionForm action={reissue} className="pt-2">
          <input type="hidden" name="packageId" value={pack.packageId} />
          <SubmitButton>Make it again</SubmitButton>
        </ActionForm>
      )}
    </Callout>
  );
}

function StopForm({ packageId }: { packageId: string }) {
  return (
    <ActionForm action={stop} className="pt-2">
      <input type="hidden" name="packageId" value={packageId} />
      <SubmitButton look="secondary">Stop it</SubmitButton>
    </ActionForm>
  );
}
