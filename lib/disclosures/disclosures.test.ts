import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { type StaffRole, systemCtx } from "../context";
import { disclosurePeople, disclosures } from "../db/schema";
import { authorityKinds, disclosureOutcomes } from "../db/schema/disclosures";
import { withRead } from "../db/transaction";
import { timelinePage } from "../evidence/timeline";
import { clearDisclosures } from "./clear-disclosures";
import { countDisclosures } from "./count-disclosures";
import { extendSeal } from "./extend-seal";
import { openDisclosures } from "./open-disclosures";
import { disclosuresForDesk, myDisclosures, publicDisclosures } from "./queries";
import { type DisclosureInput, recordDisclosure } from "./record-disclosure";
import { releaseDisclosure } from "./release-disclosure";
import { withdrawDisclosure } from "./withdraw-disclosure";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(() =>
  database.sql`alter table disclosures disable trigger user`
    .then(() => database.sql`truncate disclosures cascade`)
    .then(() => database.sql`alter table disclosures enable trigger user`)
    .then(() => {}),
);

const officer = async (role: StaffRole = "officer") => staffCtx(await makeStaff(role), role);
const address = "tomasz.novak@brightpipe.example";
const today = Temporal.Now.plainDateISO("UTC");
const year = today.year;
const demand: DisclosureInput = {
  ...{
    authorityKind: "law-enforcement",
    ground: "court-order",
    authority: "Prosecutor of canary-town",
    number: "7 Js 1/26",
  },
  ...{ why: "The order names one account and one month.", receivedOn: today.subtract({ days: 1 }).toString() },
  ...{ outcome: "narrowed", asked: ["collect.account", "collect.logs"], given: ["collect.account"] },
  ...{ peopleAsked: 1, peopleGiven: 1, addresses: address },
};
/** Somebody of the demo, with their person here. */
async function tomasz() {
  const { rows } = await platform.client.query("select id from users where email like 'tomasz.novak@%'");
  const platformUserId = String((rows as { id: string }[])[0]?.id);
  await database.sql`delete from people where platform_user_id = ${platformUserId}`;
  return holderCtx(await makePerson({ platformUserId }));
}
async function recorded(input: Partial<DisclosureInput> = {}) {
  const by = await officer();
  const made = await recordDisclosure(by, { ...demand, ...input });
  if (!made.ok) throw new Error(made.reason);
  const { disclosureId } = made.value;
  const [row] = await database.sql`select sha256 from disclosures where id = ${disclosureId}`;
  return { by, disclosureId, boundTo: String(row?.sha256) };
}
async function released(input: Partial<DisclosureInput> = {}) {
  const one = await recorded(input);
  const second = await officer();
  expect(await releaseDisclosure(second, one)).toEqual({ ok: true, value: null });
  return { ...one, second };
}
const openAt = (days: number) =>
  openDisclosures(systemCtx("test", () => Temporal.Now.instant().add({ hours: 24 * days })));
const sumOf = async () => {
  const [first] = (await publicDisclosures()).years.filter((one) => one.year === Number(demand.receivedOn.slice(0, 4)));
  return { open: first?.kinds.reduce((sum, { received }) => sum + received, 0), sealed: first?.sealed };
};

describe("a disclosure", () => {
  it("S15: is recorded by one officer and released by another, bound to the hash of what they read", async () => {
    const { by, disclosureId, boundTo } = await recorded();
    const second = await officer();
    expect(await releaseDisclosure(by, { disclosureId, boundTo })).toEqual({ ok: false, reason: "same-person" });
    expect(await releaseDisclosure(second, { disclosureId, boundTo: "0".repeat(64) })).toEqual({
      ...{ ok: false, reason: "conflict" },
    });
    expect((await releaseDisclosure(second, { disclosureId, boundTo })).ok).toBe(true);
    expect(await releaseDisclosure(await officer(), { disclosureId, boundTo })).toEqual({
      ...{ ok: false, reason: "already-done" },
    });
    expect(await withdrawDisclosure(by, { disclosureId })).toEqual({ ok: false, reason: "already-done" });
  });

  it("S15: the database refuses one person for both, another hash, other people and any change", async () => {
    const { disclosureId } = await recorded();
    const { sql } = database;
    const [row] = await sql`select requested_by, sha256 from disclosures where id = ${disclosureId}`;
    const other = (await makeStaff("officer")).staffId;
    const release = (by: string, hash: string) =>
      sql`update disclosures set released_by = ${by}, released_at = now(), released_sha256 = ${hash} where id = ${disclosureId}`;
    await expect(release(row?.requested_by, row?.sha256)).rejects.toThrow(/disclosures_two_people/);
    await expect(release(other, "0".repeat(64))).rejects.toThrow(/disclosures_bound/);
    for (const change of [
      "outcome = 'given'",
      "people_given = 0",
      "sealed_until = now()",
      "sha256 = ''",
      "ground = 'legal-claims'",
    ])
      await expect(sql.unsafe(`update disclosures set ${change} where id = '${disclosureId}'`)).rejects.toThrow(
        /does not change/,
      );
    await expect(sql`delete from disclosures where id = ${disclosureId}`).rejects.toThrow(/not deleted/);
    await sql`insert into disclosure_people (id, disclosure_id, platform_user_id) values (gen_random_uuid(), ${disclosureId}, 'x')`;
    await expect(release(other, row?.sha256)).rejects.toThrow(/not those that were recorded/);
    const released = await recorded();
    await releaseDisclosure(await officer(), released);
    await expect(
      sql`insert into disclosure_people (id, disclosure_id, platform_user_id) values (gen_random_uuid(), ${released.disclosureId}, 'x')`,
    ).rejects.toThrow(/nobody is added/);
  });

  it("S1: nobody but an officer who proved it lately does anything to it", async () => {
    const one = await recorded();
    const stale = await officer();
    const unproved = {
      ...stale,
      actor: { ...stale.actor, steppedUpAt: Temporal.Now.instant().subtract({ hours: 1 }) },
    } as typeof stale;
    const until = today.add({ days: 9 }).toString();
    for (const [ctx, reason] of [
      [await officer("agent"), "not-allowed"],
      [await officer("auditor"), "not-allowed"],
      [unproved, "step-up-required"],
      [await tomasz(), "not-allowed"],
    ] as const) {
      const refused = { ok: false, reason };
      expect(await recordDisclosure(ctx, demand)).toEqual(refused);
      expect(await releaseDisclosure(ctx, one)).toEqual(refused);
      expect(await withdrawDisclosure(ctx, one)).toEqual(refused);
      expect(await extendSeal(ctx, { ...one, until })).toEqual(refused);
    }
    expect(await disclosuresForDesk(await tomasz())).toEqual([]);
  });

  it("says what agrees with itself, of accounts that there are", async () => {
    const by = await officer();
    const refused = async (input: Partial<DisclosureInput>, reason = "invalid-input") =>
      expect(await recordDisclosure(by, { ...demand, ...input })).toEqual({ ok: false, reason });
    await refused({ given: ["collect.usage"] });
    await refused({ outcome: "refused" });
    await refused({ outcome: "given" });
    await refused({ outcome: "narrowed", given: [] });
    await refused({ peopleGiven: 2 });
    await refused({ asked: [] });
    await refused({ receivedOn: today.add({ days: 2 }).toString() });
    await refused({ addresses: `${address}\nsomebody@else.example` });
    await refused({ addresses: "nobody@nowhere.example" }, "not-found");
    expect((await recordDisclosure(by, { ...demand, outcome: "refused", given: [], peopleGiven: 0 })).ok).toBe(true);
  });

  it("is told to whom it is about once it is released, once, and stands on their timeline", async () => {
    const holder = await tomasz();
    const [person] =
      await database.sql`select email from people where id = ${holder.actor.kind === "holder" ? holder.actor.personId : ""}`;
    const one = await recorded();
    await openAt(0);
    expect(await myDisclosures(holder)).toEqual([]);
    await releaseDisclosure(await officer(), one);
    await Promise.all([openAt(0), openAt(0)]);
    await openAt(1);
    expect(await myDisclosures(holder)).toMatchObject([
      { authorityKind: "law-enforcement", given: ["collect.account"] },
    ]);
    expect(await mailsTo(database.sql, String(person?.email))).toMatchObject([
      { template: "disclosure", props: { outcome: "narrowed", wasSealed: false } },
    ]);
    const { items } = await timelinePage(holder, { limit: 50 });
    expect(items.filter(({ kind }) => kind === "disclosure.told")).toHaveLength(1);
    const stranger = holderCtx(await makePerson());
    expect(await myDisclosures(stranger)).toEqual([]);
    const seen = await withRead(stranger, async (tx) => [
      ...(await tx.db.select().from(disclosures)),
      ...(await tx.db.select().from(disclosurePeople)),
    ]);
    expect(seen).toEqual([]);
    expect(await sumOf()).toEqual({ open: 1, sealed: { from: 0, to: config.disclosures.band - 1 } });
  });

  it("that is sealed is hidden from whom it is about and from the counts until its day, but for a band", async () => {
    const holder = await tomasz();
    const { disclosureId, by } = await released({ sealedUntil: today.add({ days: 10 }).toString() });
    await openAt(5);
    expect(await myDisclosures(holder)).toEqual([]);
    const { items } = await timelinePage(holder, { limit: 50 });
    expect(items.map(({ kind }) => kind)).not.toContain("disclosure.told");
    expect((await sumOf()).open).toBe(0);
    // Even the system cannot open it early.
    await expect(database.sql`update disclosures set opened_at = now() where id = ${disclosureId}`).rejects.toThrow(
      /sealed until its day/,
    );
    expect(await extendSeal(by, { disclosureId, until: today.add({ days: 3 }).toString() })).toMatchObject({
      ok: false,
    });
    expect((await extendSeal(by, { disclosureId, until: today.add({ days: 20 }).toString() })).ok).toBe(true);
    await openAt(12);
    expect(await myDisclosures(holder)).toEqual([]);
    await openAt(21);
    expect(await myDisclosures(holder)).toHaveLength(1);
    expect((await sumOf()).open).toBe(1);
    expect(await extendSeal(by, { disclosureId, until: today.add({ days: 40 }).toString() })).toMatchObject({
      ...{ ok: false, reason: "already-done" },
    });
  });

  it("is not sealed again once its day has come, though the job did not open it yet", async () => {
    const ends = today.add({ days: 2 });
    const { disclosureId, by } = await released({ sealedUntil: ends.toString() });
    const extend = (now: Temporal.Instant, until: number) => {
      const ctx = { ...by, actor: { ...by.actor, steppedUpAt: now }, clock: () => now } as typeof by;
      return extendSeal(ctx, { disclosureId, until: today.add({ days: until }).toString() });
    };
    const end = ends.toZonedDateTime("UTC").toInstant();
    expect(await extend(end, 9)).toEqual({ ok: false, reason: "already-done" });
    expect((await extend(end.subtract({ seconds: 1 }), 3)).ok).toBe(true);
    expect((await extend(end.add({ minutes: 5 }), 4)).ok).toBe(true);
    expect(await extend(end.add({ hours: 48 }), 9)).toEqual({ ok: false, reason: "already-done" });
  });

  it("tells somebody who never signed in here at the platform's address, and forgets it then", async () => {
    await database.sql`delete from people where platform_user_id is not null`;
    await released();
    const [before] = await database.sql`select address from disclosure_people`;
    expect(before?.address.toString()).not.toContain("brightpipe");
    await openAt(0);
    expect(await mailsTo(database.sql, address)).toMatchObject([{ template: "disclosure" }]);
    expect((await database.sql`select address from disclosure_people`)[0]?.address).toBeNull();
  });

  it("S31: says in the log neither who nor which authority", async () => {
    const { disclosureId } = await released();
    const entries = await database.sql`
      select p.payload::text as payload from audit_entries e join audit_payloads p on p.entry_id = e.id
      where e.object_id = ${disclosureId}`;
    expect(entries.length).toBeGreaterThan(1);
    expect(JSON.stringify(entries)).not.toMatch(/canary|novak|7 Js/);
    const [desk] = await disclosuresForDesk(await officer("auditor"));
    expect(desk).toMatchObject({ authority: "Prosecutor of canary-town", named: 1 });
  });

  it("goes after its time, and not before it was opened", async () => {
    const later = Temporal.Now.instant()
      .toZonedDateTimeISO("UTC")
      .add(config.disclosures.keep)
      .add({ days: 30 })
      .toInstant();
    const sealed = await released({ sealedUntil: today.add({ days: 10 }).toString() });
    const open = await released();
    await openAt(0);
    await clearDisclosures(systemCtx("test", () => later));
    const left = await database.sql`select id from disclosures`;
    expect(left.map(({ id }) => id)).toEqual([sealed.disclosureId]);
    expect(await database.sql`select 1 from disclosure_people where disclosure_id = ${open.disclosureId}`).toHaveLength(
      0,
    );
  });
});

describe("the counts", () => {
  it("are exact for what is open, none included, and a band for what is sealed, whatever there is", () => {
    const row = fc.record({
      year: fc.integer({ min: year - 2, max: year }),
      authorityKind: fc.constantFrom(...authorityKinds),
      outcome: fc.constantFrom(...disclosureOutcomes),
      isOpen: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        for (const one of countDisclosures(rows, [year, year - 1, year - 2], 10)) {
          const mine = rows.filter((each) => each.year === one.year);
          for (const { kind, received, given, narrowed, refused } of one.kinds) {
            expect(received).toBe(mine.filter((each) => each.isOpen && each.authorityKind === kind).length);
            expect(given + narrowed + refused).toBe(received);
          }
          const sealed = mine.filter(({ isOpen }) => !isOpen).length;
          expect(one.sealed.from).toBeLessThanOrEqual(sealed);
          expect(one.sealed.to).toBeGreaterThanOrEqual(sealed);
          expect([one.sealed.from % 10, one.sealed.to - one.sealed.from]).toEqual([0, 9]);
          expect(one.kinds).toHaveLength(authorityKinds.length);
        }
      }),
    );
  });
});
