import { z } from "zod";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { withOfficer } from "../auth/with-officer";
import { type Ctx, isSteppedUp } from "../context";
import { findAccount } from "../data-map/find-platform-person";
import { dataMap } from "../data-map/load";
import { identitiesAtHome } from "../data-map/reach";
import { legalHolds } from "../db/schema";
import { holdGrounds, holdScopes } from "../db/schema/holds";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { type KnownBy, sealWords } from "./sealed-words";

export const holdInput = z.object({
  scope: z.enum(holdScopes),
  /** The account's address on the platform, or its id there; of a company, anybody's in it. */
  address: z.string().trim().max(320).optional(),
  /** `system/collection` of the data map; empty: everything. */
  collection: z.string().trim().max(200).optional(),
  /** Only what is from this day on, and from before that day; UTC. */
  from: z.iso.date("Write a date.").or(z.literal("")).optional(),
  until: z.iso.date("Write a date.").or(z.literal("")).optional(),
  ground: z.enum(holdGrounds),
  note: z.string().trim().min(10, "Say why in a sentence.").max(2000, "At most 2,000 characters."),
});
export type HoldInput = z.input<typeof holdInput>;

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "cannot-check";
type Extent = Pick<typeof legalHolds.$inferInsert, "platformUserId" | "platformCompanyId"> & {
  knownBy: KnownBy | null;
};

/**
 * Asks for a legal hold. Nothing of it is deleted from now on; unless a second officer sets it within
 * `config.holds.provisionalHours`, it lapses.
 * @returns `not-found` when the platform knows no such account, or the map no such collection
 */
export async function requestHold(ctx: Ctx, raw: HoldInput): Promise<Result<{ holdId: string }, Reasons>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  // Before anybody is looked up for them (S14).
  if (!(await withRead(ctx, async (tx) => isSteppedUp(actor, tx.now)))) return fail("step-up-required");
  const parsed = holdInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { scope, ground, note } = parsed.data;
  const [fromAt, untilAt] = [instantOf(parsed.data.from), instantOf(parsed.data.until)];
  if (fromAt && untilAt && Temporal.Instant.compare(fromAt, untilAt) >= 0) return fail("invalid-input");
  const where = collectionOf(parsed.data.collection);
  if (where === undefined) return fail("not-found");
  if (scope === "collection" && !where) return fail("invalid-input");
  // The platform is asked outside of the transaction.
  const extent = scope === "collection" ? ok(nobody) : await accountOf(scope, parsed.data.address ?? "");
  if (!extent.ok) return extent;
  const { knownBy, ...ids } = extent.value;
  return withOfficer(ctx, async (tx, officer) => {
    const id = newId();
    await tx.db.insert(legalHolds).values({
      ...{ id, scope, ground, fromAt, untilAt, ...ids, ...where },
      identities: knownBy ? sealWords(id, "identities", JSON.stringify(knownBy)) : null,
      note: sealWords(id, "note", note),
      requestedBy: officer.staffId,
      requestedAt: tx.now,
    });
    await recordAudit(tx, {
      action: "hold.requested",
      object: { type: "hold", id },
      payload: { scope, ground, collection: where?.collection ?? null },
    });
    return ok({ holdId: id });
  });
}

const nobody: Extent = { platformUserId: null, platformCompanyId: null, knownBy: null };

const instantOf = (date: string | undefined): Temporal.Instant | null =>
  date ? Temporal.PlainDate.from(date).toZonedDateTime("UTC").toInstant() : null;

/** Undefined when the map has no such collection. */
function collectionOf(given: string | undefined): { system: string; collection: string } | null | undefined {
  if (!given) return null;
  for (const system of dataMap().systems)
    for (const { name } of system.collections)
      if (`${system.name}/${name}` === given) return { system: system.name, collection: name };
  return undefined;
}

async function accountOf(scope: "person" | "company", typed: string): Promise<Result<Extent, Reasons>> {
  const known = typed.includes("@") ? parseAddress(typed) : typed;
  if (!known) return fail("invalid-input");
  // Also one whose address was never proved: a hold opens nothing, and its data may be deleted like all others.
  const person = await findAccount(known);
  if (!person || (scope === "company" && !person.companyId)) return fail("not-found");
  const subject = { platformUserId: person.userId, platformCompanyId: person.companyId };
  const found = await identitiesAtHome(dataMap(), subject, scope, true);
  return ok({
    platformUserId: person.userId,
    platformCompanyId: scope === "company" ? person.companyId : null,
    knownBy: { address: person.email.toLowerCase(), identities: [...found] },
  });
}
