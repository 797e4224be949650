import type { Tx } from "../db/transaction";
import { personKey } from "./person-key";
import { masterKey, newestMasterVersion, openWith, type SealedPlace, sealWith } from "./seal";

/** Key version 0 stands for a person's key in the sealed form; masters begin at 1. */
const isUnderPerson = (sealed: Buffer): boolean => sealed.readUInt32BE(1) === 0;

/**
 * Seals bytes under the subject's key, or under the master key while nobody here is the subject (S32).
 * @throws when the subject's key was destroyed: nothing new may be stored for them
 */
export async function sealForSubject(
  tx: Tx,
  subjectId: string | null,
  at: SealedPlace,
  plain: Uint8Array,
): Promise<Buffer> {
  if (subjectId === null) {
    const version = newestMasterVersion();
    return sealWith(masterKey(version), version, at, plain);
  }
  const key = await personKey(tx, subjectId);
  if (!key.ok) throw new Error("the person's key was destroyed");
  return sealWith(key.value, 0, at, plain);
}

/** Opens what {@link sealForSubject} sealed, whether or not the subject was known by then; null once their key was destroyed. */
export async function openForSubject(
  tx: Tx,
  subjectId: string | null,
  at: SealedPlace,
  sealed: Buffer,
): Promise<Buffer | null> {
  if (!isUnderPerson(sealed)) return openWith(masterKey, at, sealed);
  if (subjectId === null) return null;
  const key = await personKey(tx, subjectId);
  return key.ok ? openWith(() => key.value, at, sealed) : null;
}

/** Seals for the subject what was sealed before anybody knew whose it is, so that it goes with them; what is theirs stays as it is. */
export async function resealForSubject(
  tx: Tx,
  subjectId: string | null,
  at: SealedPlace,
  sealed: Buffer,
): Promise<Buffer> {
  return isUnderPerson(sealed) ? sealed : sealForSubject(tx, subjectId, at, openWith(masterKey, at, sealed));
}
