import { parseAddress } from "../auth/address";
import type { CorrectionRule } from "../data-map/types";

export type Valid = { ok: true; value: string } | { ok: false; say: string };

const good = (value: string): Valid => ({ ok: true, value });
const bad = (say: string): Valid => ({ ok: false, say });

/**
 * What was typed as the platform keeps it, or a sentence that says what to type. An empty value is none: what should not be held
 * at all is a matter for deletion or words.
 */
export function validValue({ kind, max }: Pick<CorrectionRule, "kind" | "max">, typed: string): Valid {
  const plain = typed.normalize("NFC").replace(/\r\n?/g, "\n").trim();
  if (plain === "") return bad("Write how it should be.");
  if ([...plain].length > max) return bad(`At most ${max.toLocaleString("en")} characters.`);
  // Controls, and marks that turn the reading order of what stands beside them.
  const hidden =
    kind === "long-text" ? /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u : /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
  if (hidden.test(plain)) return bad("There is a character in it that cannot be stored. Type it anew.");
  switch (kind) {
    case "text":
    case "long-text":
      return good(plain);
    case "phone":
      return /^\+?[\d ()./-]{4,}$/.test(plain) && /(\d\D*){4}/.test(plain)
        ? good(plain.replace(/\s+/g, " "))
        : bad("A telephone number, such as +49 30 1234567.");
    case "email": {
      const address = parseAddress(plain);
      return address ? good(address) : bad("One email address, such as robin@company.example.");
    }
    case "number":
      return /^-?\d{1,30}([.]\d{1,12})?$/.test(plain) ? good(plain) : bad("A number with a point, such as 42.50.");
    case "date":
      return isDay(plain) ? good(plain) : bad("A day as year-month-day, such as 2026-11-28.");
    case "yes-no":
      return plain === "true" || plain === "false" ? good(plain) : bad("Choose yes or no.");
  }
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return !text.startsWith("0000");
  } catch {
    return false;
  }
}
