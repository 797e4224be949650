import { problem } from "@/lib/http/publication";
import { isNonce, ownIdentity } from "@/lib/transfers/own-identity";

export const dynamic = "force-dynamic";

/** Who we are to another provider that sends data here or gets it from here: its nonce under our signature (docs/transfers.md). */
export function GET(request: Request): Response {
  const nonce = new URL(request.url).searchParams.get("nonce");
  if (!isNonce(nonce)) return problem(400, "Ask with ?nonce= and 32 random bytes in base64url.");
  return Response.json(ownIdentity(nonce), { headers: { "cache-control": "no-store" } });
}
