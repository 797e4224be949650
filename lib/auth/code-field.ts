import { z } from "zod";

/** Six digits as people type them: spaces and hyphens are forgiven. */
export const codeField = z
  .string()
  .max(40)
  .transform((typed) => typed.replace(/[\s-]/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "The code is six digits. Type it as it stands in the mail."));
