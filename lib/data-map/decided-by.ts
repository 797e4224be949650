import type { Collection, System } from "./types";

/** The columns of a collection by which the map decides whose a row is, what somebody may, or when something was. */
export function decidedBy(
  { person, company, clients, outbox }: Pick<System, "person" | "company" | "clients" | "outbox">,
  { name, companyField, since, open, fields }: Collection,
): string[] {
  const columns = [
    ...[companyField, since, open?.field],
    ...fields.flatMap(({ follow, enter }) => [follow?.ifSet, enter?.ifEmpty]),
    ...(person?.collection === name
      ? [
          ...[person.id, person.email, person.verified, person.company, person.closed],
          ...[person.owner?.field, person.active?.field],
        ]
      : []),
    ...(company?.collection === name ? [company.id, company.closed] : []),
    ...(clients?.collection === name ? [clients.id] : []),
    ...(outbox?.collection === name ? [outbox.id, outbox.person] : []),
  ];
  return columns.filter((column) => typeof column === "string");
}
