import { systemCtx } from "@/lib/context";
import { boundedBytes } from "@/lib/http/bounded-text";
import { problem } from "@/lib/http/publication";
import { isKnownTransfer } from "@/lib/transfers/known-transfer";
import { chunkBytes, mostParts } from "@/lib/transfers/protocol";
import { type ChunkOutcome, takeChunk } from "@/lib/transfers/take-chunk";

const refusals: Record<Exclude<ChunkOutcome, "taken">, () => Response> = {
  forged: () => problem(401, "Not signed by whoever offered a transfer under this id, for this very piece."),
  replayed: () => problem(409, "This call was taken before; sign a new one."),
  contradicts: () => problem(409, "Something else is on record in this place."),
  gone: () => problem(410, "This transfer has ended."),
  range: () => problem(400, "Content-Range is not one of the pieces of this part."),
  full: () => problem(507, "No room for it just now; send it again later."),
  digest: () => problem(400, "Content-Digest or Repr-Digest is not that of these bytes."),
};

/** One piece of a part of a package. */
export async function PUT(
  request: Request,
  { params }: { params: Promise<{ id: string; n: string }> },
): Promise<Response> {
  const { id: transferId, n } = await params;
  const part = /^[1-9]\d{0,3}$/.test(n) ? Number(n) : 0;
  const ctx = systemCtx("transfer:piece");
  if (part < 1 || part > mostParts || !(await isKnownTransfer(ctx, transferId))) return refusals.forged();
  const body = await boundedBytes(request, chunkBytes);
  if (body === null) return problem(413, `A piece holds at most ${chunkBytes} bytes.`);
  const header = (name: string) => request.headers.get(name);
  const outcome = await takeChunk(ctx, { transferId, part, body, header });
  return outcome === "taken" ? new Response(null, { status: 204 }) : refusals[outcome]();
}
