import type { Instrumentation } from "next";

/** Once, as the web process begins: what the platform asks before each use is answered before Next.js looks at it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { answerFirst } = await import("./lib/processing/answer-first");
  answerFirst();
}

/**
 * Logs an unexpected error of a page, action or route once, with the request id that the answer's
 * `x-request-id` carries and the digest that the error page shows. The path is the route's pattern:
 * a real address may hold a token or a reference (S31).
 */
export const onRequestError: Instrumentation.onRequestError = async (error, request, context) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { log } = await import("./lib/log");
  const requestId = request.headers["x-request-id"];
  log.error(
    {
      requestId: Array.isArray(requestId) ? requestId[0] : requestId,
      digest: (error as { digest?: string }).digest,
      method: request.method,
      route: context.routePath,
      kind: context.routeType,
      err: error,
    },
    "request failed",
  );
};
