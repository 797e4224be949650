import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { config } from "../../trust-center.config";
import { passkeyChallenges, type passkeys } from "../db/schema";
import type { Tx } from "../db/transaction";
import { env } from "../env";
import { newId } from "../ids";

/** Minutes that a WebAuthn challenge can be answered. */
const challengeMinutes = 5;

export type PasskeyRow = typeof passkeys.$inferSelect;
type Purpose = (typeof passkeyChallenges.$inferSelect)["purpose"];

/** Who we are to an authenticator: the host of the configured origin, never of a request (S25). */
const relyingParty = () => ({ id: new URL(env().APP_URL).hostname, name: `${config.company.name} Trust Center` });

const text = z.string().min(1).max(20_000);
/** What a browser hands back; the library looks deeper, this keeps the shape and the size bounded (S2). */
export const credentialSchema = z.object({
  id: text,
  rawId: text,
  type: z.literal("public-key"),
  response: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});
export type Credential = z.output<typeof credentialSchema>;

export function registrationOptions(
  staff: { id: string; name: string; email: string },
  existing: PasskeyRow[],
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { id, name } = relyingParty();
  return generateRegistrationOptions({
    rpID: id,
    rpName: name,
    userID: new Uint8Array(Buffer.from(staff.id.replaceAll("-", ""), "hex")),
    userName: staff.email,
    userDisplayName: staff.name,
    attestationType: "none",
    excludeCredentials: existing.map((key) => ({ id: key.credentialId, transports: key.transports })),
    authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
  });
}

export function assertionOptions(existing: PasskeyRow[]): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: relyingParty().id,
    userVerification: "required",
    allowCredentials: existing.map((key) => ({ id: key.credentialId, transports: key.transports })),
  });
}

/** @returns the new credential, or null when it is not one for us, unverified by its user, or malformed */
export async function verifyRegistration(credential: Credential, challenge: string) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: credential as unknown as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: env().APP_URL,
      expectedRPID: relyingParty().id,
      requireUserVerification: true,
    });
    return verified ? registrationInfo.credential : null;
  } catch {
    return null; // the library throws for every mismatch
  }
}

/** @returns the authenticator's new counter, or null when the assertion does not hold */
export async function verifyAssertion(credential: Credential, challenge: string, key: PasskeyRow) {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credential as unknown as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: env().APP_URL,
      expectedRPID: relyingParty().id,
      requireUserVerification: true,
      // It refuses a counter that did not rise, unless both are 0 (synced passkeys have none).
      credential: { id: key.credentialId, publicKey: new Uint8Array(key.publicKey), counter: key.counter },
    });
    return verified ? authenticationInfo.newCounter : null;
  } catch {
    return null;
  }
}

/** Remembers a challenge for one session. */
export async function storePasskeyChallenge(tx: Tx, sessionId: string, purpose: Purpose, challenge: string) {
  await tx.db.insert(passkeyChallenges).values({
    id: newId(),
    sessionId,
    purpose,
    challenge,
    expiresAt: tx.now.add({ minutes: challengeMinutes }),
  });
}

/** Takes the challenge that a response claims to answer: it counts once, for the session it was made for. */
export async function takePasskeyChallenge(
  tx: Tx,
  sessionId: string,
  purpose: Purpose,
  credential: Credential,
): Promise<string | null> {
  const challenge = claimedChallenge(credential);
  if (challenge === null) return null;
  const taken = await tx.db
    .update(passkeyChallenges)
    .set({ usedAt: tx.now })
    .where(
      and(
        eq(passkeyChallenges.sessionId, sessionId),
        eq(passkeyChallenges.purpose, purpose),
        eq(passkeyChallenges.challenge, challenge),
        isNull(passkeyChallenges.usedAt),
        gt(passkeyChallenges.expiresAt, sql`${tx.now.toString()}::timestamptz`),
      ),
    )
    .returning({ challenge: passkeyChallenges.challenge });
  return taken[0]?.challenge ?? null;
}

function claimedChallenge(credential: Credential): string | null {
  try {
    const data = Buffer.from(String(credential.response.clientDataJSON), "base64url").toString("utf8");
    const parsed = z.object({ challenge: z.string().min(16).max(500) }).safeParse(JSON.parse(data));
    return parsed.success ? parsed.data.challenge : null;
  } catch {
    return null;
  }
}
