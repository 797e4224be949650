import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { makePerson, makeStaff } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { resetEnv } from "../env";
import { newId, newReference } from "../ids";
import { checkCollected } from "./check-collected";
import type { PromiseId } from "./promises";
import { measureAll } from "./standing";

// Rule 1: what a promise's page shows is counted, and turns to "broken" when the tables say so.

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(async () => {
  await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`truncate cases, map_checks, inbound_mails, disclosures, processing_records, processing_refusals, record_accesses,
      provider_erasures, transfers cascade`;
  });
});

const now = Temporal.Instant.from("2027-03-01T12:00:00Z");
const ago = (hours: number) => now.subtract({ hours }).toString();
const standingOf = async (id: PromiseId, at = now) => (await measureAll(() => at)).byId[id];

/** Rows as they may be found, whatever led to them: neither triggers nor references are asked. */
async function put(table: string, row: Record<string, unknown>): Promise<void> {
  await database.sql.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`insert into ${sql(table)} ${sql(row as Record<string, string>)}`;
  });
}
async function aCase(kind: string, rule: string, { due, stopped }: { due: number; stopped: number | null }) {
  const id = newId();
  const received = ago(due + 24 * 30);
  await put("cases", { id, reference: newReference(), kind, channel: "dashboard", received_at: received });
  await put("case_clocks", {
    ...{ id: newId(), case_id: id, rule, started_at: received, due_at: ago(due) },
    stopped_at: stopped === null ? null : ago(stopped),
  });
  return id;
}

describe("what is collected", () => {
  const check = (at = now) => checkCollected(systemCtx("test", () => at));

  it("is not measured before the map was compared with the databases", async () => {
    expect(await standingOf("collect.account")).toMatchObject({ state: "not-measured", evidence: null });
  });

  it("is kept when every column is declared, with the number of its own", async () => {
    await check();
    await check();
    const [row] = await database.sql`select columns, undeclared from map_checks`;
    expect(row?.undeclared).toBe(0);
    for (const id of ["collect.account", "collect.work-orders", "collect.communication", "collect.payment"] as const)
      expect(await standingOf(id)).toMatchObject({
        ...{ state: "kept", at: now.toString() },
        evidence: expect.stringContaining(` ${row?.columns[id]} are of this kind`),
      });
    for (const id of ["collect.usage", "collect.device", "collect.logs"] as const)
      expect((await standingOf(id)).state).toBe("kept");
  });

  it("is broken once somebody adds a table or a column that nobody declared, and kept again once it is gone", async () => {
    await platform.client.query(
      "alter table users add shoe_size integer; create table guesses (id integer, about text)",
    );
    await check();
    expect(await standingOf("collect.account")).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("2 tables or columns") },
    });
    await platform.client.query("alter table users drop shoe_size; drop table guesses");
    await check();
    expect((await standingOf("collect.account")).state).toBe("kept");
  });

  it("is broken when nobody looked for longer than a night, and a database that does not answer is no look", async () => {
    await check();
    expect((await standingOf("collect.logs", now.add({ hours: 30 }))).state).toBe("kept");
    expect(await standingOf("collect.logs", now.add({ hours: 31 }))).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("30 hours") },
    });
    const url = process.env.PLATFORM_DATABASE_URL ?? "";
    process.env.PLATFORM_DATABASE_URL = url.replace(/\/[^/]*$/, "/nothing_there");
    resetEnv();
    await expect(check(now.add({ hours: 31 }))).rejects.toThrow();
    process.env.PLATFORM_DATABASE_URL = url;
    resetEnv();
    expect((await standingOf("collect.logs", now.add({ hours: 31 }))).state).toBe("broken");
  });
});

describe("the rights", () => {
  it.each(["access", "portability", "correction", "deletion", "objection", "restriction"] as const)(
    "of %s are kept while answered within the month, and broken by one that was not",
    async (kind) => {
      expect((await standingOf(`right.${kind}`)).state).toBe("not-measured");
      await aCase(kind, "gdpr-1m", { due: 24, stopped: 25 });
      expect(await standingOf(`right.${kind}`)).toMatchObject({
        ...{ state: "kept", evidence: expect.stringContaining("1 of 1 request answered within the month") },
      });
      await aCase(kind, "gdpr-1m", { due: 24, stopped: null });
      expect(await standingOf(`right.${kind}`)).toMatchObject({
        ...{ state: "broken", evidence: expect.stringContaining("1 of 2 requests answered") },
      });
    },
  );

  const told = (due: number, answered: number | null) =>
    put("provider_erasures", {
      ...{ id: newId(), case_id: newId(), recipient: "postwright", name: "Postwright", kind: "email", way: "webhook" },
      ...{ prepared_at: ago(900), owed_at: ago(800), due_at: ago(due) },
      ...(answered === null ? {} : { answered_at: ago(answered), answer: "erased" }),
    });
  it("of deletion: a provider that owes its answer breaks it", async () => {
    await told(-24, null);
    expect((await standingOf("right.deletion")).state).toBe("not-measured");
    await told(24, 48);
    expect(await standingOf("right.deletion")).toMatchObject({
      ...{ state: "kept", evidence: "1 of 1 provider told of an erasure answered in time." },
    });
    await told(48, 24);
    await told(24, null);
    expect(await standingOf("right.deletion")).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("1 of 3 providers") },
    });
  });

  it("of portability: what another provider acknowledged counts", async () => {
    const sent = (arrived: number | null) =>
      put("transfers", {
        ...{ id: newId(), case_id: newId(), person_id: newId(), package_id: newId(), scope: "person" },
        ...{ origin: "https://a.example", name: "A", contact: "a@a.example", endpoint: "/", public_key: "k" },
        requested_at: ago(100),
        ...(arrived === null ? {} : { arrived_at: ago(arrived), acknowledgement: "signed" }),
      });
    await sent(null);
    expect((await standingOf("right.portability")).state).toBe("not-measured");
    await sent(5);
    expect(await standingOf("right.portability")).toMatchObject({
      ...{ state: "kept", at: ago(5), evidence: expect.stringContaining("1 package sent straight") },
    });
  });

  it("of objection and restriction: what they stopped counts, and a limit that ended unannounced breaks it", async () => {
    const person = await makePerson();
    const record = (kind: string, purpose: string | null, more: Record<string, unknown> = {}) =>
      put("processing_records", {
        ...{ id: newId(), kind, person_id: person, purpose, source: "person", asked_at: ago(500) },
        ...{ in_effect_from: ago(500), basis: kind === "restriction" ? "accuracy" : null, ...more },
      });
    const refused = (purpose: string, count: number) =>
      put("processing_refusals", { person_id: person, purpose, day: "2027-02-28", count, last_at: ago(20) });
    await refused("improvement", 3);
    await refused("communication", 4);
    // Nothing that stands explains them.
    expect((await standingOf("right.objection")).state).toBe("not-measured");
    await record("objection", "improvement");
    await record("restriction", null, { ended_at: ago(1), ended_how: "taken-back" });
    expect(await standingOf("right.objection")).toMatchObject({
      ...{ state: "kept", evidence: "Objections stopped a use 3 times when the platform asked." },
    });
    expect(await standingOf("right.restriction")).toMatchObject({
      ...{ state: "kept", evidence: "Limits stopped a use 7 times when the platform asked." },
    });
    const lifted = (announced: number) =>
      record("restriction", announced > 24 * config.processing.liftDays ? "communication" : "improvement", {
        ...{ lift_announced_at: ago(announced), lift_ground: "checked", lifts_at: ago(announced - 1) },
        ...{ ended_at: ago(0), ended_how: "lifted" },
      });
    await lifted(24 * config.processing.liftDays + 1);
    expect(await standingOf("right.restriction")).toMatchObject({
      ...{ state: "kept", evidence: expect.stringContaining("1 of 1 limit that ended was announced") },
    });
    await lifted(24);
    expect(await standingOf("right.restriction")).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("1 of 2 limits that ended were announced") },
    });
  });
});

describe("the other promises", () => {
  it("a reply in 72 hours: a mail that nobody made anything of breaks it, one that still has time does not", async () => {
    const mail = (hours: number, processed: boolean) =>
      put("inbound_mails", {
        ...{ id: newId(), provider_id: newId(), received_at: ago(hours) },
        processed_at: processed ? ago(hours) : null,
      });
    await mail(100, true);
    await mail(config.clocks.replyHours - 1, false);
    expect((await standingOf("contact.reply")).state).toBe("not-measured");
    await aCase("inquiry", "policy-72h", { due: 24, stopped: 25 });
    expect((await standingOf("contact.reply")).state).toBe("kept");
    await mail(config.clocks.replyHours + 1, false);
    expect(await standingOf("contact.reply")).toMatchObject({
      ...{
        state: "broken",
        at: ago(1),
        evidence: expect.stringMatching(/1 of 1 inquiry.* 1 mail to the mailbox lay unread/),
      },
    });
  });

  const demand = (more: Record<string, unknown>) =>
    put("disclosures", {
      ...{ id: newId(), authority_kind: "court", ground: "court-order", words: Buffer.from("x"), words_sha256: "x" },
      ...{ received_at: ago(400), outcome: "narrowed", asked: ["collect.account"], given: ["collect.account"] },
      ...{ people_asked: 2, people_given: 1, people_sha256: "x", sha256: "s", requested_by: newId() },
      ...{ requested_at: ago(400), released_by: newId(), released_at: ago(300), released_sha256: "s", ...more },
    });
  it("demands by authorities: a sealed one is not told of; one whose seal is over has to be", async () => {
    await demand({ sealed_until: ago(-100) });
    await demand({ sealed_until: ago(200), extended_until: ago(-1), extended_by: newId() });
    expect((await standingOf("share.legal")).state).toBe("not-measured");
    await demand({ opened_at: ago(200) });
    expect(await standingOf("share.legal")).toMatchObject({
      ...{ state: "kept", evidence: expect.stringContaining("1 demand by authorities") },
    });
    await demand({ sealed_until: ago(23) });
    expect((await standingOf("share.legal")).state).toBe("kept");
    await demand({ sealed_until: ago(25) });
    expect(await standingOf("share.legal")).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("should have been told") },
    });
  });

  it("access: everybody on the staff has a passkey, or it is broken; who left does not count", async () => {
    expect((await standingOf("security.access")).state).toBe("not-measured");
    const [first, second] = [await makeStaff("officer"), await makeStaff("agent")];
    await database.sql`update staff set enrolled_at = ${ago(900)}`;
    const key = (staff: string) =>
      put("passkeys", { credential_id: newId(), staff_id: staff, public_key: Buffer.from("k"), label: "key" });
    await key(first.staffId);
    expect(await standingOf("security.access")).toMatchObject({
      ...{ state: "broken", evidence: expect.stringContaining("1 of 2 people") },
    });
    await put("record_accesses", {
      ...{ id: newId(), case_id: newId(), staff_id: first.staffId, role: "officer", purpose: "due", what: "case" },
      at: ago(3),
    });
    await database.sql`update staff set disabled_at = ${ago(1)} where id = ${second.staffId}`;
    expect(await standingOf("security.access")).toMatchObject({
      ...{ state: "kept", evidence: expect.stringMatching(/1 of 1 person .* 1 look at/) },
    });
  });
});
