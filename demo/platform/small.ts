import { type Company, companies } from "./companies";
import { fillBilling } from "./fill-billing";
import { fillUser } from "./fill-people";
import { fillTalk } from "./fill-talk";
import { fillUse } from "./fill-use";
import { fillClient, fillOrder } from "./fill-work";
import { plantHostile } from "./plant-hostile";
import { type Random, seededRandom } from "./random";
import { before, day, type Ids, phone, put, type Rows, tables } from "./rows";
import { cities, streets } from "./words";

/** Of demo/platform/schema.sql and these rows; an older demo is made anew at the next start. */
export const platformVersion = 5;

/** The demo's three companies: about 3,000 rows, the same on every machine. */
export function smallRows(): Rows {
  const random = seededRandom("operno demo 1");
  const rows: Rows = Object.fromEntries(tables.map((table) => [table, []]));
  const ids = { next: 1000 };
  for (const company of companies) fillCompany(rows, random, ids, company);
  plantHostile(rows);
  put(
    rows,
    "schema_versions",
    ...Array.from({ length: platformVersion }, (_, at) => at + 1).map((version) => ({
      version,
      applied_at: before(9000 - version),
    })),
  );
  return rows;
}

function fillCompany(rows: Rows, random: Random, ids: Ids, company: Company): void {
  const companyId = random.uuid();
  const place = random.pick(cities);
  put(rows, "companies", {
    id: companyId,
    name: company.name,
    legal_form: random.pick(["GmbH", "Ltd", "SARL", null]),
    vat_number: `${place.country}${random.between(100000000, 999999999)}`,
    phone: phone(random),
    address: { street: `${random.pick(streets)} ${random.between(1, 90)}`, city: place.city, postalCode: place.postal },
    employees: company.staff,
    plan: random.pick(["team", "business"]),
    trial_ends_on: random.chance(0.5) ? day(8000) : null,
    shift_length: "7 hours 30 minutes",
    created_at: before(9500),
    closed_at: null,
  });
  const users = Array.from({ length: company.staff }, (_, at) => fillUser(rows, random, ids, company, companyId, at));
  const clients = Array.from({ length: company.clients }, () => fillClient(rows, random, ids, companyId));
  for (let at = 0; at < company.orders; at++) fillOrder(rows, random, ids, company, companyId, users, clients, at);
  fillTalk(rows, random, ids, companyId, users);
  fillBilling(rows, random, ids, company, companyId);
  fillUse(rows, random, ids, companyId, users);
}
