import type { Company } from "./companies";
import type { Random } from "./random";
import { before, type Ids, ip, newNumber, phone, put, type Rows, slug } from "./rows";
import { browsers, familyNames, givenNames, systems } from "./words";

export type User = { id: string; email: string; devices: { id: string; hardware: string }[] };

/** One person with their addresses, devices and sessions. */
export function fillUser(rows: Rows, random: Random, ids: Ids, company: Company, companyId: string, at: number): User {
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
