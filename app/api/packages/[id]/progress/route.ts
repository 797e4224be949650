import { currentCtx } from "@/lib/auth/current";
import { sentences } from "@/lib/errors";
import { packageProgressOf } from "@/lib/exports/queries";

/** How far a package is, for its own person's page. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const found = await packageProgressOf(await currentCtx(), id);
  const headers = { "Cache-Control": "private, no-store" };
  if (found.ok) return Response.json(found.value, { headers });
  const problem = { type: "about:blank", title: sentences[found.reason], status: 404, code: found.reason };
  return Response.json(problem, { status: 404, headers: { ...headers, "Content-Type": "application/problem+json" } });
}
