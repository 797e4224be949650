import { z } from "zod";

/** Tags that one case can have. */
export const mostTags = 10;

/** A tag as typed: lower case, spaces to hyphens. An address or a name in capitals does not become one silently. */
export const tagWord = z
  .string()
  .transform((text) => text.trim().toLowerCase().replace(/\s+/g, "-"))
  .refine(
    (word) => /^[a-z0-9][a-z0-9-]{0,29}$/.test(word),
    "Up to 30 letters a to z, digits and hyphens. Never a name or an address.",
  );
