import { isFromHere } from "@/lib/auth/from-here";
import { requireStaff } from "@/lib/auth/require";
import { endPresence } from "@/lib/cases/end-presence";
import { keepPresence } from "@/lib/cases/keep-presence";

const headers = { "Cache-Control": "private, no-store" };

/** An open page's sign of life, answered with the names of the colleagues who have the case open; with `?closed`, its end. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id: caseId } = await params;
  const ctx = await requireStaff();
  if (!isFromHere(request.headers)) return new Response(null, { status: 403, headers });
  if (new URL(request.url).searchParams.has("closed")) {
    await endPresence(ctx, { caseId });
    return new Response(null, { status: 204, headers });
  }
  const found = await keepPresence(ctx, { caseId });
  if (!found.ok) return new Response(null, { status: 404, headers });
  return Response.json({ names: found.value.map(({ name }) => name) }, { headers });
}
