/** A version number as it stands in an address; null for anything else (`01`, `1.0`, `-1`, `1e3`). */
export function parseVersionNumber(text: string): number | null {
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : null;
}
