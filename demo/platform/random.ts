import { createHash } from "node:crypto";

/** Chance that is the same on every machine: the demo must not differ between two starts. */
export type Random = {
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** True in `share` of the cases. */
  chance(share: number): boolean;
  uuid(): string;
  /** Hex digits of that many bytes, as Postgres reads them into bytea. */
  bytea(bytes: number): string;
};

/** SFC32 (Doty-Humphrey), seeded by a word. */
export function seededRandom(seed: string): Random {
  const digest = createHash("sha256").update(seed).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number];
  const next = (): number => {
    const sum = (((a + b) >>> 0) + d) >>> 0;
    d = (d + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let warm = 0; warm < 12; warm++) next();
  const between = (low: number, high: number) => low + (next() % (high - low + 1));
  const hex = (bytes: number) =>
    Array.from({ length: Math.ceil(bytes / 4) }, () => next().toString(16).padStart(8, "0"))
      .join("")
      .slice(0, bytes * 2);
  return {
    between,
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    chance: (share) => next() / 2 ** 32 < share,
    uuid: () => {
      const digits = hex(16);
      const variant = "89ab"[Number.parseInt(digits[16] ?? "0", 16) % 4];
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
    bytea: (bytes) => `\\x${hex(bytes)}`,
  };
}
