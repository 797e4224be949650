import type { Collection, Edge, System } from "./types";

/**
 * The system as an erasure of one client of a company sees it: whom the company names as a customer stands where the person
 * stands otherwise, and everything is planned and done as for a person. Null where the map knows no clients.
 *
 * Rows are reached from the client's own row and by links alone. No identity leads anywhere, since two companies may name the same
 * address and each decides about its own row only. What is not about clients stays in the picture without being reached, so
 * that whatever it points at stays.
 */
export function clientSystem(system: System): System | null {
  const { clients } = system;
  if (!clients) return null;
  const about = new Set(system.collections.filter(({ client }) => client).map(({ name }) => name));
  const leads = ({ from, to }: Edge) =>
    about.has(from.collection) && about.has(to.collection) && to.collection !== clients.collection;
  const scoped = (edges: readonly Edge[]) =>
    edges.map((edge): Edge => ({ ...edge, scope: edge.scope !== "person" && leads(edge) ? "person" : "company" }));
  const { collection, id, email } = clients;
  return {
    ...system,
    person: {
      ...{ collection, id, email: email ?? id, verified: null, name: clients.name, language: null, timeZone: null },
      ...{ company: null, owner: null, active: null, closed: null },
    },
    company: null,
    outbox: null,
    collections: system.collections.map(ofClient),
    edges: scoped([...system.edges, ...clients.edges]),
  };
}

function ofClient(collection: Collection): Collection {
  const { client } = collection;
  if (!client) return { ...collection, scope: "company" };
  return {
    ...collection,
    scope: "person",
    role: client.role,
    erasure: { person: client.erasure, company: client.erasure },
    fields: collection.fields.map(({ client: rule, ...field }) => ({
      ...field,
      ...{ identity: null, enter: null, follow: null },
      erasure: rule ?? field.erasure,
    })),
  };
}
