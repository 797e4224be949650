import { z } from "zod";
import { restrictionBases } from "../db/schema/processing";
import { objectable, type Purpose, useWords } from "./purposes";
import type { RestrictionBasis } from "./words";

/** What a case asks to stop, as somebody ticked it who is not known yet, or staff wrote it down (`cases.asked_uses`). */
export type AskedUses = {
  /** None in a restriction: every use. */
  purposes: Purpose[];
  /** On what a restriction rests; null in an objection. */
  basis: RestrictionBasis | null;
  by: "person" | "staff";
  /** The part of it that the person ticked, where staff wrote down more; none in it stands for every use. */
  ticked?: Purpose[] | undefined;
};

/** The uses that are ticked in a form, of those that can stop; a browser sends one as a text and none as nothing. */
export const tickedUses = z
  .union([z.array(z.enum(objectable)).max(objectable.length), z.enum(objectable)])
  .optional()
  .transform((ticked): Purpose[] => [...new Set([ticked ?? []].flat())]);

/** On what a restriction rests; an empty choice is none. */
export const chosenBasis = z
  .union([z.literal(""), z.enum(restrictionBases)])
  .optional()
  .transform((basis): RestrictionBasis | null => basis || null);

/**
 * What the ticks of a form mean for a right, or null where they say nothing: an objection without a use, a restriction without the
 * case of GDPR 18(1) that it rests on, every other right. Then the words alone count, and a person reads them.
 */
export function askedOf(
  kind: string,
  { purposes, basis }: { purposes: Purpose[]; basis: RestrictionBasis | null },
  by: AskedUses["by"],
): AskedUses | null {
  if (kind === "objection" && purposes.length > 0) return { purposes, basis: null, by };
  return kind === "restriction" && basis ? { purposes, basis, by } : null;
}

/** As it lies in a row; null for what a later release no longer knows. */
const stored = z.object({
  purposes: z.array(z.enum(objectable)),
  basis: z.enum(restrictionBases).nullable(),
  by: z.enum(["person", "staff"]),
  ticked: z.array(z.enum(objectable)).optional(),
});
export const readAsked = (value: unknown): AskedUses | null => stored.safeParse(value).data ?? null;

/**
 * What two cases ask to stop, as one; null where that is two things, since a restriction rests on one basis. It is said to be the
 * person's own where both are: nobody ticked what a colleague wrote down.
 */
export function united(one: AskedUses | null, other: AskedUses | null): AskedUses | null {
  if (!one || !other) return one ?? other;
  if (one.basis !== other.basis) return null;
  const purposes = joined([one.purposes, other.purposes]);
  if (one.by === "person" && other.by === "person") return { purposes, basis: one.basis, by: "person" };
  const ticked = [one, other].flatMap((asked) => tickedPart(asked) ?? []).map((part) => part.purposes);
  return { purposes, basis: one.basis, by: "staff", ...(ticked.length > 0 ? { ticked: joined(ticked) } : {}) };
}

const joined = (parts: Purpose[][]): Purpose[] =>
  parts.some((part) => part.length === 0) ? [] : [...new Set(parts.flat())];

/** What of it the person ticked themselves, which staff add to and never replace; null where nothing is. */
export function tickedPart(asked: AskedUses | null): AskedUses | null {
  if (asked?.by === "person") return asked;
  return asked?.ticked ? { purposes: asked.ticked, basis: asked.basis, by: "person" } : null;
}

/** In a sentence: "improvement and analytics, communication"; none stands for every use. */
export const usesInWords = (purposes: readonly (Purpose | null)[]): string =>
  purposes.length === 0 || purposes.includes(null)
    ? "every use"
    : purposes.map((purpose) => (purpose ? useWords[purpose].title.toLowerCase() : "")).join(", ");
