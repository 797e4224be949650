import { headers } from "next/headers";
import { cache } from "react";
import type { Ctx } from "../context";
import { actorOf, type CurrentSession } from "./current-session";
import { readSession } from "./read-session";

/** The session of this request, read once per request; null when nobody is signed in. */
export const currentSession: () => Promise<CurrentSession | null> = cache(readSession);

/** Who asks: visitor, holder, or staff (only with a passkey in this session, S13). */
export async function currentCtx(): Promise<Ctx> {
  const session = await currentSession();
  return { actor: session ? actorOf(session) : { kind: "visitor" }, requestId: await requestId() };
}

/** The id that proxy.ts gave this request; shown on error pages and kept in the audit log. */
export async function requestId(): Promise<string> {
  return (await headers()).get("x-request-id") ?? crypto.randomUUID();
}
