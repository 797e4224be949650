"use client";

import { useSyncExternalStore } from "react";

/**
 * The id of the request that brought what is on the screen: the document's, or that of the newest navigation within
 * it. proxy.ts says it in `Server-Timing` (https://www.w3.org/TR/server-timing/), which a page may read; the log
 * has it beside the error. Null where the browser does not tell.
 */
function newestRequest(): string | null {
  const navigations = performance.getEntriesByType("navigation") as PerformanceResourceTiming[];
  const fetched = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const newest = [...navigations, ...fetched.filter(({ name }) => new URL(name).searchParams.has("_rsc"))]
    .sort((a, b) => a.responseStart - b.responseStart)
    .at(-1);
  return newest?.serverTiming?.find(({ name }) => name === "request")?.description ?? null;
}

/** The number under which the server logged an error; null for one that happened in the browser. */
function digestOf(error: unknown): string | null {
  const digest = typeof error === "object" && error !== null && "digest" in error ? error.digest : null;
  return typeof digest === "string" ? digest : null;
}

/** By what the log finds this failure: the id of its request, or else the number of the error; nothing without both. */
export function ErrorNumber({ error, lead }: { error: unknown; lead: string }) {
  const request = useSyncExternalStore(
    () => () => {},
    newestRequest,
    () => null,
  );
  const digest = digestOf(error);
  if (!digest) return null;
  return (
    <>
      {" "}
      {lead} <code className="font-mono font-semibold break-all">{request ?? digest}</code>
    </>
  );
}
