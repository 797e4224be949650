import { z } from "zod";
import { messageText } from "../cases/message-text";
import { dataMap } from "../data-map/load";

/** A system of the data map by its name; nothing stands for everywhere. */
export const systemName = z
  .string()
  .max(200)
  .nullish()
  .transform((name) => name || null)
  .refine((name) => name === null || systemLabel(name) !== null, "Choose one of the systems listed.");

/** What a person adds in their own words; nothing is fine. */
export const addedWords = z
  .string()
  .optional()
  .transform((text) => text?.trim() || undefined)
  .pipe(messageText.optional());

/** Null for a system that the data map does not name. */
export const systemLabel = (name: string): string | null =>
  dataMap().systems.find((one) => one.name === name)?.label ?? null;

/** In a sentence, after a use: " in Operno platform"; nothing for everywhere. */
export const systemInWords = (name: string | null): string => (name === null ? "" : ` in ${systemLabel(name) ?? name}`);
