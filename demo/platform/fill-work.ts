import type { Company } from "./companies";
import type { User } from "./fill-people";
import type { Random } from "./random";
import { before, day, type Ids, newNumber, phone, put, type Rows, slug } from "./rows";
import { cities, familyNames, givenNames, jobs, remarks, streets } from "./words";

export type Client = { id: number; sites: number[] };

/** One client of the company with their sites. */
export function fillClient(rows: Rows, random: Random, ids: Ids, companyId: string): Client {
  const id = newNumber(ids);
  const contact = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
  put(rows, "clients", {
    id,
    company_id: companyId,
    name: random.pick(["Hotel Seeblick", "School at the Mill", contact, "Harbour Housing, Ltd.", "Clinic North"]),
    contact_name: contact,
    email: random.chance(0.8) ? `${slug(contact)}@clients.example` : null,
    phone: random.chance(0.7) ? phone(random) : "",
    billing_address: random.chance(0.8)
      ? { street: random.pick(streets), city: random.pick(cities).city, vat: null }
      : null,
    notes: random.chance(0.3) ? random.pick(remarks) : null,
    created_at: before(random.between(2000, 9000)),
  });
  const sites = Array.from({ length: random.between(1, 2) }, () => {
    const site = newNumber(ids);
    const place = random.pick(cities);
    put(rows, "sites", {
      id: site,
      client_id: id,
      label: random.pick(["Main building", "Annex", "Staircase B", "Roof"]),
      street: `${random.pick(streets)} ${random.between(1, 120)}`,
      city: place.city,
      postal_code: place.postal,
      country: place.country,
      latitude: place.latitude + random.between(-900, 900) / 10_000,
      longitude: place.longitude + random.between(-900, 900) / 10_000,
      access_code: random.chance(0.4) ? `${random.between(1000, 9999)}#` : null,
      equipment: random.chance(0.5) ? [{ type: "lift", load: 630, serial: random.uuid().slice(0, 8) }] : [],
    });
    return site;
  });
  return { id, sites };
}

/** One job with its schedule, notes and attachments. */
export function fillOrder(
  rows: Rows,
  random: Random,
  ids: Ids,
  company: Company,
  companyId: string,
  users: User[],
  clients: Client[],
  at: number,
): void {
  const id = newNumber(ids);
  const client = random.pick(clients);
  const age = random.between(2, 9000);
  // The two named people have work of their own in every demo.
  const [owner, worker] = users as [User, User];
  const assigned = at % 4 === 0 ? worker : random.pick(users);
  const creator = at % 3 === 0 ? owner : random.pick(users);
  put(rows, "work_orders", {
    id,
    company_id: companyId,
    client_id: client.id,
    site_id: random.chance(0.9) ? random.pick(client.sites) : null,
    number: `WO-${String(at + 1).padStart(5, "0")}`,
    title: random.pick(jobs[company.trade]),
    description: random.chance(0.7) ? `${random.pick(remarks)} ${random.pick(remarks)}` : null,
    status: random.pick(["open", "planned", "done", "done", "invoiced"]),
    priority: random.between(1, 5),
    created_by: creator.id,
    assigned_to: random.chance(0.9) || at % 4 === 0 ? assigned.id : null,
    estimated: random.pick(["45 minutes", "2 hours", "1 day 4 hours", null]),
    price: random.chance(0.8) ? `${random.between(40, 12_000)}.${random.between(10, 99)}` : null,
    tags: random.chance(0.5) ? [random.pick(["urgent", "warranty", "two, people", 'size "L"'])] : [],
    checklist: random.chance(0.4)
      ? [
          { step: "photo", done: true },
          { step: "sign", done: false, by: null },
        ]
      : null,
    signature: random.chance(0.3) ? random.bytea(64) : null,
    due_on: random.chance(0.8) ? day(age - 72) : null,
    created_at: before(age),
    completed_at: random.chance(0.5) ? before(Math.max(age - 60, 1)) : null,
  });
  for (let entry = random.between(0, 2); entry >= 0; entry--) {
    put(rows, "schedule_entries", {
      id: newNumber(ids),
      work_order_id: id,
      user_id: entry === 0 ? assigned.id : random.pick(users).id,
      starts_at: before(age - 48),
      ends_at: before(age - 46),
      travel: random.pick(["25 minutes", "01:10:00", null]),
      confirmed: random.chance(0.7),
    });
  }
  for (let note = random.between(0, 2); note >= 0; note--) {
    const author = note === 0 ? assigned : random.pick(users);
    put(rows, "work_order_notes", {
      id: newNumber(ids),
      work_order_id: id,
      author_id: random.chance(0.95) ? author.id : null,
      mentioned: random.chance(0.25) ? [random.pick(users).id, worker.id] : [],
      body: random.pick(remarks),
      created_at: before(age - 47),
    });
  }
  if (random.chance(0.35)) {
    put(rows, "attachments", {
      id: random.uuid(),
      work_order_id: id,
      uploaded_by: random.chance(0.9) ? assigned.id : null,
      file_name: random.pick(["type-plate.jpg", "Angebot Nr. 7.pdf", "before & after.png", "leak.heic"]),
      media_type: random.pick(["image/jpeg", "application/pdf", null]),
      size_bytes: random.between(2_000, 9_000_000),
      sha256: random.bytea(32),
      content: random.chance(0.6) ? random.bytea(random.between(40, 400)) : null,
      uploaded_at: before(age - 46),
    });
  }
}
