import { asc } from "drizzle-orm";
import { systemCtx } from "../context";
import { type PublicKey, publicKey } from "../crypto/ed25519";
import { type SigningKey, signingKey } from "../crypto/signing-key";
import { signingKeys } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";

/** The key that signs evidence now, its public half on record before the first signature. */
export async function evidenceKey(): Promise<SigningKey> {
  const key = signingKey("evidence");
  const { kid, x } = key.publicKey;
  await withTransaction(systemCtx("evidence:key"), (tx) =>
    tx.db.insert(signingKeys).values({ kid, x, firstUsedAt: tx.now }).onConflictDoNothing(),
  );
  return key;
}

/** Every key that evidence was ever signed with, oldest first, and the one that signs now. */
export async function evidenceKeys(): Promise<PublicKey[]> {
  const rows = await withRead(systemCtx("evidence:keys"), (tx) =>
    tx.db.select().from(signingKeys).orderBy(asc(signingKeys.firstUsedAt)),
  );
  const known = rows.map(({ x }) => publicKey(x));
  const now = signingKey("evidence").publicKey;
  return known.some(({ kid }) => kid === now.kid) ? known : [...known, now];
}
