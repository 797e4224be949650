import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx } from "@/test/people";
import { askAndSend, browser, mailsTo, wrongCode } from "@/test/sign-in";
import { systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { openDatabase } from "../db/client";
import { resetEnv } from "../env";
import { hashedAdapter } from "./adapter";
import { askForCode } from "./ask-for-code";
import { clearExpiredSignIns } from "./clear-expired";
import { holderActor } from "./current-session";
import { endOtherSessions, endSession } from "./end-session";
import { sessionOf } from "./next-auth";
import { linkState, openChallenge } from "./open-challenge";
import { mySessions } from "./queries";
import { sendChallenge } from "./send-challenge";
import { type SignedIn, signInWithCode, signInWithLink } from "./sign-in";

const database = testDatabase();
const owner = "ada.winter@lumen-lifts.example";
let platform = { name: "", url: "" };

beforeAll(async () => {
  platform = await platformDatabase();
  process.env.PLATFORM_DATABASE_URL = platform.url;
  resetEnv();
});
afterAll(async () => {
  await dropDatabase(platform.name);
});

let serial = 0;
/** An address nobody else in this file uses. */
const fresh = () => `person-${++serial}@signin.example`;
const current = async (token: string) => sessionOf(hashedAdapter(openDatabase("tc_auth").db), token);

async function signIn(address: string, values: Parameters<typeof browser>[0] = {}): Promise<SignedIn> {
  const asked = await askAndSend(
    database.sql,
    address,
    values?.browserToken ? { browserToken: values.browserToken } : {},
  );
  const result = await signInWithCode(visitorCtx(), {
    code: asked.code,
    browser: browser({ ...values, browserToken: asked.browserToken }),
  });
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

const later = (minutes: number) => () => Temporal.Now.instant().add({ minutes });

describe("a challenge", () => {
  it("S12: signs in once with the right code, in the browser that asked", async () => {
    const asked = await askAndSend(database.sql, fresh());
    const mine = browser({ browserToken: asked.browserToken });
    const first = await signInWithCode(visitorCtx(), { code: asked.code, browser: mine });
    expect(first.ok).toBe(true);
    expect(await signInWithCode(visitorCtx(), { code: asked.code, browser: mine })).toEqual({
      ok: false,
      reason: "code-expired",
    });
    expect(await signInWithLink(visitorCtx(), { link: asked.link, browser: mine })).toEqual({
      ok: false,
      reason: "code-expired",
    });
  });

  it("S12: signs in with the link, by the same browser only, and reading the link's page consumes nothing", async () => {
    const asked = await askAndSend(database.sql, fresh());
    for (let scan = 0; scan < 3; scan++) {
      expect(await linkState(visitorCtx(), asked.link, asked.browserToken)).toBe("here");
      expect(await linkState(visitorCtx(), asked.link, null)).toBe("other-browser");
    }
    const thief = browser({ browserToken: "t".repeat(43) });
    expect(await signInWithLink(visitorCtx(), { link: asked.link, browser: thief })).toEqual({
      ok: false,
      reason: "other-browser",
    });
    expect(await signInWithLink(visitorCtx(), { link: asked.link, browser: browser() })).toEqual({
      ok: false,
      reason: "other-browser",
    });
    const mine = browser({ browserToken: asked.browserToken });
    expect((await signInWithLink(visitorCtx(), { link: asked.link, browser: mine })).ok).toBe(true);
    expect(await linkState(visitorCtx(), asked.link, asked.browserToken)).toBe("over");
  });

  it("S12: the code is worth nothing in another browser", async () => {
    const asked = await askAndSend(database.sql, fresh());
    const other = await askAndSend(database.sql, fresh());
    const result = await signInWithCode(visitorCtx(), {
      code: asked.code === other.code ? "" : asked.code,
      browser: browser({ browserToken: other.browserToken }),
    });
    expect(result).toEqual({ ok: false, reason: "code-wrong" });
  });

  it("S12: ends after ten minutes, code and link alike", async () => {
    const asked = await askAndSend(database.sql, fresh());
    const mine = browser({ browserToken: asked.browserToken });
    const ctx = { ...visitorCtx(), clock: () => Temporal.Now.instant().add({ minutes: 10, seconds: 1 }) };
    expect(await signInWithCode(ctx, { code: asked.code, browser: mine })).toEqual({
      ok: false,
      reason: "code-expired",
    });
    expect(await signInWithLink(ctx, { link: asked.link, browser: mine })).toEqual({
      ok: false,
      reason: "code-expired",
    });
    const inTime = { ...visitorCtx(), clock: later(9) };
    expect((await signInWithCode(inTime, { code: asked.code, browser: mine })).ok).toBe(true);
  });

  it("S12: ends at the fifth wrong code, even for the right one", async () => {
    const asked = await askAndSend(database.sql, fresh());
    const mine = browser({ browserToken: asked.browserToken });
    const reasons: string[] = [];
    for (let guess = 0; guess < 5; guess++) {
      const result = await signInWithCode(visitorCtx(), { code: wrongCode(asked.code), browser: mine });
      reasons.push(result.ok ? "in" : result.reason);
    }
    expect(reasons).toEqual(["code-wrong", "code-wrong", "code-wrong", "code-wrong", "code-expired"]);
    expect(await signInWithCode(visitorCtx(), { code: asked.code, browser: mine })).toEqual({
      ok: false,
      reason: "code-expired",
    });
  });

  it("S12: fifty at once: one right answer, one session", async () => {
    const address = fresh();
    const asked = await askAndSend(database.sql, address);
    const mine = browser({ browserToken: asked.browserToken });
    const results = await Promise.all(
      Array.from({ length: 50 }, () => signInWithCode(visitorCtx(), { code: asked.code, browser: mine })),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    const rows = await database.sql`
      select s.id from sessions s join people p on p.id = s.user_id where p.email = ${address}`;
    expect(rows).toHaveLength(1);
  });

  it("S12: fifty wrong guesses at once count as five", async () => {
    const asked = await askAndSend(database.sql, fresh());
    const mine = browser({ browserToken: asked.browserToken });
    const guesses = Array.from({ length: 50 }, () =>
      signInWithCode(visitorCtx(), { code: wrongCode(asked.code), browser: mine }),
    );
    const results = await Promise.all(guesses);
    expect(results.filter((result) => !result.ok && result.reason === "code-wrong").length).toBeLessThanOrEqual(4);
    const [row] = await database.sql`select attempts from challenges where id = ${asked.challengeId}`;
    expect(row?.attempts).toBe(5);
  });

  it("asking again ends the older code", async () => {
    const address = fresh();
    const first = await askAndSend(database.sql, address);
    const second = await askAndSend(database.sql, address, { browserToken: first.browserToken });
    const mine = browser({ browserToken: second.browserToken });
    if (first.code !== second.code) {
      expect((await signInWithCode(visitorCtx(), { code: first.code, browser: mine })).ok).toBe(false);
    }
    expect((await signInWithCode(visitorCtx(), { code: second.code, browser: mine })).ok).toBe(true);
  });

  it("S12: stands before it is sent, and holds hashes only", async () => {
    const address = fresh();
    const asked = await askForCode(visitorCtx(), { address, next: null, browserToken: null, network: null });
    if (!asked.ok) throw new Error(asked.reason);
    const [before] = await database.sql`select * from challenges order by id desc limit 1`;
    expect(before).toMatchObject({ sent_at: null, code_hash: null, link_hash: null });
    // A code that does not exist yet cannot be guessed.
    const mine = browser({ browserToken: asked.value.browserToken });
    expect((await signInWithCode(visitorCtx(), { code: "000000", browser: mine })).ok).toBe(false);
    await sendChallenge(systemCtx("test"), { challengeId: before?.id });
    const [after] = await database.sql`select * from challenges where id = ${before?.id}`;
    const [mail] = await mailsTo(database.sql, address);
    const stored = JSON.stringify(after, (_key, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data).toString("latin1") : value,
    );
    expect(stored).not.toContain(mail?.props.code);
    expect(stored).not.toContain(mail?.props.link);
    expect(stored).not.toContain(address);
    expect(stored).not.toContain(asked.value.browserToken);
    expect(after?.link_hash).toBe(sha256Hex(mail?.props.link ?? ""));
  });

  it("R2: the job may run twice: one mail, one code", async () => {
    const address = fresh();
    const asked = await askAndSend(database.sql, address);
    await Promise.all([1, 2, 3].map(() => sendChallenge(systemCtx("test"), { challengeId: asked.challengeId })));
    expect(await mailsTo(database.sql, address)).toHaveLength(1);
    const mine = browser({ browserToken: asked.browserToken });
    expect((await signInWithCode(visitorCtx(), { code: asked.code, browser: mine })).ok).toBe(true);
  });

  it("shows the waiting browser the address it typed, and no other browser", async () => {
    const address = fresh();
    const asked = await askAndSend(database.sql, address);
    expect(await openChallenge(visitorCtx(), "sign-in", asked.browserToken)).toMatchObject({ address });
    expect(await openChallenge(visitorCtx(), "sign-in", "x".repeat(43))).toBeNull();
    expect(await openChallenge(visitorCtx(), "step-up", asked.browserToken)).toBeNull();
  });
});

describe("somebody who is forgotten at that moment", () => {
  it("S32: gets no session of whom they were, and is somebody new with the next code", async () => {
    const address = fresh();
    const before = await signIn(address);
    const asked = await askAndSend(database.sql, address);
    const mine = browser({ browserToken: asked.browserToken });
    const forgetting = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const forgotten = database.sql.begin(async (sql) => {
      await sql`select 1 from people where id = ${before.personId} for update`;
      locked.resolve();
      await forgetting.promise;
      await sql`update people set email = ${`erased-${before.personId}@erased.invalid`}, erased_at = now() where id = ${before.personId}`;
    });
    await locked.promise;
    const signing = signInWithCode(visitorCtx(), { code: asked.code, browser: mine });
    await expect
      .poll(async () => (await database.sql`select 1 from pg_locks where not granted`).length, { timeout: 5000 })
      .toBeGreaterThan(0);
    forgetting.resolve();
    await forgotten;
    expect(await signing).toEqual({ ok: false, reason: "code-expired" });
    expect(await current(before.sessionToken)).toBeNull();
    const [row] = await database.sql`select name, platform_user_id from people where id = ${before.personId}`;
    expect(row).toEqual({ name: null, platform_user_id: null });
    expect((await signIn(address)).personId).not.toBe(before.personId);
  });
});

describe("asking", () => {
  it("S16: answers the same and writes the same rows for a known and an unknown address", async () => {
    const shapes = [];
    for (const address of [owner, fresh()]) {
      const before = await counts();
      const asked = await askForCode(visitorCtx(), { address, next: "/account", browserToken: null, network: null });
      const after = await counts();
      expect(asked.ok && asked.value.browserToken.length).toBe(43);
      const [row] = await database.sql`select * from challenges order by id desc limit 1`;
      shapes.push({
        keys: Object.keys(asked),
        grown: after.map((count, index) => count - (before[index] ?? 0)),
        filled: Object.entries(row ?? {}).map(([name, value]) => [name, value === null]),
      });
    }
    expect(shapes[0]).toEqual(shapes[1]);
  });

  async function counts(): Promise<number[]> {
    const [row] = await database.sql`
      select (select count(*)::int from challenges) as a, (select count(*)::int from audit_entries) as b,
             (select count(*)::int from people) as c, (select count(*)::int from outgoing_mails) as d,
             (select count(*)::int from pgboss.job where name = 'sign-in.send') as e`;
    return Object.values(row ?? {});
  }

  it("S16: an unknown address gets a mail that says so, and an account with nothing in it", async () => {
    const address = fresh();
    const asked = await askAndSend(database.sql, address);
    expect(asked.template).toBe("sign-in-unknown");
    const mine = browser({ browserToken: asked.browserToken });
    const result = await signInWithCode(visitorCtx(), { code: asked.code, browser: mine });
    const session = result.ok ? await current(result.value.sessionToken) : null;
    expect(session?.person).toMatchObject({ email: address, platformUserId: null });
  });

  it("links a known address to its platform user and company, and looks again at every sign-in", async () => {
    const asked = await askAndSend(database.sql, owner);
    expect(asked.template).toBe("sign-in-code");
    await signIn(owner, { browserToken: asked.browserToken });
    const [linked] = await database.sql`select * from people where email = ${owner}`;
    expect(linked).toMatchObject({ platform_owner: true });
    expect(linked?.platform_user_id).toBeTruthy();
    expect(linked?.platform_company_id).toBeTruthy();
    await database.sql`update people set platform_user_id = 'stale', platform_owner = false where email = ${owner}`;
    await signIn(owner);
    const [again] = await database.sql`select * from people where email = ${owner}`;
    expect(again).toMatchObject({ platform_user_id: linked?.platform_user_id, platform_owner: true });
  });

  it("R12: a platform that does not answer keeps nobody out and unlinks nobody", async () => {
    await signIn(owner);
    const asked = await askAndSend(database.sql, owner);
    process.env.PLATFORM_DATABASE_URL = "postgres://nobody:x@127.0.0.1:1/none";
    resetEnv();
    try {
      const mine = browser({ browserToken: asked.browserToken });
      expect((await signInWithCode(visitorCtx(), { code: asked.code, browser: mine })).ok).toBe(true);
    } finally {
      process.env.PLATFORM_DATABASE_URL = platform.url;
      resetEnv();
    }
    const [row] = await database.sql`select platform_user_id from people where email = ${owner}`;
    expect(row?.platform_user_id).toBeTruthy();
  });

  it("S18: an address to go on to is parsed before it is stored", async () => {
    const asked = await askAndSend(database.sql, fresh(), { next: "//evil.example" });
    const [row] = await database.sql`select redirect_to from challenges where id = ${asked.challengeId}`;
    expect(row?.redirect_to).toBe("/account");
  });

  it("S17: one address gets so many mails, then waits; another is not held up", async () => {
    const address = fresh();
    const ask = () => askForCode(visitorCtx(), { address, next: null, browserToken: null, network: null });
    const results = await Promise.all(Array.from({ length: 10 }, ask));
    expect(results.filter((result) => result.ok)).toHaveLength(6);
    expect(results.filter((result) => !result.ok && result.reason === "too-many")).toHaveLength(4);
    const other = await askForCode(visitorCtx(), { address: fresh(), next: null, browserToken: null, network: null });
    expect(other.ok).toBe(true);
  });

  it("S17: wrong codes for one address add up over its mails; the link still works", async () => {
    const address = fresh();
    const first = await askAndSend(database.sql, address);
    const { consume } = await import("./rate-limit");
    const [row] = await database.sql`select address_hash from challenges where id = ${first.challengeId}`;
    for (let guess = 0; guess < 30; guess++) await consume("code.address", String(row?.address_hash));
    const mine = browser({ browserToken: first.browserToken });
    expect(await signInWithCode(visitorCtx(), { code: first.code, browser: mine })).toEqual({
      ok: false,
      reason: "too-many",
    });
    expect((await signInWithLink(visitorCtx(), { link: first.link, browser: mine })).ok).toBe(true);
  });

  it("S17: when counting fails, the answer is no", async () => {
    const { consume } = await import("./rate-limit");
    await database.sql`alter table rate_limits rename to rate_limits_away`;
    try {
      expect(await consume("form.address", "x")).toEqual({ ok: false, reason: "cannot-check" });
      const asked = await askForCode(visitorCtx(), { address: fresh(), next: null, browserToken: null, network: null });
      expect(asked).toEqual({ ok: false, reason: "cannot-check" });
    } finally {
      await database.sql`alter table rate_limits_away rename to rate_limits`;
    }
  });

  it("sends nothing to a suspended person, who cannot get in either", async () => {
    const address = fresh();
    await signIn(address);
    await database.sql`update people set suspended_at = now() where email = ${address}`;
    const before = (await mailsTo(database.sql, address)).length;
    const asked = await askForCode(visitorCtx(), { address, next: null, browserToken: null, network: null });
    expect(asked.ok).toBe(true);
    const [row] = await database.sql`select id from challenges order by id desc limit 1`;
    await sendChallenge(systemCtx("test"), { challengeId: row?.id });
    expect(await mailsTo(database.sql, address)).toHaveLength(before);
  });
});

describe("a session", () => {
  it("S9 S29: is stored as the SHA-256 of its token and found by it", async () => {
    const { sessionToken } = await signIn(fresh());
    const [row] = await database.sql`select * from sessions where session_token = ${sha256Hex(sessionToken)}`;
    expect(row).toMatchObject({ device: "Firefox on Linux", revoked_at: null });
    expect(await database.sql`select 1 from sessions where session_token = ${sessionToken}`).toHaveLength(0);
    expect((await current(sessionToken))?.sessionId).toBe(row?.id);
    expect(await current(sha256Hex(sessionToken))).toBeNull();
  });

  it("S9: is another one after signing in again, and the old one is over", async () => {
    const address = fresh();
    const first = await signIn(address);
    const second = await signIn(address, { sessionToken: first.sessionToken });
    expect(second.sessionToken).not.toBe(first.sessionToken);
    expect(await current(first.sessionToken)).toBeNull();
    expect(await current(second.sessionToken)).not.toBeNull();
  });

  it("S9: a person sees and ends own sessions, out at the next request; a foreign one is not there", async () => {
    const address = fresh();
    const here = await signIn(address);
    const there = await signIn(address);
    const foreign = await signIn(fresh());
    const me = await current(here.sessionToken);
    const away = await current(there.sessionToken);
    const other = await current(foreign.sessionToken);
    if (!me || !away || !other) throw new Error("not signed in");
    const ctx = { ...holderCtx(me.person.id), actor: holderActor(me) };
    const list = await mySessions(ctx);
    expect(list.map((row) => [row.id, row.current])).toEqual([
      [me.sessionId, true],
      [away.sessionId, false],
    ]);
    const missing = await endSession(ctx, { sessionId: crypto.randomUUID() });
    expect(await endSession(ctx, { sessionId: other.sessionId })).toEqual(missing);
    expect(await current(foreign.sessionToken)).not.toBeNull();
    expect((await endSession(ctx, { sessionId: away.sessionId })).ok).toBe(true);
    expect(await current(there.sessionToken)).toBeNull();
    const [entry] =
      await database.sql`select * from audit_entries where object_id = ${away.sessionId} and action = 'session.ended'`;
    expect(entry?.actor_id).toBe(me.person.id);
    await signIn(address);
    expect(await endOtherSessions(ctx)).toEqual({ ok: true, value: 1 });
    expect(await mySessions(ctx)).toHaveLength(1);
  });

  it("S9: ends when it expires, and when the person is suspended", async () => {
    const expired = await signIn(fresh());
    await database.sql`update sessions set expires = now() - interval '1 second'
      where session_token = ${sha256Hex(expired.sessionToken)}`;
    expect(await current(expired.sessionToken)).toBeNull();
    const suspended = await signIn(fresh());
    await database.sql`update people set suspended_at = now() where id = ${suspended.personId}`;
    expect(await current(suspended.sessionToken)).toBeNull();
  });

  it("S10: is denied without AUTH_SECRET, and to any other token", async () => {
    const { sessionToken } = await signIn(fresh());
    const secret = process.env.AUTH_SECRET;
    delete process.env.AUTH_SECRET;
    resetEnv();
    try {
      await expect(current(sessionToken)).rejects.toThrow(/AUTH_SECRET/);
    } finally {
      process.env.AUTH_SECRET = secret;
      resetEnv();
    }
    for (const token of ["", "x", "' or 1=1", "a".repeat(5000)]) expect(await current(token)).toBeNull();
  });

  it("S14: a device seen for the first time waits and is told by mail; the same one later does not", async () => {
    process.env.FRESH_HOURS = "24";
    resetEnv();
    try {
      const address = fresh();
      const first = await signIn(address);
      const session = await current(first.sessionToken);
      const hours = session?.freshUntil?.since(Temporal.Now.instant()).total("hours") ?? 0;
      expect(hours).toBeGreaterThan(23.9);
      expect(hours).toBeLessThanOrEqual(24);
      const alerts = async () =>
        (await mailsTo(database.sql, address)).filter((mail) => mail.template === "security-alert");
      expect(await alerts()).toHaveLength(1);
      const { deviceToken } = first;
      await database.sql`update devices set first_seen_at = now() - interval '25 hours' where person_id = ${first.personId}`;
      const again = await signIn(address, { deviceToken });
      expect((await current(again.sessionToken))?.freshUntil).toBeNull();
      expect(await alerts()).toHaveLength(1);
      const elsewhere = await signIn(address);
      expect((await current(elsewhere.sessionToken))?.freshUntil).not.toBeNull();
      expect(await alerts()).toHaveLength(2);
    } finally {
      delete process.env.FRESH_HOURS;
      resetEnv();
    }
  });

  it("clears what ended long ago and keeps the rest", async () => {
    const kept = await signIn(fresh());
    const gone = await signIn(fresh());
    await database.sql`update sessions set expires = now() - interval '31 days' where session_token = ${sha256Hex(gone.sessionToken)}`;
    await clearExpiredSignIns(systemCtx("test"));
    await clearExpiredSignIns(systemCtx("test"));
    expect(
      await database.sql`select 1 from sessions where session_token = ${sha256Hex(gone.sessionToken)}`,
    ).toHaveLength(0);
    expect(await current(kept.sessionToken)).not.toBeNull();
  });
});
