import { config } from "../../trust-center.config";
import { signText } from "../crypto/ed25519";
import type { SigningKey } from "../crypto/signing-key";
import { env } from "../env";
import { evidenceKey } from "../evidence/signing-keys";
import type { Answered, Question } from "./answer-questions";

/** An answer as the platform reads it. */
export type AnswerView = {
  subject: string;
  purpose: string;
  system: string | null;
  allowed: boolean;
  reason: string;
  since: string | null;
  /** The platform asks again once this is over. */
  validUntil: string;
};

let key: Promise<SigningKey> | undefined;

/** The key of the evidence files, its public half on record; looked up once a process. */
function signer(): Promise<SigningKey> {
  key ??= evidenceKey();
  key.catch(() => {
    key = undefined;
  });
  return key;
}

export function answerView({ subject, purpose, system }: Question, answer: Answered): AnswerView {
  const { allowed, reason, since, at } = answer;
  const validUntil = at.add({ seconds: config.processing.answerSeconds }).toString({ smallestUnit: "second" });
  const from = since?.toString({ smallestUnit: "second" }) ?? null;
  return { subject, purpose, system, allowed, reason, since: from, validUntil };
}

/**
 * What was answered as a compact JWS (RFC 7515, EdDSA after RFC 8037). `iss` is this trust center, `exp` when the answer ends
 * (RFC 7519), and the key is in `/.well-known/evidence-keys.json`. The type keeps it from being taken for anything else signed.
 */
export async function signAnswer(claims: Record<string, unknown>, at: Temporal.Instant): Promise<string> {
  const { privateKey, publicKey } = await signer();
  const iat = Math.floor(at.epochMilliseconds / 1000);
  const header = { alg: "EdDSA", kid: publicKey.kid, typ: "operno-processing+jwt" };
  const payload = { iss: env().APP_URL, iat, exp: iat + config.processing.answerSeconds, ...claims };
  const text = `${base64url(header)}.${base64url(payload)}`;
  return `${text}.${signText(privateKey, text)}`;
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value), "utf8").toString("base64url");

/** What of an answer is signed: all of it, the person as `sub`; when it ends is `exp`. */
export const claimsOf = ({ subject, validUntil: _until, ...rest }: AnswerView) => ({ sub: subject, ...rest });
