import { cookies } from "next/headers";
import { openDatabase } from "../db/client";
import { hashedAdapter } from "./adapter";
import { cookieNames } from "./cookies";
import type { CurrentSession } from "./current-session";
import { sessionOf } from "./next-auth";

/** Reads the session of this request; without a cookie no database is asked. */
export async function readSession(): Promise<CurrentSession | null> {
  const token = (await cookies()).get(cookieNames.session)?.value;
  return token ? sessionOf(hashedAdapter(openDatabase("tc_auth").db), token) : null;
}
