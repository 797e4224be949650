import { answerRequest } from "@/lib/processing/answer-request";

export const dynamic = "force-dynamic";

/** Most are answered before they come here (instrumentation.ts); what that leaves, such as an address with escapes in it, is the same. */
export async function GET(request: Request, context: RouteContext<"/api/v1/processing/[subject]">): Promise<Response> {
  const { subject } = await context.params;
  const search = new URL(request.url).searchParams;
  const { body, ...init } = await answerRequest({
    ...{ subject, search },
    authorization: request.headers.get("authorization"),
  });
  return new Response(body, init);
}
