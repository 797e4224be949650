import { isEmptySql, meetsSql } from "./empty";
import { quoted, tableName } from "./identifiers";
import type { homeSystem } from "./load";
import { accountsOf, fieldOf } from "./named";
import { equalSql, pairOf } from "./pairs";
import type { System } from "./types";

/** One account holder as the platform knows them. */
export type PlatformPerson = {
  system: string;
  userId: string;
  companyId: string | null;
  companyName: string | null;
  owner: boolean;
  email: string;
  name: string | null;
  language: string;
  timeZone: string;
};

type Home = ReturnType<typeof homeSystem>;
export type PersonRow = {
  userId: string;
  companyId: string | null;
  companyName: string | null;
  owner: boolean;
  email: string | null;
  name: string | null;
  language: string | null;
  timeZone: string | null;
};

/**
 * The condition that person `p` owns their company. A closed account owns nothing any more, though its
 * person may still ask for what is held about them.
 */
export function ownerSql(home: Pick<Home, "person" | "collections">): string {
  const { owner, active } = home.person;
  if (!owner) return "false";
  const people = accountsOf(home, "person");
  const open = active ? ` and ${meetsSql(people, active, "p")}` : "";
  return `(${meetsSql(people, owner, "p")}${open})`;
}

/**
 * The condition that company `c` is person `p`'s. Whoever's column is empty is in none, though a row may be called so: they would all be
 * one another's.
 */
export function sameCompany(home: Pick<Home, "person" | "company" | "collections">): string {
  const { person, company } = home;
  const people = accountsOf(home, "person");
  if (!company || !person.company || !people) return "false";
  const [id, own] = [`c.${quoted(company.id)}`, `p.${quoted(person.company)}`];
  const pair = pairOf(fieldOf(people, person.company), fieldOf(accountsOf(home, "company"), company.id));
  return `${equalSql(pair, own, id)} and not ${isEmptySql(people, person.company, "p")}`;
}

/** The condition that company `c` has this id, in whatever way it is written. @param id SQL of a parameter */
export function isCompany(system: Pick<System, "company" | "collections">, id: string): string {
  const { company } = system;
  if (!company) return "false";
  const pair = pairOf(fieldOf(accountsOf(system, "company"), company.id), { type: "text", dataType: null });
  return equalSql(pair, `c.${quoted(company.id)}`, `${id}::text`);
}

/** `select ... from` the person's collection as `p`, left joined to the company's as `c`. */
export function personSelect(home: Home): string {
  const { person, company } = home;
  const people = accountsOf(home, "person");
  const companies = accountsOf(home, "company");
  if (!people) throw new Error("the map's person collection is missing");
  const column = (name: string | null) => (name ? `p.${quoted(name)}::text` : "null::text");
  const join =
    company && companies && person.company ? `left join ${tableName(companies)} c on ${sameCompany(home)}` : "";
  // A company exists only where its row does.
  const exists = join && company ? `c.${quoted(company.id)} is not null` : "false";
  return `
    select ${column(person.id)} as "userId", ${join && company ? `c.${quoted(company.id)}::text` : "null::text"} as "companyId",
           ${join && company?.name ? `c.${quoted(company.name)}::text` : "null::text"} as "companyName",
           ${ownerSql(home)} and ${exists} as "owner",
           ${column(person.email)} as "email", ${column(person.name)} as "name",
           ${column(person.language)} as "language", ${column(person.timeZone)} as "timeZone"
    from ${tableName(people)} p ${join}`;
}

/** Null when the row has no address: such a person cannot sign in and is told nothing. */
export function toPlatformPerson(system: string, row: PersonRow): PlatformPerson | null {
  if (!row.email?.includes("@")) return null;
  return {
    ...row,
    system,
    email: row.email,
    name: row.name?.trim() || null,
    language: row.language?.trim() || "en",
    timeZone: knownZone(row.timeZone),
  };
}

const zones = new Map<string, string>();

/** The zone when it is one, else UTC: a mistyped zone must not break a deadline. */
export function knownZone(zone: string | null): string {
  if (!zone) return "UTC";
  const known = zones.get(zone);
  if (known) return known;
  let valid = zone;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch {
    valid = "UTC";
  }
  if (zones.size < 2000) zones.set(zone, valid);
  return valid;
}
