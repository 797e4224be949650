import postgres from "postgres";
import { isFree } from "./ports";
import { StartError } from "./start-error";

/** @throws StartError saying which variable, which host and what to check; never the password */
export async function refuseUnreachable(name: string, url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    await sql`select 1`;
  } catch (error) {
    const { host, pathname } = new URL(url);
    const { code } = error as { code?: string };
    throw new StartError(
      `${name} cannot be reached (${host}${pathname}): ${advice[code ?? ""] ?? code ?? "no answer"}`,
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const advice: Record<string, string> = {
  ECONNREFUSED: "nothing listens there. Check host and port, and that Postgres runs.",
  ENOTFOUND: "the host is not known. Check its name.",
  CONNECT_TIMEOUT: "no answer within 5 seconds. Check the host, the port and the firewall.",
  "28P01": "user or password are wrong.",
  "28000": "this user may not connect from here. Check pg_hba.conf.",
  "3D000": "there is no such database. Make it with: createdb <name>",
};

/** @throws StartError when something listens on the port */
export async function refuseTakenPort(port: number): Promise<void> {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new StartError("PORT is not a number from 1 to 65535.");
  if (await isFree(port)) return;
  throw new StartError(`Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 100} npm start`);
}
