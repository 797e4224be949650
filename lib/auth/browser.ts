import { cookies, headers } from "next/headers";
import { config } from "../../trust-center.config";
import { env } from "../env";
import { clientNetwork } from "./client-network";
import { cookieNames, cookieOptions } from "./cookies";
import type { Browser } from "./sign-in";

const deviceDays = 400; // the longest a browser keeps a cookie

/** A token of ours from a cookie; anything else is as good as none. */
const token = (value: string | undefined): string | null =>
  value !== undefined && /^[\w-]{36,86}$/.test(value) ? value : null;

/** The network of this request, as far as it can be known (S5). */
export async function requestNetwork(): Promise<string | null> {
  return clientNetwork((await headers()).get("x-forwarded-for"), env().TRUSTED_PROXIES);
}

/** What this browser brought along. */
export async function thisBrowser(): Promise<Browser> {
  const [jar, given] = [await cookies(), await headers()];
  return {
    browserToken: token(jar.get(cookieNames.browser)?.value),
    deviceToken: token(jar.get(cookieNames.device)?.value),
    sessionToken: jar.get(cookieNames.session)?.value ?? null,
    userAgent: given.get("user-agent"),
    network: await requestNetwork(),
  };
}

export async function keepBrowserToken(value: string): Promise<void> {
  (await cookies()).set(cookieNames.browser, value, { ...cookieOptions, maxAge: 24 * 3600 });
}

/** The session under its new token, from now on in this browser. */
export async function keepSession(sessionToken: string): Promise<void> {
  const maxAge = config.signIn.sessionDays * 86_400;
  (await cookies()).set(cookieNames.session, sessionToken, { ...cookieOptions, maxAge });
}

export async function keepDevice(deviceToken: string): Promise<void> {
  (await cookies()).set(cookieNames.device, deviceToken, { ...cookieOptions, maxAge: deviceDays * 86_400 });
}

/** Forgets the session here; the row is ended by `endSession`. */
export async function dropSession(): Promise<void> {
  (await cookies()).set(cookieNames.session, "", { ...cookieOptions, maxAge: 0 });
}

/** Keeps a staff invitation while its holder signs in. */
export async function keepInvitation(value: string): Promise<void> {
  (await cookies()).set(cookieNames.invitation, value, { ...cookieOptions, maxAge: 3600 });
}

export async function keptInvitation(): Promise<string | null> {
  return token((await cookies()).get(cookieNames.invitation)?.value);
}

export async function dropInvitation(): Promise<void> {
  (await cookies()).set(cookieNames.invitation, "", { ...cookieOptions, maxAge: 0 });
}

/** Keeps what opens the status page in this browser, as long as it is worth anything. */
export async function keepStatus(value: string): Promise<void> {
  const maxAge = config.requests.sessionMinutes * 60;
  (await cookies()).set(cookieNames.status, value, { ...cookieOptions, maxAge });
}

export async function keptStatus(): Promise<string | null> {
  return token((await cookies()).get(cookieNames.status)?.value);
}

export async function dropStatus(): Promise<void> {
  (await cookies()).set(cookieNames.status, "", { ...cookieOptions, maxAge: 0 });
}
