import { z } from "zod";
import { purposes } from "../db/schema/processing";
import { systemName } from "./extent";

/** Analytics is a part of improvement, as the policy has it. */
const purpose = z
  .union([z.enum(purposes), z.literal("analytics")])
  .transform((name) => (name === "analytics" ? ("improvement" as const) : name));

/** One question of the platform. Names are strict: a misspelt use must not be answered with yes. */
export const questionInput = z.strictObject({
  subject: z.string().regex(/^[^\p{Cc}]{1,200}$/u),
  purpose,
  system: systemName,
});

/** What stands behind the person in the address, each name once: a second `purpose` must not decide, nor may one name another person. */
export function askedIn(
  subject: string,
  search: URLSearchParams,
): z.ZodSafeParseResult<z.output<typeof questionInput>> {
  const names = [...search.keys()];
  const isPlain = new Set(names).size === names.length && !names.includes("subject");
  return questionInput.safeParse(
    isPlain ? { ...Object.fromEntries(search), subject } : { subject, purpose: undefined },
  );
}

/** Several at once. */
export const questionsInput = z.strictObject({ questions: z.array(questionInput).min(1).max(1000) });

/** A thousand questions with room to spare; within what the site takes as a body (S5). */
export const maxQuestionBytes = 384 * 1024;

/** A place in the feed. */
export const afterInput = z
  .string()
  .regex(/^\d{1,15}$/)
  .default("0")
  .transform(Number);
