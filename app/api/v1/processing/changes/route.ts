import { systemCtx } from "@/lib/context";
import { problem } from "@/lib/http/publication";
import { afterInput } from "@/lib/processing/ask-input";
import { isPlatform } from "@/lib/processing/platform-key";
import { readChanges } from "@/lib/processing/read-changes";

export const dynamic = "force-dynamic";

/** What changed since `?after=`, the `next` of the answer before; without it from the beginning. */
export async function GET(request: Request): Promise<Response> {
  if (!isPlatform(request.headers.get("authorization")))
    return problem(401, "Send a key of the platform as a bearer token.");
  const after = afterInput.safeParse(new URL(request.url).searchParams.get("after") ?? undefined);
  if (!after.success) return problem(400, "Not a place in the feed: look at after.");
  const page = await readChanges(systemCtx("api:processing"), { after: after.data });
  return Response.json(page, { headers: { "cache-control": "no-store" } });
}
