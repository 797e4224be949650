import { z } from "zod";
import { recordAudit } from "../audit/record";
import { parseAddress } from "../auth/address";
import { withOfficer } from "../auth/with-officer";
import { type Ctx, isSteppedUp } from "../context";
import { sha256Hex } from "../crypto/hash";
import { findPlatformPerson, type PlatformPerson } from "../data-map/find-platform-person";
import { policyCategories } from "../data-map/types";
import { disclosurePeople, disclosures } from "../db/schema";
import { authorityKinds, disclosureGrounds, disclosureOutcomes } from "../db/schema/disclosures";
import { withRead } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { peopleHash } from "./people-hash";
import { sealDisclosedAddress, sealDisclosure } from "./sealed-words";

/** So many people are linked one by one at most; their number may be larger. */
export const mostNamed = 200;
const categories = z.array(z.enum(policyCategories)).max(policyCategories.length).default([]);
const number = z.coerce.number().int().min(0).max(100_000_000);
const day = z.iso.date("Write a date.");

export const disclosureInput = z.object({
  authorityKind: z.enum(authorityKinds),
  ground: z.enum(disclosureGrounds),
  /** Sealed: which authority, its own number, and why it is answered so. */
  authority: z.string().trim().min(2, "Say which authority.").max(200),
  number: z.string().trim().max(200).default(""),
  why: z.string().trim().min(10, "Say why in a sentence.").max(5000, "At most 5,000 characters."),
  /** UTC. */
  receivedOn: day,
  outcome: z.enum(disclosureOutcomes),
  asked: categories.refine((list) => list.length > 0, "Choose what was asked for."),
  given: categories,
  peopleAsked: number,
  peopleGiven: number,
  /** The accounts it is about, one a line; those whom we can tell of it. */
  addresses: z
    .string()
    .max(mostNamed * 330)
    .default(""),
  /** Nobody outside may know of it before this day; UTC, empty: it is not sealed. */
  sealedUntil: day.or(z.literal("")).default(""),
});
export type DisclosureInput = z.input<typeof disclosureInput>;

type Reasons = "not-allowed" | "step-up-required" | "invalid-input" | "not-found" | "cannot-check";

/**
 * An officer records an authority's demand and what is to be given; nothing is until a second officer releases just that (S15).
 * @returns `not-found` when the platform does not know one of the addresses
 */
export async function recordDisclosure(
  ctx: Ctx,
  raw: DisclosureInput,
): Promise<Result<{ disclosureId: string }, Reasons>> {
  const { actor } = ctx;
  if (actor.kind !== "staff" || actor.role !== "officer") return fail("not-allowed");
  // Before anybody is looked up for them (S14).
  if (!(await withRead(ctx, async (tx) => isSteppedUp(actor, tx.now)))) return fail("step-up-required");
  const parsed = disclosureInput.safeParse(raw);
  if (!parsed.success) return fail("invalid-input");
  const { addresses, authority, number: theirs, why, receivedOn, sealedUntil, ...said } = parsed.data;
  if (!agrees(said)) return fail("invalid-input");
  const named = [...new Set(addresses.split(/[\s,;]+/).filter((one) => one !== ""))];
  if (named.length > Math.min(mostNamed, said.peopleAsked)) return fail("invalid-input");
  // The platform is asked outside of the transaction.
  const people = await accountsOf(named);
  if (!people.ok) return people;
  return withOfficer<{ disclosureId: string }, Reasons>(ctx, async (tx, officer) => {
    const receivedAt = instantOf(receivedOn);
    if (Temporal.Instant.compare(receivedAt, tx.now) > 0) return fail("invalid-input");
    const id = newId();
    const words = { authority, number: theirs, why };
    const users = people.value.map(({ userId }) => userId);
    await tx.db.insert(disclosures).values({
      ...{ id, ...said, receivedAt, sealedUntil: sealedUntil ? instantOf(sealedUntil) : null },
      ...{ words: sealDisclosure(id, words), wordsSha256: sha256Hex(JSON.stringify(words)) },
      peopleSha256: peopleHash(users),
      ...{ requestedBy: officer.staffId, requestedAt: tx.now },
    });
    if (people.value.length > 0)
      await tx.db.insert(disclosurePeople).values(
        people.value.map(({ userId, email }) => {
          const link = newId();
          const address = sealDisclosedAddress(link, email);
          return { id: link, disclosureId: id, platformUserId: userId, address };
        }),
      );
    await recordAudit(tx, {
      action: "disclosure.recorded",
      object: { type: "disclosure", id },
      payload: { ...said, named: users.length, sealed: sealedUntil !== "" },
    });
    return ok({ disclosureId: id });
  });
}

type Said = Pick<z.output<typeof disclosureInput>, "outcome" | "asked" | "given" | "peopleAsked" | "peopleGiven">;

/** Whether what is given fits how it is called, and is none of what nobody asked for. */
function agrees({ outcome, asked, given, peopleAsked, peopleGiven }: Said): boolean {
  if (peopleGiven > peopleAsked || given.some((one) => !asked.includes(one))) return false;
  if (outcome === "refused") return given.length === 0 && peopleGiven === 0;
  if (given.length === 0 || peopleGiven === 0) return false;
  return (outcome === "given") === (given.length === asked.length && peopleGiven === peopleAsked);
}

const instantOf = (date: string): Temporal.Instant => Temporal.PlainDate.from(date).toZonedDateTime("UTC").toInstant();

async function accountsOf(
  addresses: readonly string[],
): Promise<Result<PlatformPerson[], "not-found" | "cannot-check">> {
  const found = new Map<string, PlatformPerson>();
  try {
    for (const typed of addresses) {
      const address = parseAddress(typed);
      const person = address ? await findPlatformPerson(address) : null;
      if (!person) return fail("not-found");
      found.set(person.userId, person);
    }
  } catch {
    return fail("cannot-check");
  }
  return ok([...found.values()]);
}
