import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { type HolderCtx, systemCtx } from "../context";
import { people } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";
import { timelinePage } from "../evidence/timeline";
import { limitsInForce } from "../exports/limits-in-force";
import { keptBack } from "../holds/kept-back";
import { newId } from "../ids";
import { allowUse } from "./allow-use";
import { answerQuestions } from "./answer-questions";
import { honourSignal } from "./honour-signal";
import { objectToUse } from "./object-to-use";
import type { Purpose } from "./purposes";
import { myUses } from "./queries";
import { readChanges } from "./read-changes";
import { restrictUse } from "./restrict-use";
import { takeBack } from "./take-back";
import { tendRecords } from "./tend-records";

const database = testDatabase();
const account = () => `u-${newId()}`;

async function person(platformUserId: string | null) {
  const personId = await makePerson(platformUserId ? { platformUserId } : {});
  return { personId, ctx: holderCtx(personId) as HolderCtx };
}
/** As a sign-in does it, with the role that may see no records. */
const link = (personId: string, platformUserId: string | null) =>
  database.sql.begin(async (sql) => {
    await sql`set local role tc_auth`;
    await sql`select set_config('tc.actor', 'auth', true)`;
    await sql`update people set platform_user_id = ${platformUserId} where id = ${personId}`;
  });
const object = async (ctx: HolderCtx, purpose: Purpose = "communication") => {
  const made = await objectToUse(ctx, { purpose, idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return made.value;
};
const isAllowed = async (subject: string, purpose: Purpose = "communication") =>
  (await answerQuestions(systemCtx("test"), [{ subject, purpose, system: null }]))[0]?.allowed;
const stateOf = async (ctx: HolderCtx, purpose: Purpose = "communication") =>
  (await myUses(ctx))?.uses.find((use) => use.purpose === purpose);
const refusedOn = async (ctx: HolderCtx) =>
  (await timelinePage(ctx, { limit: 50 })).items.filter(({ kind }) => kind === "processing.refused").length;

describe("an address that the platform gives to another account", () => {
  it("L9: leaves the limit with the account that it was asked for, and brings none along", async () => {
    const [first, second] = [account(), account()];
    const one = await person(first);
    await object(one.ctx);
    await link(one.personId, second);
    expect(await isAllowed(first)).toBe(false);
    expect(await isAllowed(second)).toBe(true);
    // Who has the address now sees what holds for them, and can say the same for themselves.
    expect(await stateOf(one.ctx)).toMatchObject({ allowed: true, records: [], refusals: 0 });
    expect(await refusedOn(one.ctx)).toBe(0);
    await object(one.ctx);
    expect(await isAllowed(second)).toBe(false);
    expect(await honourSignal(one.ctx)).toBe(true);
    expect(await isAllowed(first, "improvement")).toBe(true);
    const before = await withRead(systemCtx("test"), (tx) => limitsInForce(tx, one.personId, tx.now));
    expect(before.map(({ use }) => use)).toEqual(["communication", "improvement and analytics"]);
  });

  it("L12: with whichever address they sign in then, people see what stops their account, and take it back", async () => {
    const own = account();
    const [old, now] = [await person(own), await person(null)];
    const limit = await restrictUse(old.ctx, { purpose: "", basis: "claims", idempotencyKey: newId() });
    if (!limit.ok) throw new Error(limit.reason);
    await link(old.personId, account());
    await link(now.personId, own);
    expect(await isAllowed(own)).toBe(false);
    expect((await stateOf(now.ctx))?.refusals).toBe(1);
    expect(await refusedOn(now.ctx)).toBe(1);
    expect((await allowUse(now.ctx, { purpose: "communication" })).ok).toBe(true);
    expect(await isAllowed(own)).toBe(true);
    expect(await takeBack(old.ctx, { recordId: limit.value.recordId })).toEqual({ ok: false, reason: "not-found" });
    expect((await takeBack(now.ctx, { recordId: limit.value.recordId })).ok).toBe(true);
    expect((await stateOf(now.ctx))?.records).toEqual([]);
    // The request stands under the other address, and nothing of it is left to weigh.
    await tendRecords(systemCtx("test"));
    const [row] = await database.sql`select decision from cases where reference = ${limit.value.reference}`;
    expect(row?.decision).toBe("completed");
  });

  it("L7: keeps from an erasure what belongs to the account, whoever has its old address", async () => {
    const own = account();
    const [old, now] = [await person(own), await person(null)];
    await restrictUse(old.ctx, { purpose: "", basis: "unlawful", idempotencyKey: newId() });
    await link(old.personId, account());
    await link(now.personId, own);
    const kept = async (personId: string) =>
      (
        await withRead(systemCtx("test"), (tx) =>
          keptBack(tx, "erasure", { personId, requestedAt: Temporal.Now.instant().add({ hours: 1 }) }),
        )
      ).filter(({ of }) => of?.subject.platformUserId === own);
    expect(await kept(old.personId)).toHaveLength(1);
    expect(await kept(now.personId)).toEqual([]);
    const [{ email } = { email: "" }] = await database.sql<
      { email: string }[]
    >`select email from people where id = ${now.personId}`;
    expect([...((await kept(old.personId))[0]?.of?.identities ?? [])]).toEqual([["email", [email]]]);
  });

  it("forgetting one account takes what holds for it and leaves the other's", async () => {
    const [first, second] = [account(), account()];
    const one = await person(first);
    await object(one.ctx);
    await link(one.personId, second);
    await object(one.ctx);
    await isAllowed(second);
    await withTransaction(systemCtx("test"), async (tx) => {
      const [row] = await tx.db.select().from(people).where(eq(people.id, one.personId));
      if (row) await forgetPerson(tx, row);
    });
    expect(await isAllowed(first)).toBe(false);
    expect(await isAllowed(second)).toBe(true);
    const [left] = await database.sql`select count(*)::int as n from processing_refusals where subject = ${second}`;
    expect(left?.n).toBe(0);
  });

  it("L9: forgetting whom the platform knows no more leaves what stands for an account that is somebody else's now", async () => {
    const [own, lone] = [account(), account()];
    const [old, now] = [await person(own), await person(null)];
    await object(old.ctx);
    await isAllowed(own);
    await link(old.personId, lone);
    await object(old.ctx);
    await link(now.personId, own);
    await link(old.personId, null);
    await withTransaction(systemCtx("test"), async (tx) => {
      const [row] = await tx.db.select().from(people).where(eq(people.id, old.personId));
      if (row) await forgetPerson(tx, row);
    });
    expect(await isAllowed(own)).toBe(false);
    expect((await stateOf(now.ctx))?.records).toHaveLength(1);
    // What is nobody's goes with who said it.
    expect(await isAllowed(lone)).toBe(true);
    const left =
      await database.sql`select distinct subject from processing_refusals where subject in ${database.sql([own, lone])}`;
    expect(left).toEqual([{ subject: own }]);
  });
});

describe("who said it before they had an account", () => {
  it("L9: has it hold for the first one they get, and the feed says so", async () => {
    const [own, another] = [account(), account()];
    const one = await person(null);
    await object(one.ctx);
    const [{ max } = { max: 0 }] = await database.sql<
      { max: number }[]
    >`select max(id)::int as max from processing_changes`;
    expect(await isAllowed(own)).toBe(true);
    await link(one.personId, own);
    expect(await isAllowed(own)).toBe(false);
    const { changes } = await readChanges(systemCtx("test"), { after: max });
    expect(changes).toMatchObject([{ subject: own, kind: "objection", purpose: "communication", what: "known" }]);
    await link(one.personId, another);
    expect([await isAllowed(own), await isAllowed(another)]).toEqual([false, true]);
    // Whom the platform knows no more sees again what they said themselves.
    await link(one.personId, null);
    expect((await stateOf(one.ctx))?.allowed).toBe(false);
  });

  it("the account of a record is given once, by nobody but the database", async () => {
    const one = await person(account());
    const { recordId } = await object(one.ctx);
    await expect(
      database.sql.begin(async (sql) => {
        await sql`select set_config('tc.actor', 'system', true)`;
        await sql`update processing_records set subject = 'u-other' where id = ${recordId}`;
      }),
    ).rejects.toThrow(/does not change/);
    await expect(
      database.sql.begin(async (sql) => {
        await sql`set local role tc_app`;
        await sql`select set_config('tc.actor', 'holder', true), set_config('tc.person', ${one.personId}, true)`;
        await sql`insert into processing_records (id, kind, person_id, subject, purpose, source, asked_at, in_effect_from)
          values (${newId()}, 'objection', ${one.personId}, 'u-somebody-else', 'improvement', 'person', now(), now())`;
      }),
    ).rejects.toThrow(/row-level security/);
  });
});

it("R16: what a filled database holds gets the account that its person has", async () => {
  const [own, stranger] = [account(), await person(null)];
  const one = await person(own);
  await object(one.ctx);
  await object(stranger.ctx);
  await isAllowed(own);
  // As it was before records had an account.
  await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`update processing_records set subject = null where person_id in ${sql([one.personId, stranger.personId])}`;
    await sql`update processing_refusals set subject = '' where person_id = ${one.personId}`;
  });
  expect(await isAllowed(own)).toBe(true);
  const folder = resolve(import.meta.dirname, "../../drizzle");
  const statements = readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("--> statement-breakpoint"))
    .filter((text) => /UPDATE processing_\w+ \w SET subject = p\.platform_user_id FROM people/.test(text));
  expect(statements).toHaveLength(2);
  await database.sql.begin(async (sql) => {
    await sql`select set_config('tc.actor', 'system', true)`;
    // The triggers that know of accounts come after these.
    await sql`set local session_replication_role = replica`;
    for (const statement of statements) await sql.unsafe(statement);
  });
  expect(await isAllowed(own)).toBe(false);
  const [left] = await database.sql`select
    (select subject from processing_records where person_id = ${stranger.personId}) as unknown,
    (select sum(count)::int from processing_refusals where subject = ${own}) as refusals`;
  expect(left).toEqual({ unknown: null, refusals: 2 });
});
