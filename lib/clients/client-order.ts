import { clientSystem } from "../data-map/client-system";
import { type Held, heldIn, type KeptBack } from "../data-map/held";
import { literal, quoted } from "../data-map/identifiers";
import type { System } from "../data-map/types";
import type { ErasureOrder } from "../erasure/run-system";

/** A client by the platform's own ids. */
export type ClientRef = { clientId: string; companyId: string };

/**
 * What the engine is asked for when a company erases one of its clients. Rows of every other company count as held, so that
 * nothing in them changes, wherever a link may lead.
 * @param kept what legal holds keep from change besides
 * @returns null where the map knows no clients
 */
export function clientOrder(
  system: System,
  { clientId, companyId }: ClientRef,
  kept: readonly KeptBack[] = [],
): ErasureOrder | null {
  const seen = clientSystem(system);
  if (!seen) return null;
  return {
    ...{ system: seen, scope: "person", proven: true, lastingKey: "" },
    subject: { platformUserId: clientId, platformCompanyId: companyId },
    identities: new Map(),
    held: async (client) => {
      const byLaw = await heldIn(client, system, kept);
      return (collection, row) => {
        const conditions = [ofOthers(companyId)(collection, row), byLaw(collection, row)].filter(Boolean);
        return conditions.length > 0 ? conditions.map((one) => `(${one})`).join(" or ") : null;
      };
    },
  };
}

const ofOthers =
  (companyId: string): Held =>
  ({ companyField }, row) =>
    companyField ? `${row}.${quoted(companyField)}::text is distinct from ${literal(companyId)}` : null;
