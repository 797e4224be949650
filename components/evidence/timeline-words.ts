import { type AccessPurpose, accessRoleWords, purposeWords } from "@/lib/access/words";
import { type AuthorityKind, authorityWords, type DisclosureOutcome, outcomeWords } from "@/lib/disclosures/words";
import type { TimelineItem } from "@/lib/evidence/timeline";
import { type Purpose, purposeInWords } from "@/lib/processing/purposes";
import { config } from "@/trust-center.config";

/** One item in words, and where it can be looked at; null when there is no such place. */
export type Told = { says: string; href: string | null };

type Facts = TimelineItem["facts"];

const cases: Record<string, string> = {
  access: "a copy of your data",
  portability: "your data in portable form",
  correction: "a correction",
  deletion: "a deletion",
  objection: "an objection",
  restriction: "a restriction",
  inquiry: "a question",
};
const decisions: Record<string, string> = {
  approved: "Approved",
  partly: "Done in part",
  declined: "Declined",
  cancelled: "Cancelled",
};
const whys: Record<string, string> = {
  address: "no mail can reach this address",
  refused: "the mail service refused the address",
};

const version = ({ number, about }: Facts) =>
  `${about === "withdrawal" ? "the withdrawal of " : ""}version ${number} of the privacy policy`;
const lower = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, "");
const lookedAt = (what: string, { role, purpose }: Facts) =>
  `${accessRoleWords[role as keyof typeof accessRoleWords] ?? "Staff"} looked at ${what}: ${lower(purposeWords[purpose as AccessPurpose]?.person ?? "no reason given")}`;
const asked = (facts: Facts) => cases[String(facts.case)] ?? "a request";

const purposeOf = ({ purpose }: Facts): string => purposeInWords((purpose as Purpose | null) ?? null);
const dayOf = ({ day }: Facts): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", timeZone: "UTC" });

function saidWords(facts: Facts): string {
  if (facts.source === "gpc")
    return `Your browser's Global Privacy Control signal objected to ${purposeOf(facts)}, and we stopped it`;
  if (facts.kind === "exception")
    return facts.ground === "consent"
      ? `You allowed ${purposeOf(facts)} although a limit stands`
      : `We let ${purposeOf(facts)} go on although it is limited, as the law allows`;
  return facts.kind === "objection"
    ? `You objected to ${purposeOf(facts)}, and we stopped it`
    : `You had ${purposeOf(facts)} limited: your data is only stored`;
}

/** What each kind of item is called, to the person it happened with. */
const words: Record<string, (facts: Facts) => string> = {
  "notice.announced": (facts) => `We announced ${version(facts)}`,
  "notice.sent": (facts) => `We handed a mail about ${version(facts)} to the mail service`,
  "notice.delivered": (facts) => `Your mail server accepted the mail about ${version(facts)}`,
  "notice.delivery_delayed": (facts) => `Your mail server delayed the mail about ${version(facts)}`,
  "notice.bounced": (facts) => `Your mail server refused the mail about ${version(facts)}`,
  "notice.complained": (facts) => `The mail about ${version(facts)} was marked as spam in your mailbox`,
  "notice.failed": (facts) => `The mail service could not send the mail about ${version(facts)}`,
  "notice.suppressed": (facts) => `The mail service held back the mail about ${version(facts)} after earlier refusals`,
  "notice.unsendable": (facts) =>
    `The mail about ${version(facts)} could not be sent: ${whys[String(facts.why)] ?? "the address"}`,
  "notice.told-platform-message": (facts) => `We left you a message on the platform about ${version(facts)}`,
  "notice.told-staff": (facts) => `Our staff told you about ${version(facts)} in another way`,
  "notice.withdrawn": (facts) => `We withdrew ${version(facts)}; it does not take effect`,
  "policy.acknowledged": (facts) =>
    facts.via === "platform"
      ? `You used the platform for the first time after ${version(facts)} took effect, which counts as accepting it`
      : `You used your account here for the first time after ${version(facts)} took effect, which counts as accepting it`,
  "case.received": (facts) => `You sent ${asked(facts)}`,
  "case.acknowledged": (facts) => `We confirmed by mail that we have ${asked(facts)}`,
  "case.assigned": (facts) => `Our privacy team took on ${asked(facts)}`,
  "case.unassigned": (facts) => `Our privacy team put ${asked(facts)} back for a colleague`,
  "case.decided": (facts) => `${decisions[String(facts.decision)] ?? "Completed"}: ${asked(facts)}`,
  "case.appealed": (facts) => `You appealed the decision on ${asked(facts)}`,
  "case.appeal-decided": (facts) => `A second officer decided the appeal about ${asked(facts)}`,
  "case.reopened": (facts) => `Opened again: ${asked(facts)}`,
  "case.message.received": (facts) => `You wrote about ${asked(facts)}`,
  "case.reply.sent": (facts) => `We replied about ${asked(facts)}`,
  "case.package.requested": (facts) => `A package was put in the queue for ${asked(facts)}`,
  "case.package.ready": (facts) => `The package for ${asked(facts)} was finished`,
  "case.package.stopped": (facts) => `The package for ${asked(facts)} was stopped before it was finished`,
  "case.deletion.scheduled": () => "A deletion was planned",
  "case.deletion.cancelled": () => "The deletion was cancelled",
  "case.deletion.grace-ended": () => "The time to change your mind about the deletion ended",
  "case.deletion.carried-out": () => "The deletion was carried out on the platform",
  "case.deletion.continued": () => "The deletion went on, since nothing keeps the rest back any more",
  "processing.asked": (facts) => saidWords(facts),
  "processing.known": (facts) =>
    `Your account on the platform was found, and what you said about ${purposeOf(facts)} holds for it`,
  "processing.decided": (facts) =>
    facts.decision === "rejected"
      ? `We decided that ${purposeOf(facts)} may go on, from the day we told you`
      : `We agreed that ${purposeOf(facts)} stays stopped`,
  "processing.lift-announced": (facts) => `We told you beforehand when ${purposeOf(facts)} goes on`,
  "processing.lift-kept": (facts) => `We took that back: ${purposeOf(facts)} stays stopped`,
  "processing.ended": (facts) =>
    facts.kind === "exception"
      ? `What you or the law had let go on of ${purposeOf(facts)} ended`
      : facts.how === "taken-back"
        ? `You took back ${facts.kind === "objection" ? "your objection to" : "the limit on"} ${purposeOf(facts)}`
        : `The limit on ${purposeOf(facts)} ended on the day we had told you`,
  "processing.refused": (facts) => {
    const times = Number(facts.count) === 1 ? "once" : `${Number(facts.count).toLocaleString("en")} times`;
    return `${config.company.productName} was stopped from using your data for ${purposeOf(facts)}, ${times} on ${dayOf(facts)} (UTC)`;
  },
  "case.named": (facts) => `We took what you wrote as a request: ${asked(facts)}`,
  "case.correction.proposed": (facts) =>
    facts.by === "staff"
      ? `Our privacy team wrote down how it should be, for ${asked(facts)}`
      : `You said how it should be, for ${asked(facts)}`,
  "case.passed-on": (facts) => `We passed ${asked(facts)} on to the company that decides about it`,
  "case.identity.asked": (facts) => `We asked by mail whether ${asked(facts)} is yours`,
  "case.identity.reminded": (facts) => `We reminded you to confirm ${asked(facts)}`,
  "case.identity.proved": (facts) =>
    facts.by === "account"
      ? `You went on with ${asked(facts)} signed in`
      : `You confirmed ${asked(facts)} with the link in our mail`,
  "case.identity.lapsed": (facts) => `Nobody confirmed ${asked(facts)} in time`,
  "case.permission.signed": (facts) => `You signed that somebody may send ${asked(facts)} in your name`,
  "case.permission.withdrawn": (facts) => `You took back that somebody may send ${asked(facts)} in your name`,
  "case.clock.paused": (facts) => `The month to answer ${asked(facts)} was paused`,
  "case.clock.resumed": (facts) => `The month to answer ${asked(facts)} ran on`,
  "case.clock.extended": (facts) => `We wrote why ${asked(facts)} takes longer`,
  "package.download-begun": ({ part }) => `A download of part ${part} of a package was begun`,
  "package.downloaded": ({ part }) => `Part ${part} of a package was downloaded`,
  "package.removed": () => "A package was removed from our storage",
  "access.case": (facts) => lookedAt("your record", facts),
  "access.provider-task": (facts) => lookedAt("what a provider was told to erase", facts),
  "access.values": (facts) => lookedAt("what we hold as yours, to put it right", facts),
  "access.original": (facts) => lookedAt("a message as it was written, before something was left out of it", facts),
  "case.message.redacted": (facts) => `We left something out of a message in ${asked(facts)}`,
  "case.message.withdrawn": (facts) => `We took a message out of view in ${asked(facts)}`,
  "transfer.published": (facts) =>
    `We announced that the business, and data with it, goes to somebody else on ${facts.day}; ${version(facts)} tells of it`,
  "disclosure.told": ({ authority, outcome }) =>
    `We told you of a demand for your data by ${authorityWords[authority as AuthorityKind]?.one ?? "an authority"}: ${outcomeWords[outcome as DisclosureOutcome]?.person ?? ""}`,
  "session.begun": ({ device }) => `Signed in with ${device}`,
  "session.ended": ({ device }) => `A session with ${device} was ended`,
};

export function toldOf({ kind, facts }: TimelineItem): Told {
  const says = words[kind]?.(facts) ?? kind.replace(/[.-]/g, " ");
  return { says, href: hrefOf(kind, facts) };
}

function hrefOf(kind: string, facts: Facts): string | null {
  if (kind === "notice.announced")
    return facts.previous === null
      ? `/privacy/versions/${facts.number}`
      : `/privacy/changes/${facts.previous}/${facts.number}`;
  if (kind === "policy.acknowledged") return `/privacy/versions/${facts.number}`;
  if (kind.startsWith("notice.")) return "/account/notices";
  if (kind === "processing.refused") return "/account/uses";
  if (kind.startsWith("processing.")) return facts.reference ? `/account/requests/${facts.reference}` : "/account/uses";
  if (kind.startsWith("case.")) return `/account/requests/${facts.reference}`;
  if (kind.startsWith("transfer.")) return "/privacy/business-transfers";
  if (kind.startsWith("access.")) return "/account/access";
  if (kind.startsWith("disclosure.")) return "/account/access#disclosures";
  if (kind.startsWith("package.")) return `/account/packages/${facts.package}`;
  return "/account/sessions";
}
