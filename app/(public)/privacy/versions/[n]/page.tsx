import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { AnnouncedBanner } from "@/components/policy/announced-banner";
import { PolicyPage } from "@/components/policy/policy-page";
import { parseVersionNumber } from "@/components/policy/version-number";
import { Callout } from "@/components/ui/callout";
import { Time } from "@/components/ui/time";
import { visitorCtx } from "@/lib/context";
import { policyNow, version as versionByNumber } from "@/lib/policy/queries";
import { daysLeft } from "@/lib/policy/state";

export async function generateMetadata({ params }: PageProps<"/privacy/versions/[n]">): Promise<Metadata> {
  const number = parseVersionNumber((await params).n);
  return { title: number === null ? "Not found" : `Privacy policy, version ${number}` };
}

export default async function Version({ params }: PageProps<"/privacy/versions/[n]">) {
  const number = parseVersionNumber((await params).n);
  const ctx = visitorCtx();
  const version = number === null ? null : await versionByNumber(ctx, number);
  if (!version) notFound();
  const { now, inForce, next } = await policyNow(ctx);
  const current = inForce ? (
    <Link href="/privacy" prefetch={false} className="link">
      Version {inForce.number}
    </Link>
  ) : (
    "No version"
  );
  return (
    <PolicyPage version={version} next={next && next.id !== version.id ? next : null} standings={null}>
      {version.state === "announced" && version.effectiveAt ? (
        <Callout look="warn" title="This text is not in force yet">
          <p>
            It takes effect on <Time at={version.effectiveAt.toString()} withTime />, in{" "}
            {daysLeft(version.effectiveAt, now)} days. Until then {current} holds.{" "}
            {inForce ? (
              <Link href={`/privacy/changes/${inForce.number}/${version.number}`} prefetch={false} className="link">
                See what changes
              </Link>
            ) : null}
          </p>
        </Callout>
      ) : null}
      {version.state === "in-force" ? (
        <Callout title="This is the version in force">
          <p>
            You read the bare text as it was stored. On the{" "}
            <Link href="/privacy" prefetch={false} className="link">
              policy page
            </Link>{" "}
            every promise shows what keeps it.
          </p>
        </Callout>
      ) : null}
      {version.kind === "technical" ? (
        <Callout title="This is a technical upgrade">
          <p>
            It has the words, numbers, links and promises of the version before it in another rendering, so nobody had
            to be told.
          </p>
        </Callout>
      ) : null}
      {version.state === "superseded" ? (
        <Callout title="This is an earlier version">
          <p>It is kept for the record. {current} is in force now.</p>
        </Callout>
      ) : null}
      {version.state === "withdrawn" ? (
        <Callout look="bad" title="This version was withdrawn">
          <p>
            It was announced and taken back before it took effect. {version.withdrawnReason} {current} holds.
          </p>
        </Callout>
      ) : null}
      {version.state === "in-force" && next ? <AnnouncedBanner current={version} next={next} now={now} /> : null}
    </PolicyPage>
  );
}
