import type { Instrumentation } from "next";

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
