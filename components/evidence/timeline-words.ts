import type { TimelineItem } from "@/lib/evidence/timeline";

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
const decisions: Record<string, string> = { approved: "Approved", declined: "Declined", cancelled: "Cancelled" };
const whys: Record<string, string> = {
  address: "no mail can reach this address",
  refused: "the mail service refused the address",
};

const version = ({ number, about }: Facts) =>
  `${about === "withdrawal" ? "the withdrawal of " : ""}version ${number} of the privacy policy`;
const asked = (facts: Facts) => cases[String(facts.case)] ?? "a request";

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
  "case.passed-on": (facts) => `We passed ${asked(facts)} on to the company that decides about it`,
  "case.identity.asked": (facts) => `We asked by mail whether ${asked(facts)} is yours`,
  "case.identity.reminded": (facts) => `We reminded you to confirm ${asked(facts)}`,
  "case.identity.proved": (facts) => `You confirmed ${asked(facts)} with the link in our mail`,
  "case.identity.lapsed": (facts) => `Nobody confirmed ${asked(facts)} in time`,
  "case.permission.signed": (facts) => `You signed that somebody may send ${asked(facts)} in your name`,
  "case.permission.withdrawn": (facts) => `You took back that somebody may send ${asked(facts)} in your name`,
  "case.clock.paused": (facts) => `The month to answer ${asked(facts)} was paused`,
  "case.clock.resumed": (facts) => `The month to answer ${asked(facts)} ran on`,
  "case.clock.extended": (facts) => `We wrote why ${asked(facts)} takes longer`,
  "package.download-begun": ({ part }) => `A download of part ${part} of a package was begun`,
  "package.downloaded": ({ part }) => `Part ${part} of a package was downloaded`,
  "package.removed": () => "A package was removed from our storage",
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
  if (kind.startsWith("case.")) return `/account/requests/${facts.reference}`;
  if (kind.startsWith("package.")) return `/account/packages/${facts.package}`;
  return "/account/sessions";
}
