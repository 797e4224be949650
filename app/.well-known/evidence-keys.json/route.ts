import { evidenceKeys } from "@/lib/evidence/signing-keys";
import { publication } from "@/lib/http/publication";

export const dynamic = "force-dynamic";

/** The public keys that evidence files are and were signed with, as a JWK Set (RFC 7517, RFC 8037). */
export async function GET(request: Request): Promise<Response> {
  const keys = (await evidenceKeys()).map((key) => ({ ...key, use: "sig", alg: "EdDSA" }));
  return publication(request, `${JSON.stringify({ keys }, null, 2)}\n`, "application/jwk-set+json");
}
