import { clientSystem } from "./client-system";
import type { DeclaredEdge } from "./edges";
import { collectionOf } from "./named";
import type { Complain } from "./parse";
import type { DatasetSyntax } from "./syntax";
import type { Edge, System } from "./types";
import { reachedCollections } from "./unreachable";

/** What the map says of clients must lead from a client's row to rows of the same company, and nowhere else. */
export function checkClients(
  system: System,
  dataset: DatasetSyntax,
  declared: readonly DeclaredEdge[],
  complain: Complain,
): void {
  const at = (name: string) => ["collections", dataset.collections.findIndex((one) => one.name === name)];
  const { clients } = system;
  if (!clients) {
    // A system without people of its own is reached from the home system's client.
    if (!system.person) {
      checkElsewhere(system, dataset, complain);
      return;
    }
    const about = system.collections.find(({ client }) => client);
    if (about) complain([...at(about.name), "trust", "client"], "the dataset has no trust.clients");
    const followed = declared.find(({ scope }) => scope === "client");
    if (followed) complain([...at(followed.to.collection)], "follows a reference for clients, without trust.clients");
    return;
  }
  const own = collectionOf(system, clients.collection);
  if (!own) {
    complain(["trust", "clients", "collection"], `there is no collection ${clients.collection}`);
    return;
  }
  for (const key of ["id", "name", "email"] as const) {
    const column = clients[key];
    if (column && !own.fields.some(({ name }) => name === column))
      complain(["trust", "clients", key], `${own.name} has no field ${column}`);
  }
  if (!system.person || !system.company)
    complain(["trust", "clients"], "needs trust.person and trust.company beside it");
  if (!own.companyField) complain([...at(own.name), "trust"], "needs `company`: whose client a row is");
  if (own.client?.role !== "owner") complain([...at(own.name), "trust"], "needs `client` with the role owner");
  const seen = clientSystem(system);
  if (!seen) return;
  const reached = reachedCollections(seen, "person");
  for (const { name, client, companyField } of system.collections) {
    if (!client) continue;
    if (!reached.has(name)) complain([...at(name), "trust", "client"], "no reference leads here from a client");
    // Without a company of its own a row is the company's by its links, which then must lead to one row each.
    const loose = seen.edges.find(
      (edge) => edge.scope === "person" && edge.to.collection === name && !byKey(seen, edge),
    );
    if (!companyField && loose && name !== own.name)
      complain([...at(name), "trust", "client"], "is reached by something else than a key, so it needs `company`");
  }
}

/** The kind of identity that is always the client's id in the home system. */
export const clientIdentity = "client_id";

/** Two companies may name the same address: what leads here by one has to say whose client it is. */
function checkElsewhere(system: System, dataset: DatasetSyntax, complain: Complain): void {
  const seen = clientSystem(system);
  const reached = seen ? reachedCollections(seen, "person") : new Set<string>();
  for (const [at, { name }] of dataset.collections.entries()) {
    const { client, fields = [] } = collectionOf(system, name) ?? {};
    if (!client) continue;
    if (!reached.has(name))
      complain(["collections", at, "trust", "client"], "no identity or reference leads here from a client");
    const shared = fields.find(({ enter, identity }) => enter && identity !== clientIdentity);
    if (shared && !client.company)
      complain(
        ["collections", at, "trust", "client"],
        `is found by ${shared.identity}, which clients of several companies may share: say \`company\`, or use the identity ${clientIdentity}`,
      );
  }
}

/** Whether one end of a link is the key of its collection. */
function byKey(system: System, { from, to }: Edge): boolean {
  return [from, to].some(({ collection, columns }) => {
    const isClients =
      collection === system.clients?.collection && columns.length === 1 && columns[0] === system.clients.id;
    const key = collectionOf(system, collection)?.primaryKey ?? [];
    return isClients || (key.length === columns.length && key.every((column) => columns.includes(column)));
  });
}
