import type pg from "pg";
import { inScope } from "../data-map/exported";
import { quoted, tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { accountsOf, fieldOf } from "../data-map/named";
import { sameCompany } from "../data-map/platform-person";
import type { Collection, DataMap, Field, System } from "../data-map/types";
import { prefix } from "./anonymise";
import type { Account, Sightings } from "./sightings";
import { began, identityPages, pagesOf, reading } from "./walk";

/**
 * Goes through every account, every company and every column of identities, and notes what is on the list. Each table is read
 * once, in pages, and compared here, since what is looked for is known by its hash alone: memory grows with the list only.
 */
export async function findSuppressed(map: DataMap, sightings: Sightings): Promise<void> {
  const home = homeSystem(map);
  // Accounts before identities: whether somebody new goes by an address decides what a row with that address means.
  await reading(home, async (client) => {
    await companies(client, home, sightings);
    await people(client, home, sightings);
  });
  for (const system of map.systems)
    await reading(system, async (client) => {
      for (const collection of system.collections)
        for (const field of collection.fields)
          if (field.identity && field.enter) await identities(client, collection, field, sightings);
    });
}

async function people(client: pg.ClientBase, home: ReturnType<typeof homeSystem>, sightings: Sightings) {
  const { person } = home;
  const collection = accountsOf(home, "person");
  if (!collection) return;
  const field = fieldOf(collection, person.email);
  const kind = field?.identity ?? null;
  const companies = accountsOf(home, "company");
  const pages = pagesOf<Omit<Account, "isAddress">>(
    client,
    `select p.${quoted(person.id)}::text as id, p.${quoted(person.email)}::text as email, ${began(collection, "p")} as since,
            ${companies ? `c.${quoted(home.company?.id ?? "")}::text` : "null"} as "companyId"
     from ${tableName(collection)} p ${companies ? `left join ${tableName(companies)} c on ${sameCompany(home)}` : ""}`,
  );
  for await (const rows of pages)
    for (const row of rows) sightings.account({ ...row, isAddress: isAddress(row.email, field?.erasure) }, kind);
}

/** Whether a row still says an address, be it another one than at the erasure, rather than what that left there. */
export function isAddress(text: string | null, rule: Field["erasure"] | undefined): boolean {
  if (!text?.includes("@") || text.startsWith(prefix)) return false;
  const by = rule?.action === "anonymise" && rule.by;
  if (!by || typeof by !== "object") return true;
  if ("fixed" in by) return text !== String(by.fixed);
  if (!("token" in by)) return true;
  const [before = "", after = ""] = by.token.split("{}");
  const token = text.slice(before.length, text.length - after.length);
  return text !== `${before}${token}${after}` || !/^[0-9a-f]{6,}$/.test(token);
}

async function companies(client: pg.ClientBase, home: System, sightings: Sightings) {
  const { company } = home;
  const collection = accountsOf(home, "company");
  if (!company || !collection) return;
  const pages = pagesOf<{ id: string; name: string | null; since: number | null }>(
    client,
    `select t.${quoted(company.id)}::text as id, ${company.name ? `t.${quoted(company.name)}::text` : "null"} as name,
            ${began(collection)} as since from ${tableName(collection)} t`,
  );
  for await (const rows of pages) for (const { id, name, since } of rows) sightings.company(id, name, since);
}

async function identities(client: pg.ClientBase, collection: Collection, field: Field, sightings: Sightings) {
  const scopes = {
    person: inScope(collection, "person"),
    // Where a company column decides, no identity does.
    company: inScope(collection, "company") && collection.companyField === null,
  };
  for await (const rows of identityPages(client, collection, field))
    for (const { value: found, since } of rows) sightings.identity(field.identity ?? "", found, since, scopes);
}
