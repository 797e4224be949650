import { z } from "zod";

export const messageLimit = 10_000;

/** What a person writes: trimmed, not empty, at most 10,000 characters, without NUL (Postgres and mail refuse it). */
export const messageText = z
  .string()
  .transform((text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim())
  .refine((text) => text.length > 0, "Write a few words.")
  .refine(
    (text) => text.length <= messageLimit,
    `This is longer than ${messageLimit.toLocaleString("en")} characters.`,
  );
