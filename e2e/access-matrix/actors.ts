import { createHash, randomBytes, randomUUID } from "node:crypto";
import type postgres from "postgres";
import { cookieNames } from "@/lib/auth/cookies";

/** Who tries. `self` owns the row called "own"; "foreign" belongs to somebody who is none of these. */
export const actors = [
  "visitor",
  "self",
  "another", // a technician of another company
  "owner", // the owner of another company
  "agent",
  "officer",
  "auditor",
  "suspended", // a holder whose account was suspended
  "expired", // self, with a session that ran out
  "revoked", // self, with a session that was ended
  "stale", // self, whose step-up is more than five minutes old
  "unverified", // an officer without a passkey in this session
  "disabled", // an officer whose access was taken away
] as const;
export type ActorName = (typeof actors)[number];

export const holders: readonly ActorName[] = ["self", "another", "owner", "stale"];
export const staff: readonly ActorName[] = ["agent", "officer", "auditor"];
/** Nobody, as far as the trust center is concerned. */
export const nobody: readonly ActorName[] = ["visitor", "suspended", "expired", "revoked", "disabled"];

export type Cast = {
  self: { personId: string; email: string };
  foreign: { personId: string; email: string };
  /** The `Cookie` header of an actor, with a session of its own each time. */
  cookieOf: (actor: ActorName) => Promise<string>;
  /** An officer with a passkey whose last proof is more than five minutes old. */
  staleOfficer: () => Promise<string>;
  staffIdOf: (actor: "agent" | "officer" | "auditor") => string;
};

type PersonOptions = { owner?: boolean; suspended?: boolean };
type SessionOptions = { expired?: boolean; revoked?: boolean; stale?: boolean; passkey?: boolean };

/** Makes the people of the matrix and a way to sign in as each. */
export async function makeCast(sql: postgres.Sql): Promise<Cast> {
  const person = async ({ owner = false, suspended = false }: PersonOptions = {}) => {
    const personId = randomUUID();
    const email = `matrix-${personId}@matrix.example`;
    await sql`
      insert into people (id, email, name, platform_user_id, platform_company_id, platform_owner, linked_at, suspended_at)
      values (${personId}, ${email}, 'Matrix Person', ${randomUUID()}, ${randomUUID()}, ${owner}, now(),
              ${suspended ? sql`now()` : null})`;
    return { personId, email };
  };
  const member = async (role: string, disabled = false) => {
    const { personId } = await person();
    const staffId = randomUUID();
    await sql`
      insert into staff (id, person_id, role, display_name, enrolled_at, disabled_at)
      values (${staffId}, ${personId}, ${role}, ${`Matrix ${role}`}, now(), ${disabled ? sql`now()` : null})`;
    return { personId, staffId };
  };
  const self = await person();
  const foreign = await person();
  const another = await person();
  const owner = await person({ owner: true });
  const suspended = await person({ suspended: true });
  const team = { agent: await member("agent"), officer: await member("officer"), auditor: await member("auditor") };
  const disabled = await member("officer", true);

  const session = async (personId: string, options: SessionOptions = {}): Promise<string> => {
    const token = randomBytes(32).toString("base64url");
    const ago = options.stale ? "6 minutes" : "10 seconds";
    await sql`
      insert into sessions (session_token, id, user_id, expires, created_at, stepped_up_at, passkey_at, revoked_at)
      values (${createHash("sha256").update(token).digest("hex")}, ${randomUUID()}, ${personId},
              now() + ${options.expired ? "-1 minutes" : "1 day"}::interval, now() - interval '3 days',
              now() - ${ago}::interval, ${options.passkey ? sql`now()` : null}, ${options.revoked ? sql`now()` : null})`;
    return `${cookieNames.session}=${token}`;
  };
  const ways: Record<ActorName, () => Promise<string>> = {
    visitor: async () => "",
    self: () => session(self.personId),
    another: () => session(another.personId),
    owner: () => session(owner.personId),
    agent: () => session(team.agent.personId, { passkey: true }),
    officer: () => session(team.officer.personId, { passkey: true }),
    auditor: () => session(team.auditor.personId, { passkey: true }),
    suspended: () => session(suspended.personId),
    expired: () => session(self.personId, { expired: true }),
    revoked: () => session(self.personId, { revoked: true }),
    stale: () => session(self.personId, { stale: true }),
    unverified: () => session(team.officer.personId),
    disabled: () => session(disabled.personId, { passkey: true }),
  };
  return {
    self,
    foreign,
    cookieOf: (actor) => ways[actor](),
    staleOfficer: () => session(team.officer.personId, { passkey: true, stale: true }),
    staffIdOf: (actor) => team[actor].staffId,
  };
}
