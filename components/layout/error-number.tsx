"use client";

import { useSyncExternalStore } from "react";

type Timed = PerformanceResourceTiming;
const requestOf = (entry: Timed) => entry.serverTiming?.find(({ name }) => name === "request")?.description;

/**
 * The id of the request that brought what is on the screen: the document's, or that of the newest navigation or form
 * within it. proxy.ts says it in `Server-Timing` (https://www.w3.org/TR/server-timing/), which a page may read, and
 * says it of pages alone; the log has it beside the error. Null where the browser does not tell.
 */
function newestRequest(): string | null {
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const newest = (entries as Timed[])
    .filter(requestOf)
    .sort((a, b) => a.responseStart - b.responseStart)
    .at(-1);
  return (newest && requestOf(newest)) ?? null;
}

/** An entry is there once its answer has ended, which may be after its error was drawn. */
function whenOneEnds(changed: () => void): () => void {
  const observer = new PerformanceObserver(changed);
  observer.observe({ type: "resource" });
  return () => observer.disconnect();
}

/** The number under which the server logged an error; null for one that happened in the browser. */
function digestOf(error: unknown): string | null {
  const digest = typeof error === "object" && error !== null && "digest" in error ? error.digest : null;
  return typeof digest === "string" ? digest : null;
}

/** An action's failure brings the id of its own request (lib/auth/action.ts); what fails while drawing, a hash. */
const isRequestId = (digest: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(digest);

/** By what the log finds this failure: the id of its request, or else the number of the error; nothing without both. */
export function ErrorNumber({ error, lead }: { error: unknown; lead: string }) {
  const request = useSyncExternalStore(whenOneEnds, newestRequest, () => null);
  const digest = digestOf(error);
  if (!digest) return null;
  return (
    <>
      {" "}
      {lead}{" "}
      <code className="font-mono font-semibold break-all">{isRequestId(digest) ? digest : (request ?? digest)}</code>
    </>
  );
}
