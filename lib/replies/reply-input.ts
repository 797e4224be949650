import { z } from "zod";

/** What a saved reply is made of: whole words for many, so nothing about anybody. */
export const replyFields = z.object({
  title: z.string().trim().min(3, "Give it a title.").max(80),
  body: z
    .string()
    .transform((text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim())
    .refine((text) => text.length > 0, "Write a few words.")
    .refine((text) => text.length <= 10_000, "This is longer than 10,000 characters."),
  /** Ids of clauses of the policy in force that it rests on. */
  clauses: z
    .union([z.string().transform((one) => (one ? [one] : [])), z.array(z.string())])
    .default([])
    .pipe(z.array(z.string().max(120)).max(20)),
});
