import { hostile, megabyte } from "./hostile";
import { type Random, seededRandom } from "./random";
import {
  answers,
  browsers,
  chatter,
  cities,
  familyNames,
  features,
  givenNames,
  jobs,
  questions,
  remarks,
  streets,
  systems,
} from "./words";

type Row = Record<string, unknown>;
/** Rows by table, in an order that foreign keys allow. */
export type Rows = Record<string, Row[]>;

/** Of demo/platform/schema.sql and these rows; an older demo is made anew at the next start. */
export const platformVersion = 4;

/** The demo's "now": nothing in it depends on the clock. */
export const baseDate = Temporal.Instant.from("2026-11-16T08:30:00Z");

const before = (hours: number, minutes = 0) =>
  baseDate.subtract({ minutes: hours * 60 + minutes }).toString({ smallestUnit: "microsecond" });
const day = (hours: number) => before(hours).slice(0, 10);

type Colleague = {
  name: string;
  email: string;
  role: "owner" | "office" | "technician";
  language?: string;
  zone?: string;
};
type Company = {
  name: string;
  domain: string;
  trade: keyof typeof jobs;
  people: Colleague[];
  staff: number;
  clients: number;
  orders: number;
};

const companies: Company[] = [
  {
    name: "Lumen Lifts",
    domain: "lumen-lifts.example",
    trade: "lifts",
    staff: 14,
    clients: 40,
    orders: 150,
    people: [
      { name: "Ada Winter", email: "ada.winter", role: "owner", language: "en", zone: "Europe/Berlin" },
      { name: "Max Brandt", email: "max.brandt", role: "technician", language: "de", zone: "Europe/Berlin" },
    ],
  },
  {
    name: `Brightpipe "Quick & Dry" Plumbing, Ltd.`,
    domain: "brightpipe.example",
    trade: "pipes",
    staff: 9,
    clients: 25,
    orders: 80,
    people: [
      { name: "Noor Haddad", email: "noor.haddad", role: "owner", language: "en", zone: "Europe/London" },
      { name: "Tomasz Łukasz Novak", email: "tomasz.novak", role: "technician", language: "en", zone: "Europe/Warsaw" },
    ],
  },
  {
    name: "Kestrel Cleaning 🧽",
    domain: "kestrel-clean.example",
    trade: "cleaning",
    staff: 8,
    clients: 20,
    orders: 60,
    people: [
      { name: "Ines Duarte", email: "ines.duarte", role: "owner", language: "en", zone: "Atlantic/Azores" },
      { name: hostile.script, email: "bo.script", role: "office", language: "fr", zone: "Europe/Paris" },
    ],
  },
];

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

const tables = (
  "companies users user_addresses user_sessions clients sites work_orders schedule_entries work_order_notes " +
  "attachments platform_messages support_conversations support_messages invoices payment_references devices " +
  "usage_events access_logs error_reports schema_versions"
).split(" ");

function put(rows: Rows, table: string, ...added: Row[]): void {
  rows[table]?.push(...added);
}

type Ids = { next: number };
const newNumber = (ids: Ids) => ids.next++;

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

type User = { id: string; email: string; devices: { id: string; hardware: string }[] };

function fillUser(rows: Rows, random: Random, ids: Ids, company: Company, companyId: string, at: number): User {
  const known = company.people[at];
  const name = known?.name ?? `${random.pick(givenNames)} ${random.pick(familyNames)}`;
  const id = random.uuid();
  const email = `${known?.email ?? `${slug(name)}${at}`}@${company.domain}`;
  const role = known?.role ?? (random.chance(0.25) ? "office" : "technician");
  const closed = !known && random.chance(0.08);
  put(rows, "users", {
    id,
    company_id: companyId,
    email,
    email_verified_at: before(2900),
    full_name: !known && random.chance(0.05) ? null : name,
    phone: random.chance(0.8) ? phone(random) : null,
    role,
    job_title: random.pick(["Service engineer", "Dispatcher", "Apprentice", "Office", ""]),
    language: known?.language ?? random.pick(["en", "en", "de", "fr"]),
    time_zone: known?.zone ?? random.pick(["Europe/Berlin", "Europe/London", "UTC"]),
    skills: random.chance(0.3)
      ? []
      : ["first aid", random.pick(["hydraulics", "welding, gas", 'ladders "A"', "électricité"])],
    hourly_rate: random.chance(0.7) ? `${random.between(18, 74)}.${random.between(10, 99)}` : null,
    avatar: random.chance(0.3) ? random.bytea(96) : null,
    settings: {
      theme: random.pick(["light", "dark"]),
      notify: { push: random.chance(0.5), mail: null },
      columns: [1, 2, 3],
    },
    password_hash: `$argon2id$v=19$m=65536$invented$${random.uuid()}`,
    totp_secret: random.chance(0.4) ? random.bytea(20) : null,
    created_at: before(random.between(3000, 9400), random.between(0, 59)),
    last_seen_at: random.chance(0.9) ? before(random.between(1, 300), random.between(0, 59)) : null,
    closed_at: closed ? before(random.between(10, 500)) : null,
  });
  if (known || random.chance(0.2)) {
    put(rows, "user_addresses", {
      id: newNumber(ids),
      user_id: id,
      email: `${slug(name) || "bo"}.${at}@private-mail.example`,
      verified_at: known ? before(random.between(500, 3000)) : null,
    });
  }
  const devices = Array.from({ length: known ? 2 : random.between(0, 2) }, () => {
    const device = { id: random.uuid(), hardware: `hw-${random.uuid().slice(0, 13)}` };
    put(rows, "devices", {
      id: device.id,
      user_id: id,
      hardware_id: device.hardware,
      operating_system: random.pick(systems),
      browser: random.pick(browsers),
      app_version: random.pick(["4.2.0", "4.1.9", null]),
      last_ip: ip(random),
      push_token: random.chance(0.5) ? random.uuid() : null,
      first_seen_at: before(random.between(1000, 3000)),
      last_seen_at: before(random.between(1, 400)),
    });
    return device;
  });
  put(rows, "user_sessions", {
    token_hash: random.bytea(32),
    user_id: id,
    ip: ip(random),
    user_agent: random.pick(browsers),
    created_at: before(random.between(20, 300)),
    expires_at: before(-500),
  });
  return { id, email, devices };
}

type Client = { id: number; sites: number[] };

function fillClient(rows: Rows, random: Random, ids: Ids, companyId: string): Client {
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

function fillOrder(
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

function fillTalk(rows: Rows, random: Random, ids: Ids, companyId: string, users: User[]): void {
  for (let at = 0; at < users.length * 7; at++) {
    const sender = at % 5 === 0 ? (users[1] as User) : random.pick(users);
    const others = users.filter((user) => user !== sender);
    const age = random.between(1, 4000);
    put(rows, "platform_messages", {
      id: newNumber(ids),
      company_id: companyId,
      sender_id: sender.id,
      recipient_id: random.pick(others).id,
      body: random.pick(chatter),
      sent_at: before(age, random.between(0, 59)),
      read_at: random.chance(0.8) ? before(Math.max(age - 1, 0)) : null,
    });
  }
  for (let at = 0; at < users.length; at++) {
    const id = random.uuid();
    const age = random.between(30, 6000);
    put(rows, "support_conversations", {
      id,
      company_id: companyId,
      opened_by: (at < 4 ? users[at % 2] : random.pick(users))?.id,
      subject: random.pick(questions),
      channel: random.pick(["mail", "chat", "phone"]),
      status: random.pick(["open", "closed", "closed"]),
      satisfaction: random.chance(0.4) ? random.between(1, 5) : null,
      opened_at: before(age),
      closed_at: random.chance(0.6) ? before(age - 20) : null,
    });
    for (let message = 0; message < random.between(1, 4); message++) {
      put(rows, "support_messages", {
        id: newNumber(ids),
        conversation_id: id,
        from_customer: message % 2 === 0,
        agent_email: message % 2 === 0 ? null : "sam@support.operno.example",
        body: message % 2 === 0 ? random.pick(questions) : random.pick(answers),
        sent_at: before(age - message * 3),
      });
    }
  }
}

function fillBilling(rows: Rows, random: Random, ids: Ids, company: Company, companyId: string): void {
  for (let month = 0; month < 12; month++) {
    const id = random.uuid();
    put(rows, "invoices", {
      id,
      company_id: companyId,
      number: `${company.domain.slice(0, 3).toUpperCase()}-2026-${String(month + 1).padStart(3, "0")}`,
      // In another case of letters than the account's address, as people type it.
      billing_email: month % 3 === 0 ? `${company.people[0]?.email}@${company.domain}`.toUpperCase() : null,
      issued_on: day(24 * 30 * (12 - month)),
      due_on: day(24 * 30 * (12 - month) - 24 * 14),
      currency: random.pick(["EUR", "GBP"]),
      amount: `${company.staff * 29}.00`,
      lines: [{ what: "Seats, monthly", quantity: company.staff, price: "29.00" }],
      paid_at: month < 11 ? before(24 * 30 * (12 - month) - 24 * 3) : null,
    });
    put(rows, "payment_references", {
      id: newNumber(ids),
      invoice_id: id,
      provider: "paylane",
      provider_customer: `cus_${random.uuid().slice(0, 8)}`,
      provider_token: `tok_${random.uuid()}`,
      brand: random.pick(["visa", "sepa_debit"]),
      last4: String(random.between(1000, 9999)),
      expires_on: "2028-04-30",
    });
  }
}

function fillUse(rows: Rows, random: Random, ids: Ids, companyId: string, users: User[]): void {
  for (const user of users) {
    for (let at = random.between(16, 28); at > 0; at--) {
      const device = user.devices.length > 0 && random.chance(0.8) ? random.pick(user.devices).id : null;
      // Before signing in an event knows its device and nobody else.
      const anonymous = device !== null && random.chance(0.1);
      const age = random.between(1, 13_000);
      put(rows, "usage_events", {
        id: newNumber(ids),
        occurred_at: before(age, random.between(0, 59)),
        company_id: anonymous ? null : companyId,
        user_id: anonymous ? null : user.id,
        device_id: device,
        feature: random.pick(features),
        action: random.pick(["open", "edit", "search", "share"]),
        duration: random.pick(["00:00:12.5", "3 minutes", "1 hour 2 minutes", null]),
        properties: random.chance(0.6)
          ? { from: random.pick(features), count: random.between(0, 90), flag: random.chance(0.5) }
          : null,
      });
    }
    for (let at = random.between(10, 18); at > 0; at--) {
      const device = user.devices.length > 0 && random.chance(0.7) ? random.pick(user.devices).id : null;
      put(rows, "access_logs", {
        id: newNumber(ids),
        company_id: companyId,
        user_id: user.id,
        device_id: device,
        ip: ip(random),
        method: random.pick(["GET", "GET", "POST", "PATCH"]),
        path: `/api/v2/${random.pick(features)}/${random.between(1, 900)}`,
        status: random.pick([200, 200, 204, 304, 404, 500]),
        milliseconds: random.between(3, 900) + 0.25,
        user_agent: random.pick(browsers),
        logged_at: before(random.between(1, 2000), random.between(0, 59)),
      });
    }
    if (random.chance(0.6)) {
      put(rows, "error_reports", {
        id: random.uuid(),
        reporter_email: random.chance(0.6) ? user.email : null,
        hardware_id: user.devices[0]?.hardware ?? null,
        message: random.pick(["TypeError: x is undefined", "Network request failed", "Out of memory"]),
        stack: random.chance(0.7) ? "at render (app.js:1:20455)\nat main (app.js:1:90)" : null,
        context: { screen: random.pick(features), online: random.chance(0.8), battery: null },
        reported_at: before(random.between(1, 2000)),
      });
    }
  }
}

/** Puts the hostile values into rows that the demo's named people own. */
function plantHostile(rows: Rows): void {
  const [ada, max] = rows.users as [Row, Row];
  const written = (rows.work_order_notes ?? []).filter((row) => row.author_id === max.id);
  for (const [at, value] of Object.values(hostile).entries()) {
    const note = written[at];
    if (note) note.body = value;
  }
  const long = written[Object.keys(hostile).length];
  if (long) long.body = megabyte();
  const sent = (rows.platform_messages ?? []).filter((row) => row.sender_id === max.id || row.sender_id === ada.id);
  for (const [at, value] of Object.values(hostile).entries()) {
    const message = sent[at];
    if (message) message.body = value;
  }
  const files = (rows.attachments ?? []).filter((row) => row.uploaded_by === max.id || row.uploaded_by === ada.id);
  for (const [at, value] of [hostile.path, hostile.devicePath, hostile.rightToLeft, hostile.controls].entries()) {
    const file = files[at];
    if (file) file.file_name = value;
  }
  const [client] = rows.clients as [Row];
  Object.assign(client, { name: hostile.formula, notes: hostile.copyMarks, contact_name: hostile.sql });
  ada.settings = {
    [hostile.script]: hostile.controls,
    nested: { [hostile.quotes]: [hostile.emoji, null, 1e21, -0.1] },
  };
  max.skills = [hostile.quotes, hostile.commas, "{braces}", "NULL", "", hostile.emoji];
  const [address] = rows.user_addresses as [Row];
  // Reported under the second address: found only by following the identity.
  put(rows, "error_reports", {
    id: "7f000000-0000-4000-8000-000000000001",
    reporter_email: String(address.email).toUpperCase(),
    hardware_id: null,
    message: hostile.script,
    stack: hostile.lines,
    context: { note: hostile.rightToLeft },
    reported_at: before(30),
  });
}

const phone = (random: Random) => `+49 40 ${random.between(1_000_000, 9_999_999)}`;
const ip = (random: Random) =>
  random.chance(0.3)
    ? `2001:db8::${random.between(1, 9999)}`
    : `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${random.between(1, 254)}`;

function slug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z]+/g, ".")
    .replace(/^\.+|\.+$/g, "");
}
