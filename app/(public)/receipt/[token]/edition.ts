/** The edition that an address asks for; undefined for the newest, 0, which is none, for what is no number. */
export function editionOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : 0;
}
