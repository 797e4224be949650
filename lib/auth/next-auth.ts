import { NextRequest } from "next/server";
import NextAuth, { type NextAuthConfig } from "next-auth";
import type { Adapter } from "next-auth/adapters";
import type { EmailConfig } from "next-auth/providers";
import { config } from "../../trust-center.config";
import { env } from "../env";
import { log } from "../log";
import { cookieNames, cookieOptions } from "./cookies";
import type { CurrentSession } from "./current-session";
import { safeNext } from "./safe-next";

/**
 * next-auth does the sessions; its own HTTP endpoints are not mounted anywhere, so that nothing but
 * the functions below reaches its callback: a mail scanner's GET cannot sign anybody in (S12).
 */
const provider: EmailConfig = {
  id: "email",
  type: "email",
  name: "Email",
  from: config.mail.from,
  maxAge: config.signIn.codeMinutes * 60,
  // Ours is send-challenge.ts; next-auth never gets to ask for a mail.
  sendVerificationRequest: () => Promise.reject(new Error("mails are sent by lib/auth/send-challenge.ts")),
  options: {},
};

function configOn(adapter: Adapter): NextAuthConfig {
  return {
    adapter,
    secret: env().AUTH_SECRET,
    trustHost: true,
    basePath: "/api/auth",
    session: { strategy: "database", maxAge: config.signIn.sessionDays * 86_400 },
    providers: [provider],
    cookies: { sessionToken: { name: cookieNames.session, options: cookieOptions } },
    pages: { signIn: "/sign-in", error: "/sign-in", verifyRequest: "/sign-in/code" },
    // next-auth prints causes, and a cause may hold a value (S31): its kind is enough.
    logger: {
      error: (error) => log.error({ type: error.name }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => {},
    },
    callbacks: {
      redirect: ({ url }) => new URL(safeNext(url.replace(env().APP_URL, "")) ?? "/account", env().APP_URL).href,
      session: ({ session }) => ({ ...session, current: (session as { current?: CurrentSession }).current }) as never,
    },
  };
}

/** A request from ourselves to ourselves: built from the configured origin, never from `Host` (S25). */
function ask(adapter: Adapter, path: string, token?: string): Promise<Response> {
  const headers = new Headers(token ? { cookie: `${cookieNames.session}=${token}` } : {});
  const { handlers } = NextAuth(() => configOn(adapter));
  return handlers.GET(new NextRequest(new URL(`/api/auth/${path}`, env().APP_URL), { headers }));
}

/**
 * The session of a token, or null. Denied as well when AUTH_SECRET is missing (it throws) or the
 * answer names no person (S10).
 */
export async function sessionOf(adapter: Adapter, token: string): Promise<CurrentSession | null> {
  let found: CurrentSession | undefined;
  let failure: unknown;
  const watched: Adapter = {
    ...adapter,
    // next-auth takes a database that is down for "signed out"; that is a fault and shown as one.
    async getSessionAndUser(value) {
      try {
        const both = await adapter.getSessionAndUser?.(value);
        found = (both?.session as { current?: CurrentSession } | undefined)?.current;
        return both ?? null;
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
  const answer = (await (await ask(watched, "session", token)).json()) as { user?: { id?: string } } | null;
  if (failure) throw failure;
  return found && answer?.user?.id === found.person.id ? found : null;
}

/**
 * Drives next-auth's email callback with a verification token made a moment ago by our own answer to
 * the challenge.
 * @returns the new session's token, for the cookie
 * @throws when next-auth refuses, so that the caller's transaction is undone
 */
export async function newSessionToken(adapter: Adapter, address: string, token: string): Promise<string> {
  const query = new URLSearchParams({ email: address, token, callbackUrl: env().APP_URL });
  const answer = await ask(adapter, `callback/${provider.id}?${query}`);
  for (const cookie of answer.headers.getSetCookie()) {
    const [pair = ""] = cookie.split(";");
    if (pair.startsWith(`${cookieNames.session}=`))
      return decodeURIComponent(pair.slice(cookieNames.session.length + 1));
  }
  throw new Error("next-auth made no session");
}
