import type { Metadata } from "next";
import Link from "next/link";
import { StateChip } from "@/components/policy/state-chip";
import { Empty, PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { visitorCtx } from "@/lib/context";
import { env } from "@/lib/env";
import { type VersionHead, versions } from "@/lib/policy/queries";

export function generateMetadata(): Metadata {
  const feed = (name: string) => `${env().APP_URL}/privacy/${name}`;
  return {
    title: "Policy versions and changes",
    alternates: { types: { "application/atom+xml": feed("feed.xml"), "application/feed+json": feed("feed.json") } },
  };
}

export default async function Versions() {
  const all = await versions(visitorCtx());
  return (
    <>
      <PageHeader
        title="Versions and changes"
        lead="Every text that was ever announced stays here, unchanged, with its hash. Compare any version with the one before it."
      />
      {all.length === 0 ? (
        <Empty>No version has been announced yet.</Empty>
      ) : (
        <ol className="border-t border-line">
          {all.map((version, index) => (
            <Entry key={version.id} version={version} before={all.slice(index + 1).find((one) => !one.withdrawnAt)} />
          ))}
        </ol>
      )}
      <p className="mt-6 max-w-[75ch] text-muted">
        Follow changes without an account:{" "}
        <Link href="/privacy/subscribe" prefetch={false} className="link">
          by mail
        </Link>
        , <PlainLink href="/privacy/feed.xml">Atom feed</PlainLink> or{" "}
        <PlainLink href="/privacy/feed.json">JSON feed</PlainLink>. The version in force as{" "}
        <PlainLink href="/privacy.md">Markdown</PlainLink> and <PlainLink href="/privacy.json">JSON</PlainLink>.
      </p>
      {all.length > 2 ? <CompareForm numbers={all.map(({ number }) => number)} /> : null}
    </>
  );
}

/** To a file, which the router has no page for. */
const PlainLink = ({ href, children }: { href: string; children: string }) => (
  <a href={href} className="link">
    {children}
  </a>
);

function Entry({ version, before }: { version: VersionHead; before: VersionHead | undefined }) {
  const { number, state, announcedAt, effectiveAt, withdrawnAt } = version;
  return (
    <li className="grid gap-x-8 gap-y-3 border-b border-line py-6 md:grid-cols-[11rem_minmax(0,1fr)]">
      <div className="space-y-2">
        <h2 className="text-lg">
          <Link href={`/privacy/versions/${number}`} prefetch={false} className="link">
            Version {number}
          </Link>
        </h2>
        <StateChip state={state} />
        {version.kind === "technical" ? <p className="text-sm text-muted">Technical upgrade</p> : null}
      </div>
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 gap-y-1">
        <dt className="text-muted">Last updated</dt>
        <dd>{announcedAt ? <Time at={announcedAt.toString()} /> : "not published"}</dd>
        <dt className="text-muted">{state === "announced" ? "Takes effect" : "In effect from"}</dt>
        <dd>{effectiveAt ? <Time at={effectiveAt.toString()} withTime={state === "announced"} /> : "not decided"}</dd>
        {withdrawnAt ? (
          <>
            <dt className="text-muted">Withdrawn</dt>
            <dd>
              <Time at={withdrawnAt.toString()} />, before it took effect. {version.withdrawnReason}
            </dd>
          </>
        ) : null}
        <dt className="text-muted">SHA-256</dt>
        <dd>
          <code className="font-mono text-sm break-all">{version.sha256}</code>
        </dd>
      </dl>
      <p className="md:col-start-2">
        {before ? (
          <>
            {version.kind === "technical" ? "Another rendering of the same words; nobody had to be told. " : null}
            <Link href={`/privacy/changes/${before.number}/${number}`} prefetch={false} className="link">
              What changed since version {before.number}
            </Link>
          </>
        ) : (
          <span className="text-muted">The first version</span>
        )}
      </p>
    </li>
  );
}

/** Any two versions; a plain form whose page sends on to the comparison. */
function CompareForm({ numbers }: { numbers: number[] }) {
  const box = "min-h-11 rounded-md border border-strong-line bg-raised px-3";
  const options = numbers.map((number) => (
    <option key={number} value={number}>
      Version {number}
    </option>
  ));
  return (
    <form action="/privacy/changes" className="mt-8 flex flex-wrap items-end gap-4">
      <label className="space-y-1.5">
        <span className="block font-medium">Compare</span>
        <select name="from" className={box} defaultValue={numbers.at(-1)}>
          {options}
        </select>
      </label>
      <label className="space-y-1.5">
        <span className="block font-medium">with</span>
        <select name="to" className={box} defaultValue={numbers[0]}>
          {options}
        </select>
      </label>
      <button type="submit" className="min-h-11 rounded-md border border-strong-line bg-raised px-4 font-medium">
        Show the changes
      </button>
    </form>
  );
}
