import { z } from "zod";
import { highlightInput } from "./import-version";
import { maxPolicyBytes, parsePolicy } from "./parse";

/** What a person writes of a version; `effectiveAt` is an ISO instant or empty while undecided. */
export const draftContent = z.object({
  markdown: z.string().min(1).max(maxPolicyBytes),
  effectiveAt: z
    .string()
    .nullable()
    .default(null)
    .transform((text, issue) => {
      if (text === null || text.trim() === "") return null;
      try {
        return Temporal.Instant.from(text);
      } catch {
        issue.addIssue({ code: "custom", message: "is no instant such as 2027-01-31T00:00:00Z" });
        return z.NEVER;
      }
    }),
  highlights: z.array(highlightInput).max(100).default([]),
});

/** Title and language of a source that may still have problems. */
export function headOf(markdown: string): { title: string; language: string } {
  const parsed = parsePolicy(markdown);
  return parsed.ok ? parsed.policy : { title: "Draft", language: "en" };
}
