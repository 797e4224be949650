import { eq } from "drizzle-orm";
import pino from "pino";
import { describe, expect, it, vi } from "vitest";
import { testDatabase } from "@/test/database";
import { askAndSend, browser, mailsTo, wrongCode } from "@/test/sign-in";
import { type HolderCtx, isSteppedUp, systemCtx, visitorCtx } from "../context";
import { openDatabase } from "../db/client";
import { cases, challenges, deletions, packages } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { createPackage } from "../exports/create-package";
import { newId, newReference } from "../ids";
import { log } from "../log";
import { hashedAdapter } from "./adapter";
import { askForStepUp } from "./ask-for-code";
import { holderActor } from "./current-session";
import { alertByToken, disownAlert } from "./disown-alert";
import { sessionOf } from "./next-auth";
import { sendChallenge } from "./send-challenge";
import { signInWithCode } from "./sign-in";
import { stepUpWithCode } from "./step-up";

const database = testDatabase();
/** The log's own treatment of errors. */
const { err: serializeError } = (log as unknown as Record<symbol, { err: (error: unknown) => unknown }>)[
  pino.symbols.serializersSym
] ?? { err: () => "" };
let serial = 0;
const current = async (token: string) => sessionOf(hashedAdapter(openDatabase("tc_auth").db), token);

async function signedIn(address = `person-${++serial}@stepup.example`) {
  const asked = await askAndSend(database.sql, address);
  const result = await signInWithCode(visitorCtx(), {
    code: asked.code,
    browser: browser({ browserToken: asked.browserToken }),
  });
  if (!result.ok) throw new Error(result.reason);
  const session = await current(result.value.sessionToken);
  if (!session) throw new Error("no session");
  const ctx: HolderCtx = { actor: holderActor(session), requestId: newId() };
  return { address, ctx, token: result.value.sessionToken, browserToken: asked.browserToken };
}

async function stepUpCode(who: { ctx: HolderCtx; address: string; browserToken: string }): Promise<string> {
  const asked = await askForStepUp(who.ctx, who);
  if (!asked.ok) throw new Error(asked.reason);
  const [row] = await database.sql`select id from challenges where purpose = 'step-up' order by id desc limit 1`;
  await sendChallenge(systemCtx("test"), { challengeId: row?.id });
  return (await mailsTo(database.sql, who.address)).at(-1)?.props.code ?? "";
}

const answer = (who: { ctx: HolderCtx; browserToken: string }, code: string) =>
  stepUpWithCode(who.ctx, { code, browserToken: who.browserToken, network: null });

describe("step-up", () => {
  it("S14: signing in counts for five minutes, then a new code is needed", async () => {
    const who = await signedIn();
    const now = Temporal.Now.instant();
    expect(isSteppedUp(who.ctx.actor, now)).toBe(true);
    expect(isSteppedUp(who.ctx.actor, now.add({ minutes: 5, seconds: 5 }))).toBe(false);
  });

  it("S14 S9: a right code renews it under a new token, once", async () => {
    const who = await signedIn();
    await database.sql`update sessions set stepped_up_at = now() - interval '1 hour'`;
    const code = await stepUpCode(who);
    expect(await answer(who, wrongCode(code))).toEqual({ ok: false, reason: "code-wrong" });
    const result = await answer(who, code);
    if (!result.ok) throw new Error(result.reason);
    expect(await current(who.token)).toBeNull();
    const session = await current(result.value.sessionToken);
    expect(session?.sessionId).toBe(who.ctx.actor.sessionId);
    expect(session && isSteppedUp(holderActor(session), Temporal.Now.instant())).toBe(true);
    expect(await answer(who, code)).toEqual({ ok: false, reason: "code-expired" });
    const [entry] = await database.sql`
      select 1 from audit_entries where action = 'session.stepped-up' and object_id = ${who.ctx.actor.sessionId}`;
    expect(entry).toBeDefined();
  });

  it("S14: a code is worth nothing in another session, another browser, or as a sign-in", async () => {
    const address = `twice-${++serial}@stepup.example`;
    const here = await signedIn(address);
    const there = await signedIn(address);
    const code = await stepUpCode(here);
    expect(await answer({ ...there, browserToken: here.browserToken }, code)).toMatchObject({ reason: "code-expired" });
    expect(await answer({ ...here, browserToken: there.browserToken }, code)).toMatchObject({ reason: "code-expired" });
    const asSignIn = await signInWithCode(visitorCtx(), {
      code,
      browser: browser({ browserToken: here.browserToken }),
    });
    expect(asSignIn).toMatchObject({ ok: false });
    expect((await answer(here, code)).ok).toBe(true);
  });

  it("S12: five wrong codes end it", async () => {
    const who = await signedIn();
    const code = await stepUpCode(who);
    for (let guess = 0; guess < 5; guess++) await answer(who, wrongCode(code));
    expect(await answer(who, code)).toEqual({ ok: false, reason: "code-expired" });
  });
});

describe("this was not me", () => {
  it("S14: reading changes nothing; pressing ends every session, forgets devices, stops what waits", async () => {
    const who = await signedIn();
    const other = await signedIn(who.address);
    const bystander = await signedIn();
    const { personId } = who.ctx.actor;
    const caseId = newId();
    const reference = newReference();
    await withTransaction(systemCtx("test"), async (tx) => {
      await tx.db.insert(cases).values({
        id: caseId,
        reference,
        kind: "access",
        channel: "dashboard",
        subjectId: personId,
        requesterId: personId,
      });
      await createPackage(tx, { caseId, personId, scope: "person" });
    });
    const [deletionId, deletionReference] = [newId(), newReference()];
    await withTransaction(systemCtx("test"), async (tx) => {
      await tx.db.insert(cases).values({
        id: deletionId,
        reference: deletionReference,
        kind: "deletion",
        channel: "dashboard",
        subjectId: personId,
        requesterId: personId,
      });
      await tx.db.insert(deletions).values({
        caseId: deletionId,
        personId,
        preview: [],
        graceEndsAt: tx.now.add({ hours: 168 }),
        cancelTokenHash: newId(),
      });
    });
    const readyId = await withTransaction(systemCtx("test"), async (tx) => {
      const made = await createPackage(tx, { caseId, personId, scope: "person" });
      const [readyAt, expiresAt] = [tx.now, tx.now.add({ hours: 168 })];
      await tx.db.update(packages).set({ readyAt, expiresAt }).where(eq(packages.id, made.packageId));
      return made.packageId;
    });
    // Asked by whoever reads this person's mail, in a browser of their own.
    const begun = await askAndSend(database.sql, who.address);
    const mail = (await mailsTo(database.sql, who.address)).find((one) => one.template === "security-alert");
    const token = mail?.props.disown ?? "";
    expect(await alertByToken(visitorCtx(), token)).toMatchObject({ kind: "new-device", done: false });
    expect(await current(who.token)).not.toBeNull();
    const stopped = await disownAlert(visitorCtx(), { token });
    expect(stopped).toMatchObject({ ok: true, value: { sessions: 2, packages: 2, deletions: 1 } });
    expect(await current(who.token)).toBeNull();
    expect(await current(other.token)).toBeNull();
    expect(await current(bystander.token)).not.toBeNull();
    expect(await database.sql`select 1 from devices where person_id = ${personId}`).toHaveLength(0);
    const [row] = await database.sql`
      select stopped_at from packages where case_id = ${caseId} and id <> ${readyId}`;
    expect(row?.stopped_at).not.toBeNull();
    const [offered] = await database.sql`select expires_at <= now() as over from packages where id = ${readyId}`;
    expect(offered?.over).toBe(true);
    const late = browser({ browserToken: begun.browserToken });
    expect(await signInWithCode(visitorCtx(), { code: begun.code, browser: late })).toMatchObject({
      reason: "code-expired",
    });
    const [closed] = await database.sql`select decision, closed_at from cases where id = ${caseId}`;
    expect(closed).toMatchObject({ decision: "cancelled" });
    const [kept] = await database.sql`select cancelled_at from deletions where case_id = ${deletionId}`;
    expect(kept?.cancelled_at).not.toBeNull();
    // Pressing again does no harm.
    expect((await disownAlert(visitorCtx(), { token })).ok).toBe(true);
    expect(await alertByToken(visitorCtx(), token)).toMatchObject({ done: true });
  });

  it("S29: works with the token only, for thirty days", async () => {
    const who = await signedIn();
    const mail = (await mailsTo(database.sql, who.address)).find((one) => one.template === "security-alert");
    const token = mail?.props.disown ?? "";
    expect(await disownAlert(visitorCtx(), { token: `${token}x` })).toEqual({ ok: false, reason: "not-found" });
    const clock = () => Temporal.Now.instant().add({ hours: 24 * 30 + 1 });
    expect(await disownAlert({ ...visitorCtx(), clock }, { token })).toEqual({ ok: false, reason: "not-found" });
    const [row] = await database.sql`select 1 from security_alerts where token_hash = ${token}`;
    expect(row).toBeUndefined();
  });
});

describe("what is written down", () => {
  it("S31: no address, code, token or name of a sign-in is in the logs, the audit log or a job", async () => {
    const lines: string[] = [];
    for (const level of ["error", "warn", "info", "debug"] as const) {
      vi.spyOn(log, level).mockImplementation((...given: unknown[]) => {
        lines.push(JSON.stringify(given, (key, value) => (key === "err" ? serializeError(value) : value)));
      });
    }
    const address = "canary-7f3a@canary.example";
    const who = await signedIn(address);
    const code = await stepUpCode(who);
    await answer(who, code);
    const mails = await mailsTo(database.sql, address);
    const secrets = mails
      .flatMap((mail) => Object.entries(mail.props))
      .filter(([name]) => ["code", "link", "disown"].includes(name))
      .map(([, value]) => value);
    expect(secrets.length).toBeGreaterThanOrEqual(5);
    const canaries = [address, "canary", who.token, who.browserToken, ...secrets];
    const tables = await database.sql`
      select coalesce(string_agg(encode(canonical, 'escape'), ' '), '') as entries,
             (select coalesce(string_agg(payload::text, ' '), '') from audit_payloads) as payloads,
             (select coalesce(string_agg(data::text, ' '), '') from pgboss.job) as jobs from audit_entries`;
    const written = [...Object.values(tables[0] ?? {}), ...lines].join(" ");
    vi.restoreAllMocks();
    expect(lines.length).toBeGreaterThan(0);
    expect(written.length).toBeGreaterThan(500);
    // Six digits can turn up inside an id by chance; a code would stand as a value of its own.
    for (const canary of canaries) expect(written).not.toContain(canary.length === 6 ? `"${canary}"` : canary);
    expect(await withTransaction(visitorCtx(), (tx) => tx.db.select().from(challenges))).toEqual([]);
  });
});
