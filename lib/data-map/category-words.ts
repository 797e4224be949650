import type { PolicyCategory } from "./types";

/** The seven categories of the policy in plain words: what each is called, what it holds, where it comes from. */
export const categoryWords: Record<PolicyCategory, { label: string; what: string; source: string }> = {
  "collect.account": {
    label: "Account",
    what: "name, address, company, contact details",
    source: "You, or the company that gave you your account",
  },
  "collect.work-orders": {
    label: "Work",
    what: "clients, jobs, schedules, notes and files",
    source: "You and the people of your company",
  },
  "collect.communication": {
    label: "Messages",
    what: "on the platform and with support",
    source: "You, and whoever wrote to you",
  },
  "collect.payment": {
    label: "Payments",
    what: "invoices and payment references",
    source: "Your company and the payment processor",
  },
  "collect.usage": {
    label: "Usage",
    what: "features used and when",
    source: "Recorded while you used the service",
  },
  "collect.device": {
    label: "Devices",
    what: "browsers and systems you signed in from",
    source: "Sent by your browser or device",
  },
  "collect.logs": {
    label: "Logs",
    what: "server access and error reports",
    source: "Recorded by our servers",
  },
};

/** Labels of categories that were written down earlier, in one line; one that the policy no longer has stands as its id. */
export const categoryLabels = (categories: readonly string[]): string =>
  categories.map((one) => categoryWords[one as PolicyCategory]?.label ?? one).join(", ");
