import { parseVersionNumber } from "@/components/policy/version-number";
import { requireStaff } from "@/lib/auth/require";
import { problem } from "@/lib/http/publication";
import { draft } from "@/lib/policy/drafts";

/** The text of a version as a file, drafts included: byte for byte what its hash is of. Staff only. */
export async function GET(
  _request: Request,
  { params }: RouteContext<"/admin/policies/[n]/source">,
): Promise<Response> {
  const ctx = await requireStaff();
  const number = parseVersionNumber((await params).n);
  const found = number === null ? null : await draft(ctx, number);
  if (!found) return problem(404, "There is no such version.");
  return new Response(found.version.markdown, {
    headers: {
      "Content-Type": "text/markdown; charset=utf-8",
      "Content-Disposition": `attachment; filename="policy-version-${found.version.number}.md"`,
      "Cache-Control": "private, no-store",
    },
  });
}
