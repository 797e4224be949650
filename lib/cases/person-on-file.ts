import { eq } from "drizzle-orm";
import { parseAddress } from "../auth/address";
import type { Ctx } from "../context";
import { findPlatformPerson, type PlatformPerson } from "../data-map/find-platform-person";
import { people, personKeys } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { newId } from "../ids";

export type OnFile = {
  /** As it is kept: a link goes there, never to what somebody typed. */
  address: string;
  platform: PlatformPerson | null;
};

/**
 * Whom an address on file belongs to: somebody of the platform, or who signed in here before. The platform is asked outside of
 * any transaction; while it does not answer this throws, so that a job tries again rather than call somebody unknown.
 */
export async function findOnFile(ctx: Ctx, typed: string): Promise<OnFile | null> {
  const platform = await findPlatformPerson(typed);
  const address = platform && parseAddress(platform.email);
  if (address) return { address, platform };
  const known = await withRead(ctx, (tx) => personAt(tx, typed));
  return known ? { address: known.email, platform: null } : null;
}

/** Nobody whose key was destroyed: nothing new may be kept for them. */
async function personAt(tx: Tx, email: string) {
  const [row] = await tx.db
    .select({ id: people.id, email: people.email, destroyedAt: personKeys.destroyedAt })
    .from(people)
    .leftJoin(personKeys, eq(personKeys.personId, people.id))
    .where(eq(people.email, email.toLowerCase()));
  return row && !row.destroyedAt ? row : null;
}

/** The person here that an address on file stands for, made when they never signed in; linked to the platform as a sign-in would. */
export async function personFor(tx: Tx, { address, platform }: OnFile): Promise<string | null> {
  const linked = platform && {
    ...{ platformUserId: platform.userId, platformCompanyId: platform.companyId, platformOwner: platform.owner },
    ...{ name: platform.name, language: platform.language, timeZone: platform.timeZone, linkedAt: tx.now },
  };
  await tx.db
    .insert(people)
    .values({ id: newId(), email: address, ...linked })
    .onConflictDoNothing();
  const person = await personAt(tx, address);
  if (person && linked) await tx.db.update(people).set(linked).where(eq(people.id, person.id));
  return person?.id ?? null;
}
