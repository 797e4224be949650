import type { Collection, Edge, System } from "./types";

/**
 * The system as an erasure of one client of a company sees it: whom the company names as a customer stands where the person
 * stands otherwise, and everything is planned and done as for a person. Null where the map knows no clients.
 *
 * Rows are reached from the client's own row and by links alone. No identity leads anywhere, since two companies may name the same
 * address and each decides about its own row only. What is not about clients stays in the picture without being reached, so
 * that whatever it points at stays.
 *
 * A system without people of its own is entered by the identities of the client's row at home, in the collections that are about
 * clients alone.
 */
export function clientSystem(system: System): System | null {
  const { clients } = system;
  if (!clients) return system.person ? null : elsewhere(system);
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
    collections: system.collections.map((collection) => ofClient(collection)),
    edges: scoped([...system.edges, ...clients.edges]),
  };
}

function elsewhere(system: System): System | null {
  const about = new Set(system.collections.filter(({ client }) => client).map(({ name }) => name));
  if (about.size === 0) return null;
  return {
    ...system,
    collections: system.collections.map((collection) => ofClient(collection, true)),
    edges: system.edges.map((edge): Edge => {
      const leads = about.has(edge.from.collection) && about.has(edge.to.collection) && edge.scope !== "person";
      return { ...edge, scope: leads ? "person" : "company" };
    }),
  };
}

/** @param entered rows are found by identities; where the client has a row of their own nothing but links leads on */
function ofClient(collection: Collection, entered = false): Collection {
  const { client } = collection;
  if (!client) return { ...collection, scope: "company" };
  return {
    ...collection,
    scope: "person",
    role: client.role,
    erasure: { person: client.erasure, company: client.erasure },
    fields: collection.fields.map(({ client: rule, ...field }) => ({
      ...field,
      ...(entered ? { follow: null } : { identity: null, enter: null, follow: null }),
      erasure: rule ?? field.erasure,
    })),
  };
}
