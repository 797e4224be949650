import { describe, expect, it } from "vitest";
import { Authenticator } from "@/test/authenticator";
import { testDatabase } from "@/test/database";
import { askAndSend, browser, mailsTo } from "@/test/sign-in";
import type { HolderCtx, StaffCtx, StaffRole } from "../context";
import { systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { openDatabase } from "../db/client";
import { newId } from "../ids";
import { hashedAdapter } from "./adapter";
import { actorOf, isStaffSession } from "./current-session";
import { disownAlert } from "./disown-alert";
import { beginEnrolment, canEnrol, finishEnrolment } from "./enrol-passkey";
import { inviteStaff } from "./invite-staff";
import { sessionOf } from "./next-auth";
import { credentialSchema } from "./passkey";
import { myPasskeys } from "./queries";
import { removePasskey } from "./remove-passkey";
import { signInWithCode } from "./sign-in";
import { stepUpWithCode } from "./step-up";
import { beginVerification, finishVerification } from "./verify-passkey";

const database = testDatabase();
const origin = "http://localhost:3000";
let serial = 0;

const current = async (token: string) => sessionOf(hashedAdapter(openDatabase("tc_auth").db), token);

async function signIn(address: string): Promise<string> {
  const asked = await askAndSend(database.sql, address);
  const result = await signInWithCode(visitorCtx(), {
    code: asked.code,
    browser: browser({ browserToken: asked.browserToken }),
  });
  if (!result.ok) throw new Error(result.reason);
  return result.value.sessionToken;
}

async function ctxOf(token: string): Promise<HolderCtx | StaffCtx> {
  const session = await current(token);
  if (!session) throw new Error("no session");
  return { actor: actorOf(session), requestId: newId() } as HolderCtx | StaffCtx;
}

async function invited(role: StaffRole = "agent") {
  const address = `staff-${++serial}@operno.example`;
  const invitation = await inviteStaff(systemCtx("test"), { address, name: "Sam Staff", role });
  if (!invitation.ok) throw new Error(invitation.reason);
  return { address, invitation: invitation.value.token, staffId: invitation.value.staffId };
}

/** Invited, signed in by mail, enrolled. */
async function enrolled(role: StaffRole = "agent") {
  const who = await invited(role);
  const token = await signIn(who.address);
  const authenticator = new Authenticator(origin);
  const ctx = await ctxOf(token);
  const begun = await beginEnrolment(ctx, who);
  if (!begun.ok) throw new Error(begun.reason);
  const credential = credentialSchema.parse(authenticator.create(begun.value));
  const ended = await finishEnrolment(ctx, { ...who, credential });
  if (!ended.ok) throw new Error(ended.reason);
  return { ...who, authenticator, oldToken: token, token: ended.value.sessionToken };
}

const verify = async (token: string, authenticator: Authenticator, lie = {}) => {
  const ctx = await ctxOf(token);
  const begun = await beginVerification(ctx);
  if (!begun.ok) throw new Error(begun.reason);
  return finishVerification(ctx, { credential: credentialSchema.parse(authenticator.get(begun.value, lie)) });
};

describe("an invitation", () => {
  it("S13: with sign-in by mail and a new passkey opens the desk; mail alone does not", async () => {
    const who = await invited("officer");
    const mailOnly = await signIn(who.address);
    expect((await ctxOf(mailOnly)).actor.kind).toBe("holder");
    const done = await enrolled("officer");
    const session = await current(done.token);
    expect(session?.staff).toMatchObject({ role: "officer", enrolled: true });
    expect((await ctxOf(done.token)).actor).toMatchObject({ kind: "staff", role: "officer" });
    // The session went on under another token.
    expect(await current(done.oldToken)).toBeNull();
    const mails = await mailsTo(database.sql, done.address);
    expect(mails.map((mail) => mail.props.kind)).toContain("passkey-enrolled");
    const [entry] =
      await database.sql`select * from audit_entries where action = 'passkey.enrolled' and object_id = ${done.staffId}`;
    expect(entry).toBeDefined();
  });

  it("S29: is stored hashed, counts once, and ends after 48 hours", async () => {
    const done = await enrolled();
    const [row] = await database.sql`select * from staff_invitations where staff_id = ${done.staffId}`;
    expect(row?.token_hash).toBe(sha256Hex(done.invitation));
    expect(row?.used_at).not.toBeNull();
    const again = await ctxOf(await signIn(done.address));
    expect(await canEnrol(again, done)).toBe(false);
    expect(await beginEnrolment(again, done)).toEqual({ ok: false, reason: "not-allowed" });
    const late = await invited();
    const ctx = await ctxOf(await signIn(late.address));
    expect(await canEnrol(ctx, late)).toBe(true);
    const clock = () => Temporal.Now.instant().add({ hours: 48, seconds: 1 });
    expect(await canEnrol({ ...ctx, clock }, late)).toBe(false);
  });

  it("S13: opens nothing for another person, staff or not", async () => {
    const [a, b] = [await invited(), await invited()];
    const colleague = await ctxOf(await signIn(b.address));
    expect(await beginEnrolment(colleague, { invitation: a.invitation })).toEqual({ ok: false, reason: "not-allowed" });
    const holder = await ctxOf(await signIn(`nobody-${++serial}@operno.example`));
    expect(await beginEnrolment(holder, { invitation: a.invitation })).toEqual({ ok: false, reason: "not-allowed" });
    expect(await beginVerification(holder)).toEqual({ ok: false, reason: "not-allowed" });
  });

  it("a newer one replaces an older one, another role is refused, and only the command line makes one", async () => {
    const who = await invited("agent");
    const input = { address: who.address, name: "Sam Staff", role: "agent" as const };
    const newer = await inviteStaff(systemCtx("test"), input);
    const ctx = await ctxOf(await signIn(who.address));
    expect(await canEnrol(ctx, who)).toBe(false);
    expect(await canEnrol(ctx, { invitation: newer.ok ? newer.value.token : "" })).toBe(true);
    expect(await inviteStaff(systemCtx("test"), { ...input, role: "officer" })).toEqual({
      ok: false,
      reason: "conflict",
    });
    expect(await inviteStaff(visitorCtx(), input)).toEqual({ ok: false, reason: "not-allowed" });
  });

  it("with reset takes a lost passkey away and ends the sessions", async () => {
    const done = await enrolled();
    const input = { address: done.address, name: "Sam Staff", role: "agent" as const, reset: true };
    expect((await inviteStaff(systemCtx("test"), input)).ok).toBe(true);
    expect(await current(done.token)).toBeNull();
    const ctx = await ctxOf(await signIn(done.address));
    expect(ctx.actor.kind).toBe("holder");
    expect(await beginVerification(ctx)).toEqual({ ok: false, reason: "not-allowed" });
  });
});

describe("a passkey", () => {
  it("S13: opens the desk in a later session", async () => {
    const done = await enrolled();
    const token = await signIn(done.address);
    expect((await ctxOf(token)).actor.kind).toBe("holder");
    const result = await verify(token, done.authenticator);
    expect(result.ok).toBe(true);
    expect(await current(token)).toBeNull();
    expect((await ctxOf(result.ok ? result.value.sessionToken : "")).actor.kind).toBe("staff");
  });

  it.each([
    ["another origin", { origin: "https://evil.example" }],
    ["another relying party", { rpId: "evil.example" }],
    ["no user verification", { verified: false }],
    ["a counter that did not rise", { counter: 1 }],
    ["a challenge of its own", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
  ])("S13: is refused with %s", async (_what, lie) => {
    const done = await enrolled();
    expect(await verify(await signIn(done.address), done.authenticator, lie)).toEqual({
      ok: false,
      reason: "passkey-refused",
    });
  });

  it("S13: an assertion counts once, in the session it was made for", async () => {
    const done = await enrolled();
    const [one, two] = [await ctxOf(await signIn(done.address)), await ctxOf(await signIn(done.address))];
    const begun = await beginVerification(one);
    if (!begun.ok) throw new Error(begun.reason);
    const credential = credentialSchema.parse(done.authenticator.get(begun.value));
    expect(await finishVerification(two, { credential })).toEqual({ ok: false, reason: "passkey-refused" });
    expect((await finishVerification(one, { credential })).ok).toBe(true);
    expect(await finishVerification(one, { credential })).toEqual({ ok: false, reason: "passkey-refused" });
  });

  it("S13: of a colleague is refused, and so is an unknown one", async () => {
    const [a, b] = [await enrolled(), await enrolled()];
    expect(await verify(await signIn(a.address), b.authenticator)).toMatchObject({ reason: "passkey-refused" });
    expect(await verify(await signIn(a.address), new Authenticator(origin))).toMatchObject({
      reason: "passkey-refused",
    });
  });

  it("S13: is enrolled only with user verification, for us, against our challenge", async () => {
    for (const lie of [{ verified: false }, { origin: "https://evil.example" }, { rpId: "evil.example" }]) {
      const who = await invited();
      const ctx = await ctxOf(await signIn(who.address));
      const begun = await beginEnrolment(ctx, who);
      if (!begun.ok) throw new Error(begun.reason);
      const credential = credentialSchema.parse(new Authenticator(origin).create(begun.value, lie));
      expect(await finishEnrolment(ctx, { ...who, credential })).toEqual({ ok: false, reason: "passkey-refused" });
      expect(await database.sql`select 1 from passkeys where staff_id = ${who.staffId}`).toHaveLength(0);
    }
  });

  it("S14: counts as step-up, and a mail code does not for who holds one", async () => {
    const done = await enrolled();
    const token = await signIn(done.address);
    expect((await current(token))?.steppedUpAt).toBeNull();
    const ctx = (await ctxOf(token)) as HolderCtx;
    const { askForStepUp } = await import("./ask-for-code");
    const { sendChallenge } = await import("./send-challenge");
    const asked = await askForStepUp(ctx, { browserToken: null });
    const [row] = await database.sql`select id from challenges where purpose = 'step-up' order by id desc limit 1`;
    await sendChallenge(systemCtx("test"), { challengeId: row?.id });
    const code = (await mailsTo(database.sql, done.address)).at(-1)?.props.code ?? "";
    const browserToken = asked.ok ? asked.value.browserToken : null;
    expect(await stepUpWithCode(ctx, { code, browserToken, network: null })).toMatchObject({ ok: false });
    const result = await verify(token, done.authenticator);
    expect((await current(result.ok ? result.value.sessionToken : ""))?.steppedUpAt).not.toBeNull();
  });

  it("S9 S13: a disabled member of staff is out at the next request, and staff again only as nobody", async () => {
    const done = await enrolled();
    await database.sql`update staff set disabled_at = now() where id = ${done.staffId}`;
    expect(await current(done.token)).toBeNull();
    const ctx = await ctxOf(await signIn(done.address));
    expect(ctx.actor.kind).toBe("holder");
    expect(await beginVerification(ctx)).toEqual({ ok: false, reason: "not-allowed" });
  });

  it("S13: is asked for again after twelve hours", async () => {
    const done = await enrolled();
    const session = await current(done.token);
    if (!session) throw new Error("no session");
    expect(isStaffSession(session)).toBe(true);
    expect(isStaffSession(session, Temporal.Now.instant().add({ hours: 12, seconds: 1 }))).toBe(false);
  });

  it("S14: that somebody else added is taken away by the mail about it", async () => {
    const done = await enrolled();
    const mail = (await mailsTo(database.sql, done.address)).find((one) => one.props.kind === "passkey-enrolled");
    expect((await disownAlert(visitorCtx(), { token: mail?.props.disown ?? "" })).ok).toBe(true);
    expect(await current(done.token)).toBeNull();
    expect(await database.sql`select 1 from passkeys where staff_id = ${done.staffId}`).toHaveLength(0);
  });

  it("H4: whatever a browser sends as a credential is refused, not thrown", async () => {
    const done = await enrolled();
    const ctx = await ctxOf(await signIn(done.address));
    const id = done.authenticator.id.toString("base64url");
    for (const response of [
      {},
      { clientDataJSON: "%%%" },
      { clientDataJSON: Buffer.from("null").toString("base64url") },
    ]) {
      const credential = credentialSchema.parse({ id, rawId: id, type: "public-key", response });
      expect(await finishVerification(ctx, { credential })).toEqual({ ok: false, reason: "passkey-refused" });
    }
  });
});

describe("one of several passkeys", () => {
  /** With a second passkey, added in the session that showed the first. */
  async function withTwo() {
    const done = await enrolled();
    const ctx = await ctxOf(done.token);
    const second = new Authenticator(origin);
    const begun = await beginEnrolment(ctx, { invitation: null });
    if (!begun.ok) throw new Error(begun.reason);
    const credential = credentialSchema.parse(second.create(begun.value));
    const ended = await finishEnrolment(ctx, { invitation: null, credential });
    if (!ended.ok) throw new Error(ended.reason);
    const [first, added] = [done.authenticator, second].map(({ id }) => id.toString("base64url"));
    const token = ended.value.sessionToken;
    const staffCtx = (await ctxOf(token)) as StaffCtx;
    return { ...done, second, token, ctx: staffCtx, first: String(first), added: String(added) };
  }
  const entries = (staffId: string) =>
    database.sql`select e.action, p.payload from audit_entries e left join audit_payloads p on p.entry_id = e.id
                 where e.object_id = ${staffId} and e.action = 'passkey.removed'`;

  it("S13 S14: is removed with a fresh proof, told by mail and written down; it opens nothing any more", async () => {
    const two = await withTwo();
    expect((await myPasskeys(two.ctx)).map((key) => key.credentialId).sort()).toEqual([two.first, two.added].sort());
    const elsewhere = await verify(await signIn(two.address), two.authenticator);
    const otherToken = elsewhere.ok ? elsewhere.value.sessionToken : "";
    expect(await removePasskey(two.ctx, { credentialId: two.first })).toEqual({ ok: true, value: { left: 1 } });
    expect((await myPasskeys(two.ctx)).map((key) => key.credentialId)).toEqual([two.added]);
    // What it opened elsewhere is closed until one that is left is shown; this session goes on.
    expect((await ctxOf(otherToken)).actor.kind).toBe("holder");
    expect((await ctxOf(two.token)).actor.kind).toBe("staff");
    expect(await verify(otherToken, two.authenticator)).toEqual({ ok: false, reason: "passkey-refused" });
    expect((await verify(otherToken, two.second)).ok).toBe(true);
    expect((await mailsTo(database.sql, two.address)).map((mail) => mail.props.kind)).toContain("passkey-removed");
    const [entry, ...more] = await entries(two.staffId);
    expect(more).toEqual([]);
    expect(entry?.payload).toMatchObject({ left: 1, sessionsAskedAgain: 1 });
  });

  it("S14: stays without a fresh proof", async () => {
    const two = await withTwo();
    const stale = {
      ...two.ctx,
      actor: { ...two.ctx.actor, steppedUpAt: Temporal.Now.instant().subtract({ minutes: 6 }) },
    };
    expect(await removePasskey(stale, { credentialId: two.first })).toEqual({ ok: false, reason: "step-up-required" });
    expect(await myPasskeys(two.ctx)).toHaveLength(2);
    expect(await entries(two.staffId)).toHaveLength(0);
  });

  it("S13: the last one stays, also when both are removed at once", async () => {
    const two = await withTwo();
    const results = await Promise.all(
      [two.first, two.added].map((credentialId) => removePasskey(two.ctx, { credentialId })),
    );
    expect(results.map((result) => result.ok || result.reason).sort()).toEqual(["last-passkey", true]);
    expect(await myPasskeys(two.ctx)).toHaveLength(1);
  });

  it("S19: a colleague's and a missing one look alike", async () => {
    const [two, other] = [await withTwo(), await withTwo()];
    for (const credentialId of [other.first, "nothing"])
      expect(await removePasskey(two.ctx, { credentialId })).toEqual({ ok: false, reason: "not-found" });
    expect(await myPasskeys(other.ctx)).toHaveLength(2);
    expect((await myPasskeys(two.ctx)).map((key) => key.credentialId)).not.toContain(other.first);
  });

  it("S14: removed by somebody else: the mail about it takes all passkeys away", async () => {
    const two = await withTwo();
    await removePasskey(two.ctx, { credentialId: two.first });
    const mail = (await mailsTo(database.sql, two.address)).find((one) => one.props.kind === "passkey-removed");
    expect((await disownAlert(visitorCtx(), { token: mail?.props.disown ?? "" })).ok).toBe(true);
    expect(await current(two.token)).toBeNull();
    expect(await database.sql`select 1 from passkeys where staff_id = ${two.staffId}`).toHaveLength(0);
  });
});
