import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { type StaffRole, systemCtx } from "../context";
import { withRead, withTransaction } from "../db/transaction";
import { concealHold } from "./conceal-hold";
import { keepHold } from "./keep-hold";
import { keptBack } from "./kept-back";
import { holdsForDesk, myHolds } from "./queries";
import { releaseHold } from "./release-hold";
import { type HoldInput, requestHold } from "./request-hold";
import { requestRelease } from "./request-release";
import { setHold } from "./set-hold";
import { withdrawHold } from "./withdraw-hold";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() => database.sql`truncate legal_holds`.then(() => {}));

const officer = async (role: StaffRole = "officer", clock?: () => Temporal.Instant) =>
  staffCtx(await makeStaff(role), role, clock);
/** Somebody of the demo, with their person here. */
async function tomasz() {
  const { rows } = await platform.client.query("select id, company_id from users where email like 'tomasz.novak@%'");
  const [user] = rows as { id: string; company_id: string }[];
  const ids = { platformUserId: String(user?.id), platformCompanyId: String(user?.company_id) };
  return { ids, personId: await makePerson(ids) };
}
const about: HoldInput = {
  scope: "person",
  address: "Tomasz.Novak@brightpipe.example",
  ground: "legal-claim",
  note: "A dispute about canary-word hours.",
};
async function requested(input: HoldInput = about, ctx?: Awaited<ReturnType<typeof officer>>) {
  const by = ctx ?? (await officer());
  const made = await requestHold(by, input);
  if (!made.ok) throw new Error(made.reason);
  return { by, holdId: made.value.holdId };
}
async function standing(input: HoldInput = about) {
  const { by, holdId } = await requested(input);
  const second = await officer();
  expect(await setHold(second, { holdId })).toEqual({ ok: true, value: null });
  return { by, second, holdId };
}
const kept = (at?: Temporal.Instant, by: "erasure" | "sweep" = "erasure") =>
  withRead(systemCtx("test", at ? () => at : undefined), (tx) => keptBack(tx, by));
const stateOf = async (holdId: string) =>
  (await holdsForDesk(await officer("auditor"))).find(({ id }) => id === holdId)?.state;

describe("a legal hold", () => {
  it("S15: is set and released by two people each, and the log names them", async () => {
    const { by, holdId } = await requested();
    expect(await setHold(by, { holdId })).toEqual({ ok: false, reason: "same-person" });
    const second = await officer();
    expect((await setHold(second, { holdId })).ok).toBe(true);
    expect(await setHold(await officer(), { holdId })).toEqual({ ok: false, reason: "already-done" });
    expect(await withdrawHold(by, { holdId })).toEqual({ ok: false, reason: "already-done" });
    expect(await releaseHold(second, { holdId })).toEqual({ ok: false, reason: "already-done" });
    const reason = "The dispute was settled in court.";
    expect((await requestRelease(second, { holdId, reason })).ok).toBe(true);
    expect(await releaseHold(second, { holdId })).toEqual({ ok: false, reason: "same-person" });
    expect(await stateOf(holdId)).toBe("release-requested");
    expect((await releaseHold(by, { holdId })).ok).toBe(true);
    expect(await stateOf(holdId)).toBe("released");
    const entries = await database.sql`
      select action, actor_id from audit_entries where object_id = ${holdId} order by id`;
    expect(entries.map(({ action }) => action)).toEqual([
      "hold.requested",
      "hold.set",
      "hold.release-requested",
      "hold.released",
    ]);
    const [first, , third, fourth] = entries;
    expect(first?.actor_id).toBe(fourth?.actor_id);
    expect(first?.actor_id).not.toBe(third?.actor_id);
  });

  it("S15: the database refuses one person for both, another's name, and any other extent", async () => {
    const { holdId } = await requested();
    const [row] = await database.sql`select requested_by from legal_holds where id = ${holdId}`;
    const set = database.sql`update legal_holds set set_by = ${row?.requested_by}, set_at = now() where id = ${holdId}`;
    await expect(set).rejects.toThrow(/legal_holds_two_to_set/);
    for (const change of ["ground = 'legal-duty'", "platform_user_id = 'x'", "until_at = now()", "scope = 'company'"])
      await expect(database.sql.unsafe(`update legal_holds set ${change} where id = '${holdId}'`)).rejects.toThrow(
        /what a hold says does not change/,
      );
    await expect(database.sql`delete from legal_holds where id = ${holdId}`).rejects.toThrow(/not deleted/);
    const [someone, other] = [await makeStaff("officer"), await officer()];
    const inOthersName = withTransaction(other, (tx) =>
      tx.db.execute(`update legal_holds set set_by = '${someone.staffId}', set_at = now() where id = '${holdId}'`),
    );
    await expect(inOthersName).rejects.toThrow();
    expect(await stateOf(holdId)).toBe("requested");
  });

  it("S1: nobody but an officer who proved it lately does anything to it", async () => {
    const { holdId } = await requested();
    const stale = await officer("officer");
    const long = Temporal.Now.instant().subtract({ hours: 1 });
    const unproved = { ...stale, actor: { ...stale.actor, steppedUpAt: long } } as typeof stale;
    const person = holderCtx(await makePerson());
    const reason = "A reason in a sentence.";
    for (const [ctx, refusal] of [
      [await officer("agent"), "not-allowed"],
      [await officer("auditor"), "not-allowed"],
      [unproved, "step-up-required"],
      [person, "not-allowed"],
    ] as const) {
      expect(await requestHold(ctx, about)).toEqual({ ok: false, reason: refusal });
      for (const act of [setHold, withdrawHold, releaseHold, keepHold])
        expect(await act(ctx, { holdId })).toEqual({ ok: false, reason: refusal });
      for (const act of [requestRelease, concealHold])
        expect(await act(ctx, { holdId, reason })).toEqual({ ok: false, reason: refusal });
    }
    expect(await holdsForDesk(person)).toEqual([]);
  });

  it("keeps from the moment it is asked for, and lapses when nobody sets it", async () => {
    const { holdId } = await requested();
    const hours = config.holds.provisionalHours;
    const now = Temporal.Now.instant();
    expect(await kept()).toHaveLength(1);
    expect(await kept(now.add({ hours, minutes: 5 }))).toHaveLength(0);
    // Late is not never.
    expect((await setHold(await officer(), { holdId })).ok).toBe(true);
    expect(await kept(now.add({ hours: hours * 100 }))).toHaveLength(1);
  });

  it("taken back it keeps nothing, and what it was about is forgotten", async () => {
    const { by, holdId } = await requested();
    expect((await withdrawHold(by, { holdId })).ok).toBe(true);
    expect(await kept()).toHaveLength(0);
    const [row] = await database.sql`select identities from legal_holds where id = ${holdId}`;
    expect(row?.identities).toBeNull();
    expect(await setHold(await officer(), { holdId })).toEqual({ ok: false, reason: "already-done" });
  });

  it("a refused release leaves it standing, and another can be asked for", async () => {
    const { by, second, holdId } = await standing();
    const reason = "It is no longer needed, I think.";
    expect((await requestRelease(by, { holdId, reason })).ok).toBe(true);
    expect((await keepHold(second, { holdId })).ok).toBe(true);
    expect(await stateOf(holdId)).toBe("set");
    expect(await kept()).toHaveLength(1);
    expect((await requestRelease(second, { holdId, reason })).ok).toBe(true);
    expect((await releaseHold(by, { holdId })).ok).toBe(true);
    expect(await kept()).toHaveLength(0);
  });

  it("is shown to the person it is about and to nobody else, from when it is set until it is concealed or released", async () => {
    const { personId } = await tomasz();
    const { by, holdId } = await requested();
    const me = holderCtx(personId);
    expect(await myHolds(me)).toEqual([]);
    expect((await setHold(await officer(), { holdId })).ok).toBe(true);
    expect(await myHolds(me)).toMatchObject([{ id: holdId, ground: "legal-claim" }]);
    expect(await myHolds(holderCtx(await makePerson()))).toEqual([]);
    expect((await concealHold(by, { holdId, reason: "The order forbids telling them." })).ok).toBe(true);
    expect(await myHolds(me)).toEqual([]);
    expect(await kept()).toHaveLength(1);
    expect(await concealHold(by, { holdId, reason: "The order forbids telling them." })).toEqual({
      ok: false,
      reason: "already-done",
    });
  });

  it("of a company is shown to its people, and held under the company's id", async () => {
    const { ids, personId } = await tomasz();
    const { holdId } = await standing({
      ...about,
      scope: "company",
      collection: "operno/invoices",
      from: "2025-01-01",
    });
    expect(await myHolds(holderCtx(personId))).toMatchObject([
      { id: holdId, scope: "company", collection: "invoices" },
    ]);
    const [one] = await kept();
    expect(one).toMatchObject({ system: "operno", collection: "invoices", until: null });
    expect(one?.from?.toString()).toBe("2025-01-01T00:00:00Z");
    expect(one?.of?.subject.platformCompanyId).toBe(ids.platformCompanyId);
  });

  it("S32: what staff wrote and whom it is about lie sealed", async () => {
    const { holdId } = await standing();
    const [row] = await database.sql`select h::text as all from legal_holds h where id = ${holdId}`;
    for (const word of ["canary-word", "tomasz.novak"]) {
      expect(String(row?.all).toLowerCase()).not.toContain(word);
      expect(String(row?.all)).not.toContain(Buffer.from(word).toString("hex"));
    }
    const shown = (await holdsForDesk(await officer("auditor"))).find(({ id }) => id === holdId);
    expect(shown).toMatchObject({ address: "tomasz.novak@brightpipe.example", note: about.note });
  });

  it("is set on an account whose address was never proved too, by that or by its id", async () => {
    const { ids } = await tomasz();
    const change = (sql: string) => platform.client.query(sql, [ids.platformUserId]);
    await change("update users set email_verified_at = null where id = $1");
    const heldOf = async (address: string) => {
      const { holdId } = await requested({ ...about, address });
      return (await database.sql`select platform_user_id from legal_holds where id = ${holdId}`)[0]?.platform_user_id;
    };
    expect(await heldOf(String(about.address))).toBe(ids.platformUserId);
    // Another account claims the same address: the one that proved it is meant, and without proof none.
    await platform.client.query(
      `update users set email = 'TOMASZ.novak@brightpipe.example', email_verified_at = now()
       where id = (select id from users where id <> $1 and role = 'technician' order by id limit 1)`,
      [ids.platformUserId],
    );
    expect(await heldOf(String(about.address))).not.toBe(ids.platformUserId);
    await platform.client.query("update users set email_verified_at = null where lower(email) = lower($1)", [
      about.address,
    ]);
    expect(await requestHold(await officer(), about)).toEqual({ ok: false, reason: "not-found" });
    expect(await heldOf(ids.platformUserId)).toBe(ids.platformUserId);
  });

  it("H4: is refused for an unknown account or collection, an empty range, and no reason", async () => {
    const by = await officer();
    const asked = (input: Partial<HoldInput>) => requestHold(by, { ...about, ...input } as HoldInput);
    expect(await asked({ address: "nobody@nowhere.example" })).toEqual({ ok: false, reason: "not-found" });
    expect(await asked({ address: "" })).toEqual({ ok: false, reason: "invalid-input" });
    expect(await asked({ collection: "operno/nothing" })).toEqual({ ok: false, reason: "not-found" });
    expect(await asked({ collection: "users; drop table people" })).toEqual({ ok: false, reason: "not-found" });
    expect(await asked({ scope: "collection" })).toEqual({ ok: false, reason: "invalid-input" });
    expect(await asked({ from: "2026-02-02", until: "2026-02-02" })).toEqual({ ok: false, reason: "invalid-input" });
    expect(await asked({ from: "yesterday" })).toEqual({ ok: false, reason: "invalid-input" });
    expect(await asked({ note: "x" })).toEqual({ ok: false, reason: "invalid-input" });
    expect(await kept()).toHaveLength(0);
  });

  it("a sweep also leaves alone who waits for a copy; an erasure does not mind", async () => {
    const { ids, personId } = await tomasz();
    await database.sql`
      insert into cases (id, reference, kind, channel, subject_id)
      values (gen_random_uuid(), ${`PR-${personId.slice(-8)}`}, 'access', 'dashboard', ${personId})`;
    const own = (all: Awaited<ReturnType<typeof kept>>) =>
      all.filter(({ of }) => of?.subject.platformUserId === ids.platformUserId);
    expect(own(await kept(undefined, "sweep"))).toHaveLength(1);
    expect(own(await kept())).toHaveLength(0);
    await database.sql`update cases set closed_at = now() where subject_id = ${personId}`;
    expect(own(await kept(undefined, "sweep"))).toHaveLength(0);
  });
});
