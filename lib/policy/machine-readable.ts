import { config } from "../../trust-center.config";
import { policyDocument } from "./parse";
import { type PromiseId, promises } from "./promises";
import type { PolicyVersion } from "./queries";
import { valuesOf } from "./values";
import { dpvTerms } from "./vocabulary";

/**
 * A version for programs: every clause in plain text, every promise with the values its sentence states and its
 * DPV term, how long what is kept, and the hash of the source. Addresses are absolute.
 * @param origin without a slash at its end
 */
export function machineReadable(version: PolicyVersion, next: PolicyVersion | null, origin: string) {
  const policy = policyDocument(version);
  const values = valuesOf(version.number);
  const source = ({ number }: PolicyVersion) => `${origin}/privacy/versions/${number}.md`;
  return {
    "@context": { dpv: "https://w3id.org/dpv#", "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#" },
    title: policy.title,
    language: policy.language,
    controller: { name: config.company.legalName, website: config.company.website, contact: values.mailbox },
    version: version.number,
    url: `${origin}/privacy/versions/${version.number}`,
    source: source(version),
    sha256: version.sha256,
    announcedAt: version.announcedAt?.toString() ?? null,
    effectiveAt: version.effectiveAt?.toString() ?? null,
    next: next && {
      version: next.number,
      source: source(next),
      sha256: next.sha256,
      changes: `${origin}/privacy/changes/${version.number}/${next.number}`,
      announcedAt: next.announcedAt?.toString() ?? null,
      effectiveAt: next.effectiveAt?.toString() ?? null,
    },
    replyPeriod: values.replyPeriod,
    noticePeriod: values.noticePeriod,
    retention: Object.entries(config.retention).map(([name, { label, from }]) => ({
      class: name,
      label,
      period: values.retention[name as keyof typeof values.retention],
      from,
      dpv: "dpv:StorageDuration",
    })),
    recipients: values.providers.map(({ category, label }) => ({ category, label, dpv: "dpv:DataProcessor" })),
    promises: policy.promises.map((mark) => ({
      id: mark.id,
      label: promises[mark.id as PromiseId].label,
      sentence: mark.sentence,
      clause: mark.clauseId,
      values: mark.values,
      dpv: dpvTerms[mark.id] ?? null,
    })),
    clauses: policy.clauses.map(({ id, heading, level, plain, blocks }) => ({
      id,
      heading,
      level,
      url: `${origin}/privacy/versions/${version.number}#${id}`,
      plain,
      text: blocks.filter(({ kind }) => kind !== "heading" && kind !== "plain").map(({ text }) => text),
    })),
  };
}
