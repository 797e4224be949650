import { clientSystem } from "../data-map/client-system";
import { quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { accountsOf, collectionOf, fieldOf } from "../data-map/named";
import type { DataMap } from "../data-map/types";
import { isAddress } from "../erasure/find-suppressed";
import { began, identityPages, pagesOf, reading } from "../erasure/walk";
import type { ClientRow, ClientSightings } from "./client-sightings";

/** Goes through every client and every column by which another system knows clients, and notes who is on the list. */
export async function findSuppressedClients(map: DataMap, sightings: ClientSightings): Promise<void> {
  const home = homeSystem(map);
  const { clients, company } = home;
  const collection = collectionOf(home, clients?.collection);
  const companies = accountsOf(home, "company");
  if (!clients || !collection?.companyField) return;
  const own = collection.companyField;
  await reading(home, async (client) => {
    if (company && companies)
      for await (const rows of pagesOf<{ id: string }>(
        client,
        `select c.${quoted(company.id)}::text as id from ${tableName(companies)} c`,
      ))
        for (const { id } of rows) sightings.company(id);
    const text = (name: string | null) => (name ? `t.${quoted(name)}::text` : "null::text");
    const field = fieldOf(collection, clients.email);
    const pages = pagesOf<Omit<ClientRow, "isAddress">>(
      client,
      `select ${text(clients.id)} as id, ${text(own)} as "companyId", ${text(clients.name)} as name, ${text(clients.email)} as email,
              ${began(collection)} as since from ${tableName(collection)} t`,
    );
    for await (const rows of pages)
      for (const row of rows)
        sightings.row({ ...row, isAddress: isAddress(row.email, field?.client ?? field?.erasure) });
  });
  for (const system of map.systems.filter(({ person }) => !person)) {
    const seen = clientSystem(system);
    await reading(system, async (client) => {
      for (const one of seen?.collections ?? [])
        for (const field of one.client ? one.fields : [])
          if (field.identity && field.enter)
            for await (const rows of identityPages(client, one, field, one.client?.company))
              for (const { value, companyId, since } of rows)
                sightings.identity(field.identity, value, companyId, since);
    });
  }
}
