import { openWithMaster, sealWithMaster } from "../crypto/seal";
import type { PolicyCategory, ReachSubject, Scope } from "../data-map/types";
import { env } from "../env";
import type { Recipient } from "./recipients";

/** What identifies somebody to a provider; of a company, everybody in it. */
export type Identified = {
  user_ids: string[];
  company_id: string | null;
  /** By kind of the data map. */
  identities: Record<string, string[]>;
};

type Known = { subject: ReachSubject; scope: Scope; userIds: string[]; identities: ReadonlyMap<string, string[]> };

/**
 * The part of what is known that this provider tells people apart by, and no more (GDPR 5(1)(c)); null when that is nothing.
 * A company's id is named only where the whole company goes.
 */
export function identifiedFor({ knows }: Recipient, { subject, scope, userIds, identities }: Known): Identified | null {
  const found: Identified = {
    user_ids: knows.includes("user_id") ? userIds : [],
    company_id: scope === "company" && knows.includes("company_id") ? subject.platformCompanyId : null,
    identities: {},
  };
  for (const kind of knows) {
    const values = identities.get(kind) ?? [];
    if (values.length > 0) found.identities[kind] = values;
  }
  const some = found.user_ids.length > 0 || found.company_id !== null || Object.keys(found.identities).length > 0;
  return some ? found : null;
}

/** The message as it is sent and signed, byte for byte; the answer comes to `answer_to` or in the reply itself. */
export function messageOf(about: {
  id: string;
  recipient: string;
  scope: Scope;
  categories: readonly PolicyCategory[];
  subject: Identified;
  at: Temporal.Instant;
}): string {
  const { id, recipient, scope, categories, subject, at } = about;
  const data = { id, scope, categories, subject, answer_to: answerTo(recipient) };
  return JSON.stringify({ type: "erasure.requested", timestamp: at.toString(), data });
}

/** Asks for an answer again; says nothing about the person, the id leads there. */
export const reminderOf = (about: { id: string; recipient: string; at: Temporal.Instant }): string =>
  JSON.stringify({
    type: "erasure.reminder",
    timestamp: about.at.toString(),
    data: { id: about.id, answer_to: answerTo(about.recipient) },
  });

const answerTo = (recipient: string) => `${env().APP_URL}/api/webhooks/erasure/${recipient}`;

type SealedColumn = "sealed" | "ground" | "evidence";
const place = (id: string, column: SealedColumn) => ({ table: "provider_erasures", column, row: id });

/** Under the master key: the person's own key is destroyed with the person's rows, before a provider has answered. */
export const sealFor = (id: string, column: SealedColumn, text: string): Buffer =>
  sealWithMaster(place(id, column), text);
export const openFor = (id: string, column: SealedColumn, sealed: Buffer): string =>
  openWithMaster(place(id, column), sealed);
