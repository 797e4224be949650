import type { ReactNode } from "react";
import { policyDocument } from "@/lib/policy/parse";
import type { PolicyVersion } from "@/lib/policy/queries";
import type { Standings } from "@/lib/policy/standing";
import { Contents } from "./contents";
import { PolicyText } from "./policy-text";
import { PrintFrame } from "./print-frame";
import { ReadingAids } from "./reading-aids";
import { VersionStrip } from "./version-strip";

/** One version as a document: strip, what stands above the text, contents, text. */
export function PolicyPage({
  version,
  next,
  standings,
  lead,
  children,
}: {
  version: PolicyVersion;
  next: PolicyVersion | null;
  /** How the promises stand, for the version in force; null shows the bare text. */
  standings: Standings | null;
  lead?: ReactNode;
  /** Banners between the strip and the text. */
  children?: ReactNode;
}) {
  const policy = policyDocument(version);
  return (
    <PrintFrame footer={`${policy.title}, version ${version.number}. SHA-256 ${version.sha256}`}>
      <article>
        <header>
          <h1 className="text-2xl tracking-tight sm:text-3xl">{policy.title}</h1>
          {lead ? <p className="mt-2 max-w-[60ch] text-lg text-muted">{lead}</p> : null}
          <VersionStrip version={version} next={next} />
          {children ? <div className="mb-8 space-y-4">{children}</div> : null}
        </header>
        <div className="policy-page">
          <Contents policy={policy} />
          <PolicyText policy={policy} standings={standings} />
        </div>
      </article>
      <ReadingAids />
    </PrintFrame>
  );
}
