import { systemCtx } from "@/lib/context";
import { problem } from "@/lib/http/publication";
import { isKnownTransfer } from "@/lib/transfers/known-transfer";
import { completeIncoming } from "@/lib/transfers/tell-state";

/** The sender says that everything was sent; what is here is checked then. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id: transferId } = await params;
  const ctx = systemCtx("transfer:complete");
  const stranger = problem(401, "Not signed by whoever offered a transfer under this id.");
  if (!(await isKnownTransfer(ctx, transferId))) return stranger;
  const header = (name: string) => request.headers.get(name);
  const outcome = await completeIncoming(ctx, { transferId, body: Buffer.alloc(0), header });
  switch (outcome.kind) {
    case "state":
      return Response.json(outcome.state, { status: 202, headers: { "cache-control": "no-store" } });
    case "gone":
      return problem(410, "This transfer has ended.");
    case "replayed":
      return problem(409, "This call was taken before; sign a new one.");
    case "incomplete":
      return problem(409, "Pieces are missing; ask for the state.");
    default:
      return stranger;
  }
}
