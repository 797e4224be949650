import { z } from "zod";

export const messageLimit = 10_000;

/** As it is kept: trimmed, without NUL (Postgres and mail refuse it), line ends alike. */
const plain = z.string().transform((text) => text.replaceAll("\0", "").replace(/\r\n?/g, "\n").trim());
const short = (text: string) => text.length <= messageLimit;
const tooLong = `This is longer than ${messageLimit.toLocaleString("en")} characters.`;

/** What a person writes: trimmed, not empty, at most 10,000 characters. */
export const messageText = plain.refine((text) => text.length > 0, "Write a few words.").refine(short, tooLong);

/** The same where nothing need be said. */
export const optionalText = plain.refine(short, tooLong);
