import { config } from "../../trust-center.config";
import type { PromiseId } from "./promises";

const mapped =
  "Every table and column of the platform is declared in the data map with its category and its retention; every night the map is compared with the databases, and one that nobody declared shows here.";
const byPeople = "Kept by people and contracts. Nothing here measures it yet.";
const period =
  "The period in this sentence is the one in the configuration; a text that says another cannot be published. By it a daily sweep deletes what is due, and a row planted for it has to be gone on time.";
const request = "You ask from your account, a clock starts at once, and the case stays open until it is decided.";
const platform = "Kept on the platform itself. Its measurements are not connected to this page yet.";

/** What enforces each promise today, in one or two plain sentences. Where nothing does, it says so. */
export const controls: Record<PromiseId, string> = {
  "collect.account": mapped,
  "collect.work-orders": mapped,
  "collect.communication": mapped,
  "collect.payment": mapped,
  "collect.usage": mapped,
  "collect.device": mapped,
  "collect.logs": mapped,
  "use.service-delivery": byPeople,
  "use.account-management": byPeople,
  "use.communication": byPeople,
  "use.improvement": byPeople,
  "use.security": byPeople,
  "use.legal-compliance": byPeople,
  "share.no-sale": byPeople,
  "share.providers":
    "The kinds of providers named here are the configured ones; a text that names others cannot be published.",
  "share.legal":
    "What would be given to an authority is written down by one privacy officer and released by another, bound to exactly that; who it is about is told as soon as we may, and everybody sees how often it happened.",
  "share.transfer": `A transfer is drafted and approved by two officers and published only with a policy version that names the new recipient and was announced to everybody, at least ${config.clocks.noticeDays} days before.`,
  "security.encryption": platform,
  "security.access":
    "Our privacy staff sign in here with passkeys alone, and every look at somebody's record is noted with its reason. Who reaches the platform's own systems is not measured here.",
  "security.hosting": platform,
  "security.monitoring": platform,
  "security.backups": platform,
  "security.testing": byPeople,
  "retain.account": period,
  "retain.work-orders": period,
  "retain.usage": period,
  "retain.communication": period,
  "right.access":
    "You ask from your account; a job reads every mapped collection and writes one file. A collection that cannot be read fails it, with its name.",
  "right.correction": request,
  "right.deletion": `You ask from your account and see beforehand what goes and what stays. You have ${config.deletion.graceDays} days to change your mind, then the case goes to our staff.`,
  "right.portability":
    "You ask from your account; the file holds JSON and CSV with a description that other providers can read.",
  "right.objection":
    "You object among your uses, one click for each. It stops in that moment, the platform is told no when it asks here, and every refusal stands on your timeline.",
  "right.restriction":
    "You have one use or all limited. From that moment on the platform is told no when it asks here, sweeps leave what you need kept, and you are told before the limit ever ends.",
  "contact.reply": "Every inquiry gets a clock of its own, and our staff see the one that is due first.",
  "change.notice":
    "A version can only be announced for a day that leaves everybody the full notice period; the list of recipients and each delivery are kept.",
  "change.posting":
    "An announced text is stored with its hash and can never change; its date is the day it was posted.",
  "change.highlights": "A version without highlights cannot be submitted, approved or announced.",
  "change.acceptance":
    "The effective date of every version is public and cannot be moved once announced; the first use after it is noted once for each person, with the hash of the text, and stands on their timeline.",
};
