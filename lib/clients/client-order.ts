import { clientIdentity } from "../data-map/check-clients";
import { clientSystem } from "../data-map/client-system";
import { othersClients } from "../data-map/find-clients";
import { anyHeld, type Held, heldIn, type KeptBack } from "../data-map/held";
import { literal, quoted } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import type { DataMap, System } from "../data-map/types";
import { lastingKeyOf } from "../erasure/erase-subject";
import type { ErasureOrder } from "../erasure/run-system";

/** A client by the platform's own ids. */
export type ClientRef = { clientId: string; companyId: string };

/** By what other systems know a client, by kind. */
type ClientIdentities = ReadonlyMap<string, string[]>;

/**
 * What the engine is asked for in each system of the map that is about clients: the home system last, since from there the others are
 * found. What another client of the company goes by as well leads nowhere: rows with it are that one's too.
 */
export async function clientOrders(
  map: DataMap,
  ref: ClientRef,
  identities: ClientIdentities,
  kept: readonly KeptBack[] = [],
): Promise<ErasureOrder[]> {
  const own = new Map<string, string[]>();
  for (const [kind, values] of identities) {
    const theirs = new Set(kind === clientIdentity ? [] : await othersClients(homeSystem(map), ref, kind, values));
    own.set(
      kind,
      values.filter((value) => !theirs.has(value)),
    );
  }
  const ordered = map.systems.toSorted((a, b) => Number(a.person !== null) - Number(b.person !== null));
  return ordered.flatMap((system) => {
    const order = clientOrder(system, ref, kept, own);
    if (!order || system.person) return order ?? [];
    const othersAtHome = (kind: string, values: readonly string[]) => othersClients(homeSystem(map), ref, kind, values);
    return { ...order, othersAtHome };
  });
}

/**
 * What the engine is asked for when a company erases one of its clients. Rows of every other company count as held, so that
 * nothing in them changes, wherever a link may lead.
 * @param kept what legal holds keep from change besides
 * @param identities by which another system than the home system is entered
 * @returns null where the map knows no clients
 */
export function clientOrder(
  system: System,
  { clientId, companyId }: ClientRef,
  kept: readonly KeptBack[] = [],
  identities: ClientIdentities = new Map(),
): ErasureOrder | null {
  const found = clientSystem(system);
  if (!found) return null;
  const seen = system.clients ? found : ofCompany(found, companyId);
  return {
    ...{ system: seen, scope: "person", proven: true, lastingKey: lastingKeyOf(seen), kept },
    ...{ asMapped: system, anyway: ofOthers(companyId) },
    subject: { platformUserId: clientId, platformCompanyId: companyId },
    identities: system.clients ? new Map<string, string[]>() : new Map(identities),
    held: async (client) => {
      const byLaw = await heldIn(client, system, kept);
      return anyHeld([ofOthers(companyId), byLaw]);
    },
  };
}

/** An address leads only to rows that say that they are about this company's client: neither they nor what hangs on them is reached else. */
function ofCompany(system: System, companyId: string): System {
  return {
    ...system,
    collections: system.collections.map((collection) => {
      const column = collection.client?.company;
      if (!column) return collection;
      const only = { field: column, is: [companyId] };
      const fields = collection.fields.map((field) => ({ ...field, enter: field.enter && { ...field.enter, only } }));
      return { ...collection, fields };
    }),
  };
}

const ofOthers =
  (companyId: string): Held =>
  ({ companyField, client }, row) => {
    const column = companyField ?? client?.company;
    return column ? `${row}.${quoted(column)}::text is distinct from ${literal(companyId)}` : null;
  };
