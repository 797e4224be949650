import { visitorCtx } from "@/lib/context";
import { problem, publication } from "@/lib/http/publication";
import { inForce } from "@/lib/policy/queries";

/** The source of the version in force, byte for byte what its hash is of. */
export async function GET(request: Request): Promise<Response> {
  const version = await inForce(visitorCtx());
  if (!version) return problem(404, "No policy version is in force yet.");
  return publication(request, version.markdown, "text/markdown; charset=utf-8");
}
