import { collectionOf, fieldOf } from "./named";
import type { Complain } from "./parse";
import type { DatasetSyntax } from "./syntax";
import type { Collection } from "./types";

/** What the map says of people, companies and the outbox must stand in collections of theirs. */
export function checkPeople(dataset: DatasetSyntax, collections: Collection[], complain: Complain): void {
  const { person, company, outbox } = dataset.trust;
  const checked = (where: string, collection: string, columns: Record<string, string | undefined>) => {
    const known = collectionOf({ collections }, collection);
    if (!known) complain(["trust", where, "collection"], `there is no collection ${collection}`);
    for (const [key, column] of known ? Object.entries(columns) : [])
      if (column && !fieldOf(known, column)) complain(["trust", where, key], `${collection} has no field ${column}`);
    return known;
  };
  if (person) {
    const { collection, owner, active, ...columns } = person;
    const known = checked("person", collection, { ...columns, owner: owner?.field, active: active?.field });
    if (known?.scope === "company") complain(["trust", "person", "collection"], `${collection} is not in person scope`);
    if (known) checkAnonymous(dataset, person, known, complain);
    if (person.company && !company) complain(["trust", "person", "company"], "the dataset has no trust.company");
    if (company && !(person.company && person.owner)) {
      complain(["trust", "person"], "needs `company` and `owner`, so that a company's owner is known");
    }
  }
  if (outbox) {
    const { collection, connection: _, ...columns } = outbox;
    const id = fieldOf(checked("outbox", collection, columns), outbox.id);
    if (id && !["uuid", "text"].includes(id.type ?? ""))
      complain(["trust", "outbox", "id"], "the trust center gives the id, so its type must be uuid or text");
    if (!person) complain(["trust", "outbox"], "needs trust.person beside it");
  }
  if (company) {
    const { collection, ...columns } = company;
    const known = checked("company", collection, columns);
    if (known?.scope === "person")
      complain(["trust", "company", "collection"], `${collection} is not in company scope`);
    if (!person) complain(["trust", "company"], "needs trust.person beside it");
  }
}

/** A person's row that stays is anonymous only once it is said what becomes of their address and name. */
function checkAnonymous(
  dataset: DatasetSyntax,
  { email, name }: { email: string; name?: string | undefined },
  { name: collection, erasure, fields }: Collection,
  complain: Complain,
): void {
  if (erasure.person.action !== "anonymise" && erasure.company.action !== "anonymise") return;
  const at = dataset.collections.findIndex((one) => one.name === collection);
  for (const [index, field] of fields.entries())
    if ([email, name].includes(field.name) && field.erasure === null)
      complain(
        ["collections", at, "fields", index],
        "the person's row is made anonymous and would keep this; give it `erasure` under `trust`, such as `token` or `clear`, or `keep`",
      );
}
