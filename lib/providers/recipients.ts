import { config } from "../../trust-center.config";
import type { PolicyCategory } from "../data-map/types";
import type { PolicyValues } from "../policy/values";

/**
 * How a provider learns of an erasure; `webhook`, `secret` and `publicKey` name variables of the environment. With the last one
 * its answers may be signed by its own key (`v1a`) instead of the shared secret.
 */
export type Asking = { webhook: string; secret: string; publicKey?: string } | "manual" | { none: string };

export type Recipient = {
  /** Stands in addresses. */
  id: string;
  name: string;
  /** Which of the policy's kinds of providers it is. */
  provider: string;
  country: string;
  safeguard: string | null;
  receives: readonly PolicyCategory[];
  /** What it tells people apart by: `user_id`, `company_id`, and kinds of identities of the data map. */
  knows: readonly string[];
  erasure: Asking;
};

export const recipients: readonly Recipient[] = config.recipients;

type Received = { recipient: Recipient; kind: string; got: PolicyCategory[] };

/** Who received something of these categories, and what; one counts while the policy names its kind (L3, L6). */
export function recipientsOf(
  used: readonly PolicyCategory[],
  providers: PolicyValues["providers"],
  among: readonly Recipient[] = recipients,
): Received[] {
  return among.flatMap((recipient): Received[] => {
    const kind = providers.find(({ category }) => category === recipient.provider);
    const got = used.filter((id) => recipient.receives.includes(id));
    return kind && got.length > 0 ? [{ recipient, kind: kind.label, got }] : [];
  });
}
