import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { personKeys } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { masterKey, newestMasterVersion, openWith, type SealedPlace, sealWith } from "./seal";

const place = (personId: string): SealedPlace => ({ table: "person_keys", column: "wrapped", row: personId });

/**
 * The 32-byte key of one person, made at first use. Everything sealed under it becomes unreadable,
 * in backups too, once the row's `wrapped` is destroyed (S32).
 */
export async function personKey(tx: Tx, personId: string): Promise<Result<Buffer, "key-destroyed">> {
  const [row] = await tx.db.select().from(personKeys).where(eq(personKeys.personId, personId));
  if (row) return row.wrapped ? ok(openWith(masterKey, place(personId), row.wrapped)) : fail("key-destroyed");
  const key = randomBytes(32);
  const version = newestMasterVersion();
  const wrapped = sealWith(masterKey(version), version, place(personId), key);
  const made = await tx.db
    .insert(personKeys)
    .values({ personId, wrapped, masterVersion: version })
    .onConflictDoNothing()
    .returning({ personId: personKeys.personId });
  // Somebody else made it in the meantime: theirs counts.
  return made.length > 0 ? ok(key) : personKey(tx, personId);
}

/** Seals text under the person's key. @throws when the key was destroyed: nothing new may be stored for them. */
export async function sealForPerson(tx: Tx, personId: string, at: SealedPlace, text: string): Promise<Buffer> {
  const key = await personKey(tx, personId);
  if (!key.ok) throw new Error("the person's key was destroyed");
  return sealWith(key.value, 0, at, Buffer.from(text, "utf8"));
}

/** Opens what {@link sealForPerson} sealed. */
export async function openForPerson(
  tx: Tx,
  personId: string,
  at: SealedPlace,
  sealed: Buffer,
): Promise<Result<string, "key-destroyed">> {
  const key = await personKey(tx, personId);
  return key.ok ? ok(openWith(() => key.value, at, sealed).toString("utf8")) : key;
}
