import { systemCtx } from "@/lib/context";
import { problem } from "@/lib/http/publication";
import { isKnownTransfer } from "@/lib/transfers/known-transfer";
import { tellState } from "@/lib/transfers/tell-state";
import { withdrawIncoming } from "@/lib/transfers/withdraw-incoming";

type Context = { params: Promise<{ id: string }> };
const stranger = () => problem(401, "Not signed by whoever offered a transfer under this id.");
const headers = { "cache-control": "no-store" };

/** How far a transfer is, for its sender. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id: transferId } = await params;
  const ctx = systemCtx("transfer:state");
  if (!(await isKnownTransfer(ctx, transferId))) return stranger();
  const header = (name: string) => request.headers.get(name);
  const outcome = await tellState(ctx, { transferId, body: Buffer.alloc(0), header });
  if (outcome.kind === "state") return Response.json(outcome.state, { headers });
  return outcome.kind === "gone" ? problem(410, "This transfer has ended.") : stranger();
}

/** The sender takes a transfer back. */
export async function DELETE(request: Request, { params }: Context): Promise<Response> {
  const { id: transferId } = await params;
  const ctx = systemCtx("transfer:withdraw");
  if (!(await isKnownTransfer(ctx, transferId))) return stranger();
  const header = (name: string) => request.headers.get(name);
  const answer = await withdrawIncoming(ctx, { transferId, body: Buffer.alloc(0), header });
  if (answer === "forged") return stranger();
  if (answer === "replayed") return problem(409, "This call was taken before; sign a new one.");
  return Response.json({ answer }, { headers });
}
