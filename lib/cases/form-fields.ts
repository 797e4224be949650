import { z } from "zod";
import { parseAddress } from "../auth/address";
import { consume, type LimitKind } from "../auth/rate-limit";
import { ok, type Result } from "../errors";

const oneAddress = "Write one email address, such as name@company.example.";

/** An address as S11 has it; null never passes. */
export const addressField = z
  .string()
  .max(320, oneAddress)
  .transform(parseAddress)
  .refine((address) => address !== null, oneAddress);

/** One line: control characters become spaces. */
export const lineField = z
  .string()
  .max(200, "This is longer than 200 characters.")
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  .transform((text) => text.replace(/[\u0000-\u001f\u007f]/g, " ").trim());

/**
 * Counts a public form by network, by every address in it and by all together (S17). It slows down and never forbids: the same
 * form is taken when the hour is over.
 */
export async function paceForm(
  network: string | null,
  addresses: readonly string[],
): Promise<Result<void, "too-many" | "cannot-check">> {
  const counts: [LimitKind, string | null][] = [
    ["form.network", network],
    ...addresses.map((address): [LimitKind, string] => ["form.address", address]),
    ["form.all", "all"],
  ];
  for (const [kind, key] of counts) {
    const counted = await consume(kind, key);
    if (!counted.ok) return counted;
  }
  return ok(undefined);
}
