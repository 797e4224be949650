import pg from "pg";
import { describe, expect, it } from "vitest";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { contents as contentsOf, flat } from "@/test/everything";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { dataMap } from "../data-map/load";
import { ErasureRefused } from "./catalog";
import { eraseSubject, previewErasure } from "./erase-subject";

// Operno's own map on the demo's platform; each test has a copy of it.

const platform = demoPlatformPerTest();

const contents = () => contentsOf(platform.client);

/** A technician with notes, messages, entries in the schedule and a device; by what they are known. */
async function technician() {
  const { rows } = await platform.client.query(
    `select u.id, u.company_id, u.email, u.phone, u.full_name,
            array(select d.id::text from devices d where d.user_id = u.id) ||
            array(select d.hardware_id from devices d where d.user_id = u.id) ||
            array(select a.email from user_addresses a where a.user_id = u.id) as traces
     from users u
     where exists (select 1 from devices d where d.user_id = u.id)
       and exists (select 1 from schedule_entries s where s.user_id = u.id)
       and exists (select 1 from work_order_notes n where n.author_id = u.id)
       and exists (select 1 from work_order_notes n where u.id = any(n.mentioned))
       and exists (select 1 from platform_messages m where m.sender_id = u.id)
       and u.role <> 'owner' and u.phone is not null
     order by u.created_at limit 1`,
  );
  const [one] = rows;
  if (!one) throw new Error("the demo has no such technician");
  const email = String(one.email);
  const found = await findPlatformPerson(email);
  return {
    subject: { platformUserId: String(one.id), platformCompanyId: found?.companyId ?? null },
    traces: [email, String(one.phone), ...(one.traces as string[])].filter((trace) => trace.length > 5),
  };
}

describe("on Operno's platform", () => {
  it("a person goes with every trace, and no row of anybody else changes", async () => {
    const { subject, traces } = await technician();
    const before = await contents();
    for (const trace of traces.slice(0, 2)) expect(flat(before).join("\n")).toContain(trace);
    const order = { map: dataMap(), subject, scope: "person" as const };
    const previewed = await previewErasure(order);
    expect(await contents()).toEqual(before);
    const [done] = await eraseSubject(order);
    expect(previewed).toEqual([done]);
    const after = await contents();
    // The canary: a dump of everything holds none of what led to them.
    const dump = flat(after).join("\n");
    for (const trace of traces) expect(dump, trace).not.toContain(trace);
    // What never named them is as it was, byte by byte.
    const names = [subject.platformUserId, ...traces];
    const left = new Set(flat(after));
    const touched = (row: string) => names.some((name) => row.includes(name));
    const lost = flat(before).filter((row) => !touched(row) && !left.has(row));
    // Messages of their conversations with support name the conversation only.
    expect(lost.filter((row) => !row.startsWith("support_messages "))).toEqual([]);

    const fate = (name: string) => done?.fates.find(({ collection }) => collection === name);
    expect(fate("devices")?.deleted).toBeGreaterThan(0);
    expect(fate("work_orders")).toMatchObject({ deleted: 0 });
    expect(fate("work_order_notes")).toMatchObject({ deleted: 0 });
    expect(after.get("work_orders")?.length).toBe(before.get("work_orders")?.length);
    expect(after.get("work_order_notes")?.length).toBe(before.get("work_order_notes")?.length);
    // Their hours stay the company's, so what is left of the account is an empty row that is closed.
    expect(fate("users")).toMatchObject({ deleted: 0, reduced: 1 });
    const { rows } = await platform.client.query("select * from users where id = $1", [subject.platformUserId]);
    expect(rows[0]).toMatchObject({
      full_name: null,
      phone: null,
      language: "en",
      time_zone: "UTC",
      skills: [],
      settings: {},
    });
    expect(rows[0].email).toMatch(/^erased-[0-9a-f]{24}$/);
    expect(rows[0].closed_at).not.toBeNull();
  });

  it("a company goes, its work orders stay for their time, and no other company's row changes", async () => {
    const noor = await findPlatformPerson("noor.haddad@brightpipe.example");
    if (!noor) throw new Error("the demo has no noor");
    const subject = { platformUserId: noor.userId, platformCompanyId: noor.companyId };
    const before = await contents();
    const [done] = await eraseSubject({ map: dataMap(), subject, scope: "company" });
    const after = await contents();
    const ofOthers = (all: Map<string, string[]>) =>
      flat(all).filter((row) => /"company_id": "/.test(row) && !row.includes(String(noor.companyId)));
    expect(ofOthers(after)).toEqual(ofOthers(before));
    for (const kept of ["work_orders", "clients", "sites", "invoices", "work_order_notes"])
      expect(after.get(kept), kept).toEqual(before.get(kept));
    const gone = ["usage_events", "access_logs", "platform_messages", "support_conversations", "notifications"];
    const left = flat(after).filter((row) => gone.some((name) => row.startsWith(`${name} `)));
    expect(left.filter((row) => row.includes(String(noor.companyId)))).toEqual([]);
    expect(done?.fates.find(({ collection }) => collection === "companies")).toMatchObject({ deleted: 0, reduced: 1 });
    const { rows } = await platform.client.query("select * from companies where id = $1", [noor.companyId]);
    expect(rows[0]).toMatchObject({ vat_number: null, phone: null, address: {} });
    expect(rows[0].name).toMatch(/^erased-/);
    expect(
      flat(after)
        .filter((row) => row.startsWith("users "))
        .join("\n"),
    ).not.toContain("@brightpipe.example");
  });
});

describe("stops whole and says why, with nothing changed", () => {
  const refused = async (wanted: RegExp) => {
    const { subject } = await technician();
    const before = await contents();
    const failed = await eraseSubject({ map: dataMap(), subject, scope: "person" }).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Error);
    expect((failed as Error).message).toMatch(wanted);
    expect(await contents()).toEqual(before);
    return failed;
  };

  it("a table or column that vanished", async () => {
    await platform.client.query("alter table access_logs rename to gone; alter table devices drop column push_token");
    const failed = await refused(
      /devices: has no column push_token[\s\S]*access_logs: there is no table public.access_logs/,
    );
    expect(failed).toBeInstanceOf(ErasureRefused);
  });

  it("a table in which the login may not delete", async () => {
    const role = `eraser_${platform.name}`;
    await platform.client.query(`create role ${role} login password 'x'; grant select, update, delete on all tables in schema public to ${role};
      grant temporary on database ${platform.name} to ${role}; revoke delete on notifications from ${role}`);
    const url = new URL(process.env.PLATFORM_DATABASE_URL ?? "");
    Object.assign(url, { username: role, password: "x" });
    process.env.PLATFORM_ERASER_DATABASE_URL = url.href;
    try {
      const failed = await refused(/^operno.notifications: the login may not select, update and delete there/);
      expect((failed as Error).message.split("\n")).toHaveLength(1);
    } finally {
      await platform.client.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it("a foreign key from a table that the map does not know", async () => {
    await platform.client.query("create table badges (user_id uuid references users (id))");
    await refused(/^operno: public.badges \(badges_user_id_fkey\) points at public.users and is not in the map$/);
  });

  it("a row that somebody else holds locked", async () => {
    const { subject } = await technician();
    const other = new pg.Client({ connectionString: process.env.PLATFORM_DATABASE_URL });
    await other.connect();
    await other.query("begin");
    await other.query("select 1 from users where id = $1 for update", [subject.platformUserId]);
    try {
      await refused(/lock timeout/);
    } finally {
      await other.query("rollback");
      await other.end();
    }
  });

  it("a map that names no login for it", async () => {
    const map = { systems: dataMap().systems.map((system) => ({ ...system, eraser: null })) };
    const { subject } = await technician();
    await expect(eraseSubject({ map, subject, scope: "person" })).rejects.toThrow(
      /operno: the map names no login that erases/,
    );
  });
});
