import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { recordAudit } from "../audit/record";
import { systemCtx, visitorCtx } from "../context";
import { openForPerson, sealForPerson } from "../crypto/person-key";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { openDatabase } from "./client";
import { auditEntries, people, personKeys } from "./schema";
import { withRead, withTransaction } from "./transaction";

const database = testDatabase();

describe("row security", () => {
  it("S20: the app's role owns nothing and bypasses nothing", async () => {
    const owned = await database.sql`
      select relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname like 'tc\_%'`;
    expect(owned).toHaveLength(0);
    const roles = await database.sql`select rolsuper, rolbypassrls from pg_roles where rolname like 'tc\_%'`;
    expect(roles.length).toBeGreaterThanOrEqual(3);
    expect(roles.every((role) => !role.rolsuper && !role.rolbypassrls)).toBe(true);
  });

  it("S20: row security is enabled and forced on every table", async () => {
    const loose = await database.sql`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not (relrowsecurity and relforcerowsecurity)`;
    expect(loose).toEqual([]);
  });

  it("asks once a statement who acts, not for every row", async () => {
    const asking = await database.sql`
      select tablename, policyname from pg_policies, unnest(array[qual, with_check]) condition
      where schemaname = 'public'
        and regexp_count(condition, 'tc_(actor|role|staff_writes)[(]') <> regexp_count(condition, 'SELECT [(]?tc_(actor|role|staff_writes)[(]')`;
    expect(asking).toEqual([]);
  });

  it("S20: without the setting a query sees no row, with it only the person's own", async () => {
    const [a, b] = [await makePerson(), await makePerson()];
    const { db } = openDatabase("tc_app");
    expect(await db.select().from(people)).toHaveLength(0);
    const seen = await withRead(holderCtx(a), (tx) => tx.db.select({ id: people.id }).from(people));
    expect(seen).toEqual([{ id: a }]);
    const foreign = await withRead(holderCtx(a), (tx) => tx.db.select().from(people).where(eq(people.id, b)));
    expect(foreign).toEqual([]);
    // The pooled connection forgot who it served.
    expect(await db.select().from(people)).toHaveLength(0);
  });
});

describe("a person's own rows", () => {
  it("S13, S14: nobody gives their own session a passkey or a step-up", async () => {
    const who = await makeStaff("agent");
    const id = newId();
    await database.sql`insert into sessions (session_token, id, user_id, expires)
      values (${newId()}, ${id}, ${who.personId}, now() + interval '1 day')`;
    const set = (column: "passkey_at" | "stepped_up_at" | "revoked_at") =>
      withTransaction(holderCtx(who.personId), (tx) =>
        tx.db.execute(sql`update sessions set ${sql.identifier(column)} = now() where id = ${id}`),
      );
    await expect(set("passkey_at")).rejects.toThrow();
    await expect(set("stepped_up_at")).rejects.toThrow();
    await set("revoked_at");
    const [row] = await database.sql`select passkey_at, stepped_up_at, revoked_at from sessions where id = ${id}`;
    expect([row?.passkey_at, row?.stepped_up_at, row?.revoked_at !== null]).toEqual([null, null, true]);
  });

  it("S20: a holder approves no case of their own, and the desk deletes none", async () => {
    const person = await makePerson();
    const agent = await makeStaff("agent");
    const id = newId();
    await database.sql`insert into cases (id, reference, kind, channel, subject_id, requester_id)
      values (${id}, ${`PR-${id.slice(-8)}`}, 'correction', 'dashboard', ${person}, ${person})`;
    const decide = withTransaction(holderCtx(person), (tx) =>
      tx.db.execute(sql`update cases set decision = 'approved', decided_at = now() where id = ${id}`),
    );
    await expect(decide).rejects.toThrow();
    await withTransaction(staffCtx(agent, "agent"), (tx) => tx.db.execute(sql`delete from cases where id = ${id}`));
    const [row] = await database.sql`select decision from cases where id = ${id}`;
    expect(row?.decision).toBeNull();
  });
});

describe("the audit log", () => {
  it("is written in the same transaction and refuses change", async () => {
    const who = await makeStaff("agent");
    const id = newId();
    await withTransaction(staffCtx(who, "agent"), (tx) =>
      recordAudit(tx, { action: "test.done", object: { type: "test", id }, payload: { fields: ["name"] } }),
    );
    const [entry] = await database.sql`select * from audit_entries where object_id = ${id}`;
    expect(JSON.parse(entry?.canonical.toString())).toMatchObject({ action: "test.done", object: { id } });
    await expect(database.sql`update audit_entries set action = 'x' where object_id = ${id}`).rejects.toThrow(
      /append-only/,
    );
    await expect(database.sql`delete from audit_entries where object_id = ${id}`).rejects.toThrow(/append-only/);
    await expect(database.sql`truncate audit_entries cascade`).rejects.toThrow(/append-only/);
  });

  it("vanishes with the change it records", async () => {
    const id = newId();
    const broken = withTransaction(systemCtx("test"), async (tx) => {
      await recordAudit(tx, { action: "test.done", object: { type: "test", id } });
      throw new Error("later step failed");
    });
    await expect(broken).rejects.toThrow();
    const rows = await withRead(systemCtx("test"), (tx) =>
      tx.db.select().from(auditEntries).where(eq(auditEntries.objectId, id)),
    );
    expect(rows).toHaveLength(0);
  });

  it("is written by a visitor, who reads nothing of it", async () => {
    const seen = await withTransaction(visitorCtx(), async (tx) => {
      await recordAudit(tx, { action: "test.visited", object: { type: "test", id: newId() } });
      return tx.db.select().from(auditEntries);
    });
    expect(seen).toHaveLength(0);
  });
});

describe("sealed fields", () => {
  it("S32: open only in their place, and never again after the key is destroyed", async () => {
    const person = await makePerson();
    const place = { table: "case_messages", column: "body", row: newId() };
    const sealed = await withTransaction(holderCtx(person), (tx) => sealForPerson(tx, person, place, "grüß dich 🔧"));
    const open = (at: typeof place) =>
      withTransaction(holderCtx(person), (tx) => openForPerson(tx, person, at, sealed));
    expect(await open(place)).toEqual({ ok: true, value: "grüß dich 🔧" });
    await expect(open({ ...place, row: newId() })).rejects.toThrow();
    await withTransaction(systemCtx("test"), (tx) =>
      tx.db.update(personKeys).set({ wrapped: null, destroyedAt: tx.now }).where(eq(personKeys.personId, person)),
    );
    expect(await open(place)).toEqual({ ok: false, reason: "key-destroyed" });
  });
});

describe("the queue", () => {
  it("R1: a job exists exactly when its transaction commits", async () => {
    const [kept, dropped] = [newId(), newId()];
    await withTransaction(visitorCtx(), (tx) => enqueue(tx, "inquiry.open", { intakeId: kept }));
    await withTransaction(visitorCtx(), async (tx) => {
      await enqueue(tx, "inquiry.open", { intakeId: dropped });
      throw new Error("rolled back");
    }).catch(() => {});
    const rows = await database.sql`select data->>'intakeId' as id from pgboss.job where name = 'inquiry.open'`;
    expect(rows.map((row) => row.id)).toEqual([kept]);
  });

  it("R14: the transaction's time is the database's", async () => {
    const [inside, outside] = await withRead(visitorCtx(), async (tx) => {
      const [row] = await tx.db.execute<{ now: string }>(sql`select now()::text as now`);
      return [tx.now, Temporal.Instant.from(String(row?.now))] as const;
    });
    expect(inside.equals(outside)).toBe(true);
  });
});
