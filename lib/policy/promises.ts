import { config, type RetentionClass } from "../../trust-center.config";

/** By the name that the configuration gives the class: not every business keeps work orders. */
const keeping = (retention: RetentionClass): string =>
  `How long we keep ${config.retention[retention].label.toLowerCase()}`;

/**
 * The stable ids of the promises a policy must carry, in the order in which they are read, each with the
 * values that the text states and the configuration holds (rule 2).
 */
export const promises = {
  "collect.account": { label: "Account information collected" },
  "collect.work-orders": { label: `${config.categories["collect.work-orders"].label} information collected` },
  "collect.communication": { label: "Communication collected" },
  "collect.payment": { label: "Payment information collected" },
  "collect.usage": { label: "Usage recorded" },
  "collect.device": { label: "Device details recorded" },
  "collect.logs": { label: "Logs kept" },
  "use.service-delivery": { label: "Used for service delivery" },
  "use.account-management": { label: "Used for account management" },
  "use.communication": { label: "Used for communication" },
  "use.improvement": { label: "Used for improvement" },
  "use.security": { label: "Used for security" },
  "use.legal-compliance": { label: "Used for legal compliance" },
  "share.no-sale": { label: "Never sold, traded or rented" },
  "share.providers": { label: "Only these kinds of providers", values: ["categories"] },
  "share.legal": { label: "Disclosure required by law" },
  "share.transfer": { label: "Transfer with the business" },
  "security.encryption": { label: "Encryption" },
  "security.access": { label: "Access control" },
  "security.hosting": { label: "Private hosting, kept up to date" },
  "security.monitoring": { label: "Monitoring around the clock" },
  "security.backups": { label: "Regular, automated backups" },
  "security.testing": { label: "Audits and penetration tests" },
  "retain.account": { label: keeping("account"), values: ["period"] },
  "retain.work-orders": { label: keeping("work-orders"), values: ["period"] },
  "retain.usage": { label: keeping("usage"), values: ["period"] },
  "retain.communication": { label: keeping("communication"), values: ["period"] },
  "right.access": { label: "A copy of your data" },
  "right.correction": { label: "Correction" },
  "right.deletion": { label: "Deletion" },
  "right.portability": { label: "Moving your data" },
  "right.objection": { label: "Objection" },
  "right.restriction": { label: "Restriction" },
  "contact.reply": { label: "Reply to inquiries", values: ["period", "mailbox", "subject"] },
  "change.notice": { label: "Notice before a change", values: ["period"] },
  "change.posting": { label: "New text posted with its date" },
  "change.highlights": { label: "Changes highlighted in the notice" },
  "change.acceptance": { label: "Acceptance by use" },
} as const satisfies Record<string, { label: string; values?: readonly string[] }>;

export type PromiseId = keyof typeof promises;
export const promiseIds = Object.keys(promises) as PromiseId[];
export const isPromiseId = (id: string): id is PromiseId => Object.hasOwn(promises, id);

/** The attributes that the mark of this promise must state. */
export const valuesOf = (id: PromiseId): readonly string[] => {
  const promise: { label: string; values?: readonly string[] } = promises[id];
  return promise.values ?? [];
};
