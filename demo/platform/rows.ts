import type { Random } from "./random";

export type Row = Record<string, unknown>;
/** Rows by table, in an order that foreign keys allow. */
export type Rows = Record<string, Row[]>;

/** The demo's "now": nothing in it depends on the clock. */
export const baseDate = Temporal.Instant.from("2026-11-16T08:30:00Z");

/** So many hours before the demo's now. */
export const before = (hours: number, minutes = 0) =>
  baseDate.subtract({ minutes: hours * 60 + minutes }).toString({ smallestUnit: "microsecond" });
export const day = (hours: number) => before(hours).slice(0, 10);

export const tables = (
  "companies users user_addresses user_sessions clients sites work_orders schedule_entries work_order_notes " +
  "attachments platform_messages notifications support_conversations support_messages invoices payment_references devices " +
  "usage_events access_logs error_reports schema_versions"
).split(" ");

export function put(rows: Rows, table: string, ...added: Row[]): void {
  rows[table]?.push(...added);
}

export type Ids = { next: number };
export const newNumber = (ids: Ids) => ids.next++;

export const phone = (random: Random) => `+49 40 ${random.between(1_000_000, 9_999_999)}`;
export const ip = (random: Random) =>
  random.chance(0.3)
    ? `2001:db8::${random.between(1, 9999)}`
    : `${random.pick(["192.0.2", "198.51.100", "203.0.113"])}.${random.between(1, 254)}`;

/** A name as the part of an address before the @. */
export function slug(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z]+/g, ".")
    .replace(/^\.+|\.+$/g, "");
}
