import { clientNetwork } from "@/lib/auth/client-network";
import { systemCtx } from "@/lib/context";
import { env } from "@/lib/env";
import { boundedBytes } from "@/lib/http/bounded-text";
import { problem } from "@/lib/http/publication";
import { maxOfferBytes, type OfferOutcome, takeOffer } from "@/lib/transfers/take-offer";

const refusals: Record<Exclude<OfferOutcome["kind"], "taken">, () => Response> = {
  closed: () => problem(403, "No packages are taken in here."),
  malformed: () => problem(400, "Not an offer as data-transfer/1 describes it."),
  "too-many": () => problem(429, "Too many offers; try again later."),
  "too-large": () => problem(413, "The package is larger than what is taken here."),
  forged: () => problem(401, "Your origin does not prove a key, or the offer is not signed with it."),
  replayed: () => problem(409, "This call was taken before; sign a new one."),
  contradicts: () => problem(409, "Another offer is on record under this id."),
  gone: () => problem(410, "This transfer has ended."),
};

/** Another provider offers a package for somebody. Its own proof and signature are the only key (docs/transfers.md). */
export async function POST(request: Request): Promise<Response> {
  const body = await boundedBytes(request, maxOfferBytes);
  if (body === null) return problem(413, `An offer holds at most ${maxOfferBytes} bytes.`);
  const network = clientNetwork(request.headers.get("x-forwarded-for"), env().TRUSTED_PROXIES);
  const header = (name: string) => request.headers.get(name);
  const outcome = await takeOffer(systemCtx("transfer:offer"), { body, header, network });
  if (outcome.kind !== "taken") return refusals[outcome.kind]();
  return Response.json(outcome.state, { status: 201, headers: { "cache-control": "no-store" } });
}
