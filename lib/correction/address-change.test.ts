import { beforeEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { config } from "@/trust-center.config";
import { newAlert } from "../auth/alert";
import { disownAlert } from "../auth/disown-alert";
import { type Ctx, systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { openWithMaster } from "../crypto/seal";
import { withTransaction } from "../db/transaction";
import { onFaultPoint } from "../faults";
import { newId } from "../ids";
import { mailPlace } from "../mail/queue-mail";
import { addressByToken, proveAddress, stopAddressChange } from "./address-links";
import { applyCorrection } from "./apply-correction";
import { requestAddressChange } from "./request-address-change";
import { settleAddress } from "./settle-address";

const database = testDatabase();
const platform = demoPlatformPerTest();
beforeEach(() => database.sql`delete from correction_items where settled_at is null`);

const start = Temporal.Now.instant();
const after = (hours: number) => () => start.add({ hours, minutes: 1 });
const { delayHours, proveHours } = config.addressChange;

async function asked(clock: Ctx["clock"] = () => start) {
  const { rows } = await platform.client.query(
    "select id, company_id, email from users where role = 'office' and email_verified_at is not null order by id limit 1",
  );
  const [user] = rows;
  const email = `me-${newId()}@example.test`;
  const personId = await makePerson({ email, platformUserId: user.id, platformCompanyId: user.company_id });
  const ctx = holderCtx(personId, clock);
  const address = `new-${newId()}@example.test`;
  const made = await requestAddressChange(ctx, { address });
  if (!made.ok) throw new Error(made.reason);
  return { ...made.value, ctx, personId, email, address, userId: String(user.id), platformEmail: String(user.email) };
}

/** The mails of one template to an address, opened as the worker does. */
async function mails(template: string) {
  const rows = await database.sql`select id, sealed from outgoing_mails where template = ${template} order by id`;
  return rows.map(
    ({ id, sealed }) =>
      JSON.parse(openWithMaster(mailPlace(String(id)), sealed)) as { to: string; props: Record<string, string> },
  );
}
const tokenTo = async (template: string, to: string) =>
  (await mails(template)).find((mail) => mail.to === to)?.props.token ?? "";
const at = (hours: number) => systemCtx("test", after(hours));
const visitorAt = (hours: number): Ctx => ({ ...visitorCtx(), clock: after(hours) });
const platformEmail = async (id: string) =>
  (await platform.client.query("select email from users where id = $1", [id])).rows[0]?.email;
const personEmail = async (id: string) => (await database.sql`select email from people where id = ${id}`)[0]?.email;

describe("S14: another address to sign in with", () => {
  it("needs the link that went to it and a day, and is told at both; then sessions end elsewhere", async () => {
    const me = await asked();
    const [mine, other] = [me.ctx.actor.kind === "holder" ? me.ctx.actor.sessionId : "", newId()];
    for (const id of [mine, other])
      await database.sql`insert into sessions (session_token, id, user_id, expires, device_hash, stepped_up_at)
        values (${newId()}, ${id}, ${me.personId}, now() + interval '9 days', 'device', now())`;
    await database.sql`insert into devices (person_id, device_hash, first_seen_at) values (${me.personId}, 'device', now() - interval '90 days')`;
    const planned = await mails("address-change-planned");
    // To every proved address, never to the new one, which gets what proves it.
    expect(planned.map(({ to }) => to)).toEqual(expect.arrayContaining([me.email, me.platformEmail.toLowerCase()]));
    expect(planned.map(({ to }) => to)).not.toContain(me.address);
    const prove = await tokenTo("address-change-prove", me.address);
    await settleAddress(at(delayHours), me);
    expect(await platformEmail(me.userId)).toBe(me.platformEmail);

    expect(await addressByToken(visitorAt(1), "prove", prove)).toMatchObject({ state: "open" });
    expect(await proveAddress(visitorAt(1), { token: prove })).toEqual({ ok: true, value: null });
    expect(await proveAddress(visitorAt(1), { token: prove })).toEqual({ ok: false, reason: "already-done" });
    await settleAddress(at(1), me);
    await applyCorrection(at(1), me);
    expect(await platformEmail(me.userId)).toBe(me.platformEmail);

    await settleAddress(at(delayHours), me);
    expect(await platformEmail(me.userId)).toBe(me.address);
    expect(await personEmail(me.personId)).toBe(me.address);
    const open =
      await database.sql`select id, stepped_up_at from sessions where user_id = ${me.personId} and revoked_at is null`;
    expect(open).toEqual([{ id: mine, stepped_up_at: null }]);
    // A fresh address: exports and deletions wait again.
    const [device] =
      await database.sql`select first_seen_at > now() - interval '2 days' as fresh from devices where person_id = ${me.personId}`;
    expect(device?.fresh).toBe(true);
    const told = (await mails("address-changed")).map(({ to }) => to);
    expect(told).toEqual(expect.arrayContaining([me.email, me.address]));
    const [row] = await database.sql`select decision from cases where id = ${me.caseId}`;
    expect(row?.decision).toBe("approved");
    // Again, and stopped too late: nothing more.
    await settleAddress(at(delayHours), me);
    const stop = await tokenTo("address-change-planned", me.email);
    expect(await stopAddressChange(visitorAt(30), { token: stop })).toEqual({ ok: false, reason: "already-done" });
    expect((await mails("address-changed")).filter(({ to }) => to === me.address)).toHaveLength(1);
  });

  it("is stopped by one click from the old address, though it was proved", async () => {
    const me = await asked();
    const prove = await tokenTo("address-change-prove", me.address);
    await proveAddress(visitorAt(1), { token: prove });
    const stop = await tokenTo("address-change-planned", me.email);
    expect(await stopAddressChange(visitorAt(2), { token: stop })).toMatchObject({ ok: true });
    expect(await stopAddressChange(visitorAt(2), { token: stop })).toMatchObject({ ok: false, reason: "already-done" });
    await settleAddress(at(delayHours), me);
    await applyCorrection(at(delayHours), me);
    expect(await platformEmail(me.userId)).toBe(me.platformEmail);
    expect(await addressByToken(visitorAt(3), "stop", stop)).toMatchObject({ state: "stopped" });
    const [row] = await database.sql`select decision, next_due_at from cases where id = ${me.caseId}`;
    expect(row).toEqual({ decision: "cancelled", next_due_at: null });
    expect((await mails("address-change-ended")).map(({ to }) => to)).toContain(me.email);
  });

  it("S29 S19: neither link does the other's, no token is stored, and a foreign page stops nothing", async () => {
    const me = await asked();
    const prove = await tokenTo("address-change-prove", me.address);
    const stop = await tokenTo("address-change-planned", me.email);
    expect(await proveAddress(visitorAt(1), { token: stop })).toEqual({ ok: false, reason: "not-found" });
    expect(await stopAddressChange(visitorAt(1), { token: prove })).toEqual({ ok: false, reason: "not-found" });
    const [row] = await database.sql`select * from address_changes where case_id = ${me.caseId}`;
    expect(row).toMatchObject({ stop_token_hash: sha256Hex(stop), prove_token_hash: sha256Hex(prove) });
    const stranger = holderCtx(await makePerson());
    expect(await stopAddressChange(stranger, { reference: me.reference })).toEqual({ ok: false, reason: "not-found" });
    expect(await stopAddressChange(me.ctx, { reference: me.reference })).toMatchObject({ ok: true });
  });

  it("ends by itself when nobody proves it, inside of the 72 hours", async () => {
    const me = await asked();
    const prove = await tokenTo("address-change-prove", me.address);
    expect(proveHours).toBeLessThan(config.clocks.replyHours);
    expect(await proveAddress(visitorAt(proveHours), { token: prove })).toMatchObject({ ok: false });
    await settleAddress(at(proveHours), me);
    const [row] = await database.sql`select decision from cases where id = ${me.caseId}`;
    expect(row?.decision).toBe("cancelled");
    expect(await platformEmail(me.userId)).toBe(me.platformEmail);
  });

  it("S16: asks the same of an address that somebody uses; in the end the platform refuses it and staff see it", async () => {
    const { rows } = await platform.client.query("select email from users where role = 'owner' limit 1");
    const first = await asked();
    await stopAddressChange(first.ctx, { reference: first.reference });
    const made = await requestAddressChange(first.ctx, { address: String(rows[0]?.email) });
    if (!made.ok) throw new Error(made.reason);
    const prove = await tokenTo("address-change-prove", String(rows[0]?.email).toLowerCase());
    await proveAddress(visitorAt(1), { token: prove });
    await settleAddress(at(delayHours), made.value);
    const [item] =
      await database.sql`select problem, decision from correction_items where case_id = ${made.value.caseId}`;
    expect(item).toEqual({ problem: "refused", decision: null });
    expect(await platformEmail(first.userId)).toBe(first.platformEmail);
    expect(await personEmail(first.personId)).toBe(first.email);
    // And does not try again by itself.
    await settleAddress(at(delayHours + 2), made.value);
    expect(
      (await database.sql`select decision from correction_items where case_id = ${made.value.caseId}`)[0]?.decision,
    ).toBeNull();
  });

  it("does not move here onto somebody else who signs in with it, and cannot be stopped once it is at work", async () => {
    const me = await asked();
    await proveAddress(visitorAt(1), { token: await tokenTo("address-change-prove", me.address) });
    const other = await makePerson({ email: me.address });
    const stop = await tokenTo("address-change-planned", me.email);
    onFaultPoint(async (name) => {
      if (name !== "correction.prepared") return;
      expect(await stopAddressChange(visitorAt(delayHours), { token: stop })).toEqual({
        ok: false,
        reason: "already-done",
      });
    });
    await settleAddress(at(delayHours), me);
    onFaultPoint();
    expect(await platformEmail(me.userId)).toBe(me.address);
    expect(await personEmail(me.personId)).toBe(me.email);
    expect(await personEmail(other)).toBe(me.address);
    const events =
      await database.sql`select visible_to_subject from case_events where case_id = ${me.caseId} and type = 'address.taken'`;
    expect(events).toEqual([{ visible_to_subject: false }]);
  });

  it("does not take what was not proved lately, or what is no address", async () => {
    const me = await asked();
    await stopAddressChange(me.ctx, { reference: me.reference });
    for (const address of ["", "two@a.example, b@b.example", me.platformEmail, "a@b\r\nBcc: c@d.example"])
      expect(await requestAddressChange(me.ctx, { address })).toEqual({ ok: false, reason: "address-wrong" });
    const stale: Ctx = { ...me.ctx, clock: after(1) };
    expect(await requestAddressChange(stale, { address: "x@example.test" })).toEqual({
      ok: false,
      reason: "step-up-required",
    });
    const open = await requestAddressChange(me.ctx, { address: "x@example.test" });
    expect(open.ok).toBe(true);
    expect(await requestAddressChange(me.ctx, { address: "y@example.test" })).toEqual({
      ok: false,
      reason: "correction-open",
    });
  });

  it('waits as long as a fresh device does, and "this was not me" stops it', async () => {
    const first = await asked();
    await stopAddressChange(first.ctx, { reference: first.reference });
    const { actor } = first.ctx;
    if (actor.kind !== "holder") throw new Error("a holder");
    const freshUntil = start.add({ hours: delayHours + 5 });
    const made = await requestAddressChange(
      { ...first.ctx, actor: { ...actor, freshUntil } },
      { address: "z@example.test" },
    );
    if (!made.ok) throw new Error(made.reason);
    const [row] = await database.sql`select not_before from address_changes where case_id = ${made.value.caseId}`;
    expect(row?.not_before.getTime()).toBe(Math.floor(freshUntil.epochMilliseconds));
    const alert = await withTransaction(systemCtx("test"), (tx) =>
      newAlert(tx, { personId: first.personId, sessionId: newId(), kind: "step-up" }),
    );
    expect((await disownAlert(visitorCtx(), { token: alert.token })).ok).toBe(true);
    const [stopped] = await database.sql`select stopped_at from address_changes where case_id = ${made.value.caseId}`;
    expect(stopped?.stopped_at).not.toBeNull();
  });
});
