import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { passed, sendRequest } from "@/test/ways-in";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { clearTokens } from "./case-token";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { endStatus, openStatus } from "./open-status";
import { replyToCase } from "./reply-to-case";
import { statusOfSession } from "./status-queries";
import { writeOnStatus } from "./write-on-status";

const database = testDatabase();
demoPlatformPerTest();
const visitor = visitorCtx();
const later = (minutes: number) => ({ ...visitor, clock: () => Temporal.Now.instant().add({ minutes }) });

/** A request from an address that nobody knows, with the code that its mail carries. */
async function asked() {
  const email = `kim-${newId()}@nowhere.example`;
  const sent = await sendRequest(database.sql, { email, kind: "access", message: "What do you have of me?" });
  return { ...sent, email, code: await passed(database.sql, email, "request-unknown") };
}
const open = (given: { reference: string; code: string }, ctx = visitor) =>
  openStatus(ctx, { ...given, network: null });
async function opened(given: { reference: string; code: string }) {
  const made = await open(given);
  if (!made.ok) throw new Error(made.reason);
  return made.value.session;
}

describe("the status page of somebody without an account", () => {
  it("S29: opens by reference and code, as people type them; wrong, foreign, ended and missing are one answer", async () => {
    const [mine, other] = [await asked(), await asked()];
    expect(mine.code.code).toMatch(/^[\w-]{43}$/);
    const typed = { reference: mine.reference.toLowerCase().replace("pr-", "pr "), code: ` ${mine.code.code}\n` };
    expect((await open(typed)).ok).toBe(true);
    const refused = { ok: false, reason: "code-expired" };
    expect(await open({ reference: other.reference, code: mine.code.code })).toEqual(refused);
    expect(await open({ reference: "PR-0000-0000", code: mine.code.code })).toEqual(refused);
    expect(await open({ reference: mine.reference, code: "x".repeat(43) })).toEqual(refused);
    expect(await open({ reference: "", code: "" })).toEqual(refused);
    expect(await open(mine.code, later(91 * 24 * 60))).toEqual(refused);
  });

  it("shows status, clocks, timeline and thread of that case, and nothing internal", async () => {
    const { code, reference } = await asked();
    const session = await opened(code);
    const view = await statusOfSession(visitor, session);
    expect(view).toMatchObject({ reference, kind: "access", bearer: "asker", proof: null, permission: null });
    expect(view && "messages" in view && view.messages.map(({ text }) => text)).toEqual(["What do you have of me?"]);
    expect(view && "clocks" in view && view.clocks.length).toBe(4);
  });

  it("ends after half an hour, when it is closed, and with the case; its token is no code", async () => {
    const { code, reference } = await asked();
    const session = await opened(code);
    expect(await statusOfSession(later(29), session)).not.toBeNull();
    expect(await statusOfSession(later(31), session)).toBeNull();
    expect((await open({ reference, code: session })).ok).toBe(false);
    expect(await statusOfSession(visitor, code.code)).toBeNull();
    await endStatus(visitor, { session });
    expect(await statusOfSession(visitor, session)).toBeNull();
    expect((await writeOnStatus(visitor, { session, message: "Hello" })).ok).toBe(false);
  });

  it("an answer there opens the case again and starts the reply clock; a reply's mail brings a new code", async () => {
    const { code, reference, email } = await asked();
    const desk = staffCtx(await makeStaff("agent"), "agent");
    const find = async () => (await caseForStaff(desk, reference)) ?? expect.fail("the case is missing");
    let one = await find();
    await replyToCase(desk, { caseId: one.id, revision: one.revision, text: "Nothing that we know of." });
    const [reply] = (await mailsTo(database.sql, email)).slice(-1);
    expect(reply).toMatchObject({ template: "case-reply", props: { text: null } });
    const renewed = await passed(database.sql, email, "case-reply");
    expect(renewed.code).not.toBe(code.code);
    one = await find();
    await decideCase(desk, { caseId: one.id, revision: one.revision, decision: "completed", text: "Closed." });
    expect((await mailsTo(database.sql, email)).at(-1)?.props.statusPath).toContain(`reference=${reference}`);
    const session = await opened(renewed);
    expect((await writeOnStatus(visitor, { session, message: "I am also kim@work.example." })).ok).toBe(true);
    one = await find();
    expect(one).toMatchObject({ closedAt: null, nextClock: { rule: "policy-72h" } });
    expect(one.messages.map(({ text }) => text)).toContain("I am also kim@work.example.");
  });

  it("S17: codes are tried so often from one network, and from others all the while", async () => {
    await database.sql`delete from rate_limits`;
    const { code } = await asked();
    const from = (network: string) => openStatus(visitor, { reference: code.reference, code: "wrong", network });
    const answers = [];
    for (let index = 0; index < 61; index++) answers.push(await from("192.0.2.7"));
    expect(answers.at(-1)).toEqual({ ok: false, reason: "too-many" });
    expect(await openStatus(visitor, { ...code, network: "192.0.2.8" })).toMatchObject({ ok: true });
    await database.sql`delete from rate_limits`;
  });

  it("is forgotten a day after it ended", async () => {
    const { code } = await asked();
    await opened(code);
    const left = async () =>
      (
        await database.sql`select purpose from case_tokens t join cases c on c.id = t.case_id
        where c.reference = ${code.reference} order by 1`
      ).map(({ purpose }) => purpose);
    await clearTokens(systemCtx("test", () => Temporal.Now.instant().add({ hours: 24 })));
    expect(await left()).toEqual(["session", "status"]);
    await clearTokens(systemCtx("test", () => Temporal.Now.instant().add({ hours: 25 })));
    expect(await left()).toEqual(["status"]);
  });
});
