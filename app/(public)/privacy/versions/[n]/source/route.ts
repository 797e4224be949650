import { parseVersionNumber } from "@/components/policy/version-number";
import { visitorCtx } from "@/lib/context";
import { problem, publication } from "@/lib/http/publication";
import { version as versionByNumber } from "@/lib/policy/queries";

/** `/privacy/versions/2.md` (next.config.ts leads here): the source, byte for byte what its hash is of. */
export async function GET(
  request: Request,
  { params }: RouteContext<"/privacy/versions/[n]/source">,
): Promise<Response> {
  const number = parseVersionNumber((await params).n);
  const version = number === null ? null : await versionByNumber(visitorCtx(), number);
  if (!version) return problem(404, "There is no such version, or it was not announced.");
  return publication(request, version.markdown, "text/markdown; charset=utf-8");
}
