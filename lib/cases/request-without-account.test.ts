import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { passed, type Sent, sendRequest, tokenOf } from "@/test/ways-in";
import { systemCtx, visitorCtx } from "../context";
import { people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { forgetPerson } from "../erasure/forget-person";
import { newId } from "../ids";
import { confirmDeletion, deletionToConfirm } from "./confirm-deletion";
import { disownRequest } from "./disown-request";
import { openRequest } from "./open-request";
import { openStatus } from "./open-status";
import { proofPage, proveIdentity } from "./prove-identity";
import { caseForSubject, myCases } from "./queries";
import { renewProof } from "./renew-proof";
import { statusOfSession } from "./status-queries";
import { submitDeletion } from "./submit-deletion";
import { submitRequest } from "./submit-request";
import { tendIdentity } from "./tend-identity";

const database = testDatabase();
const platform = demoPlatformPerTest();
const visitor = visitorCtx();

const send = (values: Parameters<typeof sendRequest>[1] = {}) => sendRequest(database.sql, values);

let taken = 0;
/** Somebody of the platform who never signed in here; another one each time, since tests share our database. */
async function platformUser(): Promise<string> {
  const { rows } = await platform.client.query<{ email: string }>(
    "select email from users where email_verified_at is not null and closed_at is null order by id offset $1 limit 1",
    [taken++],
  );
  if (!rows[0]) throw new Error("the demo has no further people");
  return String(rows[0]?.email).toLowerCase();
}
const prove = (token: string, ctx = visitor) => proveIdentity(ctx, { token, network: null });
const caseOf = async ({ reference }: Sent) =>
  (await database.sql`select * from cases where reference = ${reference}`)[0];
const clocksOf = (caseId: string) =>
  database.sql`select rule, due_at::text, pauses, stopped_at is null as running from case_clocks where case_id = ${caseId} order by rule`;
const templates = async (address: string) => (await mailsTo(database.sql, address)).map(({ template }) => template);

describe("S16: the public form for every right", () => {
  it("leaves the same behind for a known and an unknown address: nobody is looked up", async () => {
    const traces = [];
    for (const email of [await platformUser(), `nobody-${newId()}@nowhere.example`]) {
      const made = await submitRequest(visitor, {
        ...{ kind: "access", name: "", email, about: "", message: "", idempotencyKey: newId(), network: null },
      });
      if (!made.ok) throw new Error(made.reason);
      const { reference } = made.value;
      const [trace] = await database.sql`select
        (select count(*)::int from cases) as cases, (select count(*)::int from outgoing_mails) as mails,
        (select count(*)::int from pgboss.job j join intakes i on j.data->>'intakeId' = i.id::text
           where i.reference = ${reference} and j.name = 'request.open') as jobs,
        (select count(*)::int from audit_entries a join intakes i on a.object_id = i.id::text
           where i.reference = ${reference}) as audit`;
      traces.push(trace);
    }
    expect(traces[0]).toMatchObject({ jobs: 1, audit: 1 });
    expect(traces[1]).toEqual(traces[0]);
  });

  it("S11 H4: refuses what is no address, no right, and a change without words", async () => {
    const form = { name: "", about: "", message: "Words", network: null } as const;
    const email = "kim@example.test";
    for (const wrong of [
      { ...form, kind: "access", email: "a@x.example, b@x.example", idempotencyKey: newId() },
      { ...form, kind: "inquiry", email, idempotencyKey: newId() },
      { ...form, kind: "correction", email, message: " \n", idempotencyKey: newId() },
      { ...form, kind: "access", email, message: "x".repeat(10_001), idempotencyKey: newId() },
    ])
      expect(await submitRequest(visitor, wrong as never)).toEqual({ ok: false, reason: "invalid-input" });
  });

  it("S17: a flood from one address or network is slowed down, nobody else is, and it is taken when the hour is over", async () => {
    await database.sql`delete from rate_limits`;
    const email = `eager-${newId()}@example.test`;
    const form = (more: object) => ({
      ...{ kind: "access" as const, name: "", email, about: "", message: "", idempotencyKey: newId(), network: null },
      ...more,
    });
    const one = [];
    for (let index = 0; index < 7; index++) one.push((await submitRequest(visitor, form({}))).ok);
    expect(one).toEqual([true, true, true, true, true, false, false]);
    const many = [];
    for (let index = 0; index < 22; index++)
      many.push((await submitRequest(visitor, form({ email: `m-${newId()}@example.test`, network: "192.0.2.1" }))).ok);
    expect(many.filter(Boolean)).toHaveLength(20);
    const elsewhere = { email: `calm-${newId()}@example.test`, network: "192.0.2.2" };
    expect((await submitRequest(visitor, form(elsewhere))).ok).toBe(true);
    await database.sql`update rate_limits set expire = expire - 3600001`;
    expect((await submitRequest(visitor, form({}))).ok).toBe(true);
    await database.sql`delete from rate_limits`;
  });
});

describe("an address on file", () => {
  it("R2 L1: is asked for proof once, the month stands still and the promise does not", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "access" });
    await openRequest(systemCtx("test"), { intakeId: sent.intakeId });
    const row = await caseOf(sent);
    expect(row).toMatchObject({ kind: "access", subject_id: null, channel: "public-form" });
    expect(row?.awaiting_subject_at).not.toBeNull();
    expect(await templates(email)).toEqual(["identity-ask"]);
    const clocks = await clocksOf(row?.id);
    expect(clocks.map(({ rule, pauses, running }) => [rule, pauses.length, running])).toEqual([
      ["ccpa-10bd", 0, false],
      ["ccpa-45d", 0, true],
      ["gdpr-1m", 1, true],
      ["policy-72h", 0, true],
    ]);
    await database.sql`update case_clocks set stopped_at = now() where case_id = ${row?.id} and rule <> 'gdpr-1m'`;
    // What is paused is due at no known time.
    expect((await caseOf(sent))?.next_due_at).toBeNull();
  });

  it("S12: opening the page changes nothing; the button proves it once, and the copy is made for the account", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "access" });
    const token = await tokenOf(database.sql, email, "identity-ask");
    for (let look = 0; look < 3; look++)
      expect(await proofPage(visitor, token)).toMatchObject({ reference: sent.reference, statement: null });
    expect((await caseOf(sent))?.subject_id).toBeNull();
    const [first, second] = await Promise.all([prove(token), prove(token)]);
    expect([first.ok, second.ok].toSorted()).toEqual([false, true]);
    expect(await proofPage(visitor, token)).toBeNull();
    const row = await caseOf(sent);
    const [person] = await database.sql`select * from people where id = ${row?.subject_id}`;
    expect(person).toMatchObject({ email });
    expect(person?.platform_user_id).not.toBeNull();
    const packages = await database.sql`select person_id, scope from packages where case_id = ${row?.id}`;
    expect(packages).toEqual([{ person_id: row?.subject_id, scope: "person" }]);
    expect(await templates(email)).toEqual(["identity-ask", "package-requested"]);
    const [gdpr] = (await clocksOf(row?.id)).filter(({ rule }) => rule === "gdpr-1m");
    expect(gdpr?.pauses[0].until).toBeDefined();
    const audit = await database.sql`select action from audit_entries where object_id = ${row?.id} order by id`;
    expect(audit.map(({ action }) => action)).toEqual(["case.received", "identity.asked", "identity.proved"]);
  });

  it("S29: of links, codes and sessions only the hash is stored", async () => {
    const email = await platformUser();
    await send({ email });
    const token = await tokenOf(database.sql, email, "identity-ask");
    const made = await prove(token);
    if (!made.ok) throw new Error(made.reason);
    const [kept] = await database.sql`select string_agg(t::text, '') as text from case_tokens t`;
    expect(token).toMatch(/^[\w-]{43}$/);
    for (const secret of [token, made.value.sessionToken]) expect(kept?.text).not.toContain(secret);
  });

  it("S32: what was written before lies under the person's key from then on, and goes with them", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "objection", message: "Do not count my clicks." });
    const made = await prove(await tokenOf(database.sql, email, "identity-ask"));
    if (!made.ok) throw new Error(made.reason);
    const personId = String((await caseOf(sent))?.subject_id);
    const mine = await caseForSubject(holderCtx(personId), sent.reference);
    expect(mine?.messages.map(({ text }) => text)).toEqual(["Do not count my clicks."]);
    const [message] =
      await database.sql`select body from case_messages where case_id = (select id from cases where reference = ${sent.reference})`;
    expect(message?.body.readUInt32BE(1)).toBe(0);
    await withTransaction(systemCtx("test"), async (tx) => {
      const [person] = (await tx.db.select().from(people)).filter(({ id }) => id === personId);
      if (person) await forgetPerson(tx, person);
    });
    expect(await statusOfSession(visitor, made.value.sessionToken)).toBeNull();
    const [left] = await database.sql`select
      (select count(*)::int from case_tokens) as tokens, (select count(address)::int from identity_proofs p where p.case_id = c.id) as addresses,
      c.contact from cases c where reference = ${sent.reference}`;
    expect(left).toMatchObject({ addresses: 0, contact: null });
  });

  it("objection and restriction are on the desk at once: nothing pauses, nobody waits", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "restriction", message: "Keep it, do not use it." });
    const row = await caseOf(sent);
    expect(row?.awaiting_subject_at).toBeNull();
    expect((await clocksOf(row?.id)).every(({ pauses }) => pauses.length === 0)).toBe(true);
  });

  it("L5: a correction is never proved by the address that it names as the right one", async () => {
    const [old, right] = [await platformUser(), `new-${newId()}@moved.example`];
    const sent = await send({ email: right, kind: "correction", message: `My address is ${right}, not ${old}.` });
    expect(await templates(right)).toEqual(["request-unknown"]);
    expect(await templates(old)).toEqual([]);
    expect(
      await database.sql`select 1 from case_tokens where purpose = 'proof' and case_id = ${(await caseOf(sent))?.id}`,
    ).toEqual([]);
  });

  it("finds who signed in here once though the platform does not know them; nobody whose key was destroyed", async () => {
    const person = await makePerson();
    const email = `p-${person}@example.test`;
    await send({ email });
    expect((await prove(await tokenOf(database.sql, email, "identity-ask"))).ok).toBe(true);
    expect(await myCases(holderCtx(person))).toHaveLength(1);
    const gone = await makePerson();
    await database.sql`insert into person_keys (person_id, wrapped, master_version, destroyed_at) values (${gone}, null, 1, now())`;
    await send({ email: `p-${gone}@example.test` });
    expect(await templates(`p-${gone}@example.test`)).toEqual(["request-unknown"]);
  });

  it("waits for a platform that does not answer rather than call anybody unknown", async () => {
    await platform.client.query("alter table users rename to users_away");
    const made = await submitRequest(visitor, {
      ...{
        kind: "access",
        name: "",
        email: "kim@away.example",
        about: "",
        message: "",
        idempotencyKey: newId(),
        network: null,
      },
    });
    if (!made.ok) throw new Error(made.reason);
    const [intake] = await database.sql`select id from intakes where reference = ${made.value.reference}`;
    await expect(openRequest(systemCtx("test"), { intakeId: String(intake?.id) })).rejects.toThrow();
    const [still] =
      await database.sql`select processed_at, sealed is not null as kept from intakes where id = ${intake?.id}`;
    expect(still).toEqual({ processed_at: null, kept: true });
  });
});

describe("a link that is not used", () => {
  it("R2: is reminded of once after a day; after seven the clocks go on and the desk has the case", async () => {
    // Those of the tests before are none of this one's.
    await database.sql`delete from identity_proofs`;
    const email = await platformUser();
    const sent = await send({ email, kind: "correction", message: "My name is wrong." });
    const row = await caseOf(sent);
    const begun = Temporal.Instant.from(
      String((await database.sql`select asked_at::text as at from identity_proofs where case_id = ${row?.id}`)[0]?.at),
    );
    const tend = (hours: number) => tendIdentity(systemCtx("test", () => begun.add({ hours })));
    expect(await tend(23)).toEqual({ reminded: 0, lapsed: 0 });
    const both = await Promise.all([tend(25), tend(25)]);
    expect(both.reduce((sum, { reminded }) => sum + reminded, 0)).toBe(1);
    expect(await tend(26)).toEqual({ reminded: 0, lapsed: 0 });
    expect(await templates(email)).toEqual(["identity-ask", "identity-ask"]);
    // Both links work, and neither longer than the first.
    const ends =
      await database.sql`select distinct expires_at from case_tokens where case_id = ${row?.id} and purpose = 'proof'`;
    expect(ends).toHaveLength(1);
    expect(await tend(7 * 24 + 1)).toEqual({ reminded: 0, lapsed: 1 });
    expect(await tend(7 * 24 + 2)).toEqual({ reminded: 0, lapsed: 0 });
    const [gdpr] = (await clocksOf(row?.id)).filter(({ rule }) => rule === "gdpr-1m");
    expect(gdpr?.pauses).toHaveLength(1);
    expect(gdpr?.pauses[0].until).toBeDefined();
    expect((await caseOf(sent))?.awaiting_subject_at).toBeNull();
  });

  it("is over after seven days, and was never there for a foreign one, all alike", async () => {
    const email = await platformUser();
    await send({ email });
    const token = await tokenOf(database.sql, email, "identity-ask");
    const late = { ...visitor, clock: () => Temporal.Now.instant().add({ hours: 24 * 7 + 1 }) };
    const over = { ok: false, reason: "code-expired" };
    expect(await prove(token, late)).toEqual(over);
    expect(await prove("x".repeat(43))).toEqual(over);
  });

  it("L12: says as easily that it was not them, and then nothing leads to the case", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "deletion" });
    const token = await tokenOf(database.sql, email, "identity-ask");
    expect(await disownRequest(visitor, { token })).toEqual({ ok: true, value: null });
    expect((await disownRequest(visitor, { token })).ok).toBe(false);
    expect((await prove(token)).ok).toBe(false);
    expect(await caseOf(sent)).toMatchObject({ decision: "cancelled", subject_id: null });
    expect(
      await database.sql`select 1 from case_tokens t join cases c on c.id = t.case_id where c.reference = ${sent.reference} and t.used_at is null`,
    ).toEqual([]);
  });
});

describe("a deletion without signing in", () => {
  it("is previewed and planned only after proof, with the address typed, once", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "deletion" });
    const code = await passed(database.sql, email, "identity-ask");
    const asker = await openStatus(visitor, { ...code, network: null });
    if (!asker.ok) throw new Error(asker.reason);
    // The status page's code alone deletes nothing, before the proof and after it.
    const byCode = { session: asker.value.session, confirmation: email };
    expect(await confirmDeletion(visitor, byCode)).toEqual({ ok: false, reason: "not-found" });
    const made = await prove(await tokenOf(database.sql, email, "identity-ask"));
    if (!made.ok) throw new Error(made.reason);
    expect(await confirmDeletion(visitor, byCode)).toEqual({ ok: false, reason: "not-found" });
    const session = made.value.sessionToken;
    expect(await statusOfSession(visitor, session)).toMatchObject({ toConfirm: true, proof: null });
    const shown = await deletionToConfirm(visitor, session);
    expect(shown?.preview.items.length).toBeGreaterThan(0);
    const wrong = { session, confirmation: "somebody@else.example" };
    expect(await confirmDeletion(visitor, wrong)).toEqual({ ok: false, reason: "confirmation-mismatch" });
    const answers = await Promise.all([1, 2].map(() => confirmDeletion(visitor, { session, confirmation: email })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const [plan] =
      await database.sql`select d.grace_ends_at > now() + interval '6 days' as later, d.scope from deletions d
      join cases c on c.id = d.case_id where c.reference = ${sent.reference}`;
    expect(plan).toEqual({ later: true, scope: "person" });
    expect(await templates(email)).toContain("deletion-scheduled");
    expect(await deletionToConfirm(visitor, session)).toBeNull();
  });

  it("S14: with a link that was opened too long ago, another one is offered and confirms it, in the same page", async () => {
    await database.sql`delete from rate_limits`;
    const email = await platformUser();
    await send({ email, kind: "deletion" });
    const first = await prove(await tokenOf(database.sql, email, "identity-ask"));
    if (!first.ok) throw new Error(first.reason);
    const minutesOn = (minutes: number) => ({ ...visitor, clock: () => Temporal.Now.instant().add({ minutes }) });
    const old = { session: first.value.sessionToken, confirmation: email };
    expect(await deletionToConfirm(minutesOn(4), old.session)).toMatchObject({ fresh: true });
    expect(await confirmDeletion(minutesOn(6), old)).toEqual({ ok: false, reason: "link-too-old" });
    // It is still shown, and the page offers the link by this.
    expect(await deletionToConfirm(minutesOn(6), old.session)).toMatchObject({ fresh: false });
    expect((await renewProof(minutesOn(6), { session: old.session })).ok).toBe(true);
    const second = await prove(await tokenOf(database.sql, email, "identity-ask"), minutesOn(8));
    if (!second.ok) throw new Error(second.reason);
    // The link counts in the browser that opened it, and in no other.
    expect(await confirmDeletion(minutesOn(8), old)).toEqual({ ok: false, reason: "link-too-old" });
    const anew = { session: second.value.sessionToken, confirmation: email };
    expect(await confirmDeletion(minutesOn(14), anew)).toEqual({ ok: false, reason: "link-too-old" });
    expect(await confirmDeletion(minutesOn(9), anew)).toEqual({ ok: true, value: null });
    await database.sql`delete from rate_limits`;
  });

  it("is gone on with after signing in, as the same request, when it was not confirmed in time", async () => {
    const email = await platformUser();
    const sent = await send({ email, kind: "deletion" });
    expect((await prove(await tokenOf(database.sql, email, "identity-ask"))).ok).toBe(true);
    const ctx = holderCtx(String((await caseOf(sent))?.subject_id));
    const answers = await Promise.all([1, 2].map(() => submitDeletion(ctx, { scope: "person", confirmation: email })));
    expect(answers.map((answer) => answer.ok && answer.value.reference)).toEqual([sent.reference, sent.reference]);
    const [plans] = await database.sql`select count(*)::int as n from deletions d join cases c on c.id = d.case_id
      where c.subject_id = ${(await caseOf(sent))?.subject_id}`;
    expect(plans?.n).toBe(1);
  });

  it("sends another link when the half hour is over, three an hour at most, and no second proof of it", async () => {
    await database.sql`delete from rate_limits`;
    const email = await platformUser();
    const sent = await send({ email, kind: "deletion" });
    const first = await prove(await tokenOf(database.sql, email, "identity-ask"));
    if (!first.ok) throw new Error(first.reason);
    const session = first.value.sessionToken;
    const later = { ...visitor, clock: () => Temporal.Now.instant().add({ minutes: 31 }) };
    expect(await statusOfSession(later, session)).toBeNull();
    const renewed = [];
    for (let index = 0; index < 4; index++) renewed.push((await renewProof(visitor, { session })).ok);
    expect(renewed).toEqual([true, true, true, false]);
    expect((await prove(await tokenOf(database.sql, email, "identity-ask"))).ok).toBe(true);
    const events = await database.sql`select count(*)::int as n from case_events e join cases c on c.id = e.case_id
      where c.reference = ${sent.reference} and e.type = 'identity.proved'`;
    expect(events).toEqual([{ n: 1 }]);
    await database.sql`delete from rate_limits`;
  });
});

it("S31 S32: address, name, words and tokens lie sealed or hashed, and nowhere else", async () => {
  const email = await platformUser();
  const canary = `canary${newId().replaceAll("-", "")}`;
  await send({ email, name: canary, kind: "correction", about: canary, message: `Words ${canary}` });
  const token = await tokenOf(database.sql, email, "identity-ask");
  await prove(token);
  const found = await database.sql`
    select 'intake' as place from intakes t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'case' from cases t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'proof' from identity_proofs t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'token' from case_tokens t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'event' from case_events t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'message' from case_messages t where encode(body, 'escape') like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'audit' from audit_payloads t where t::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})
    union all select 'job' from pgboss.job t where t.data::text like any (${[`%${canary}%`, `%${email}%`, `%${token}%`]})`;
  expect(found).toEqual([]);
});
