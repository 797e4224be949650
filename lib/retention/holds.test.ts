import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { submitPlainRequest } from "../cases/submit-plain-request";
import { systemCtx } from "../context";
import { releaseHold } from "../holds/release-hold";
import { requestHold } from "../holds/request-hold";
import { requestRelease } from "../holds/request-release";
import { setHold } from "../holds/set-hold";
import { previewSweep, requestPreview, startPreview } from "./preview-sweep";
import { lastPreview, sweepById } from "./queries";
import { runSweep } from "./run-sweep";

const database = testDatabase();
const platform = demoPlatformPerTest();
afterEach(async () => {
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries, legal_holds`;
});

/** Everything in the demo that ages is over by then. */
const late = Temporal.Instant.from("2035-01-01T00:00:00Z");
const sweep = (moment: Temporal.Instant) =>
  runSweep(
    systemCtx("test", () => moment),
    { watch: false },
  );
const officer = async () => staffCtx(await makeStaff("officer"), "officer");

async function tomasz() {
  const { rows } = await platform.client.query("select id, company_id from users where email like 'tomasz.novak@%'");
  return { id: String(rows[0]?.id), company: String(rows[0]?.company_id) };
}
const ofUser = async (id: string) => {
  const { rows } = await platform.client.query(
    `select (select count(*)::int from access_logs where user_id = $1) as logs, (select count(*)::int from access_logs) as all,
            (select count(*)::int from usage_events where user_id = $1) as events`,
    [id],
  );
  return rows[0] as { logs: number; all: number; events: number };
};
async function hold(scope: "person" | "company", more: { collection?: string } = {}) {
  const [one, two] = [await officer(), await officer()];
  const made = await requestHold(one, {
    ...{ scope, address: "tomasz.novak@brightpipe.example", ground: "legal-claim", note: "A dispute about hours." },
    ...more,
  });
  if (!made.ok) throw new Error(made.reason);
  expect((await setHold(two, { holdId: made.value.holdId })).ok).toBe(true);
  return async () => {
    const { holdId } = made.value;
    expect((await requestRelease(one, { holdId, reason: "It was settled in court." })).ok).toBe(true);
    expect((await releaseHold(two, { holdId })).ok).toBe(true);
  };
}

/** A sweep in which a hold on the person is set the first time that it comes to this point. */
async function sweepHeldAt(point: string, more: Parameters<typeof hold>[1] = {}): Promise<void> {
  const { onFaultPoint } = await import("../faults");
  let set = false;
  onFaultPoint(async (name) => {
    if (name !== point || set) return;
    set = true;
    await hold("person", more);
  });
  try {
    await sweep(late);
  } finally {
    onFaultPoint();
  }
  expect(set).toBe(true);
}

describe("what is held", () => {
  it("stays, row by row, through a sweep; it goes once the hold is released", async () => {
    const { id } = await tomasz();
    const before = await ofUser(id);
    expect(before.logs).toBeGreaterThan(0);
    expect(before.events).toBeGreaterThan(0);
    const release = await hold("person");
    const done = await sweep(late);
    const kept = await ofUser(id);
    expect(kept).toMatchObject({ logs: before.logs, events: before.events });
    const runs = await sweepById(systemCtx("test"), done?.sweepId ?? "");
    const logs = runs.find(({ collection }) => collection === "access_logs");
    expect(logs).toMatchObject({ held: kept.all, deleted: before.all - kept.all, leftOver: 0 });
    await release();
    await sweep(late.add({ hours: 24 }));
    expect(await ofUser(id)).toEqual({ logs: 0, all: 0, events: 0 });
  });

  it("holds back a closed company, and the rest of it goes after the release", async () => {
    const { company } = await tomasz();
    await platform.client.query("update companies set closed_at = '2027-01-01' where id = $1", [company]);
    const release = await hold("company");
    const people = async () => {
      const { rows } = await platform.client.query(
        "select count(*) filter (where email like 'erased-%')::int as erased, count(*)::int as all from users where company_id = $1",
        [company],
      );
      return rows[0] as { erased: number; all: number };
    };
    const moment = Temporal.Instant.from("2027-06-01T00:00:00Z");
    const before = await people();
    await sweep(moment);
    expect(await people()).toEqual(before);
    await release();
    await sweep(moment.add({ hours: 24 }));
    expect((await people()).erased).toBe(before.all);
  });

  it("a hold set in the middle of a sweep keeps what the sweep has not reached yet", async () => {
    const { id } = await tomasz();
    const before = await ofUser(id);
    // Before anything of this person is looked at: the first transaction on the platform is over.
    await sweepHeldAt("retention.lasting", { collection: "operno/access_logs" });
    expect((await ofUser(id)).logs).toBe(before.logs);
  });

  it("a hold set while a transaction is open keeps what it has deleted and not yet made lasting", async () => {
    const { id } = await tomasz();
    const before = await ofUser(id);
    await sweepHeldAt("retention.deleted");
    // With planted rows to delete, which no hold keeps.
    await sweep(late.add({ hours: 48 }));
    const { logs, events } = await ofUser(id);
    expect([logs, events]).toEqual([before.logs, before.events]);
  });

  it("whose request is open keeps theirs until it is answered", async () => {
    const { id, company } = await tomasz();
    const person = await makePerson({ platformUserId: id, platformCompanyId: company });
    const made = await submitPlainRequest(holderCtx(person), {
      ...{ kind: "correction", message: "Please look at my hours.", idempotencyKey: `k-${person}` },
    });
    expect(made.ok).toBe(true);
    const before = await ofUser(id);
    await sweep(late);
    expect((await ofUser(id)).logs).toBe(before.logs);
    await database.sql`update cases set closed_at = now(), decided_at = now(), decision = 'completed' where subject_id = ${person}`;
    await sweep(late.add({ hours: 24 }));
    expect((await ofUser(id)).logs).toBe(0);
  });
});

describe("a dry run", () => {
  it("counts what the sweep then does, changes nothing, and is staff's to ask for", async () => {
    await hold("person");
    const ctx = systemCtx("test", () => late);
    await platform.client.query("update users set closed_at = null");
    const { rows } = await platform.client.query("select id from companies order by id limit 1");
    await platform.client.query("update companies set closed_at = '2027-01-01' where id = $1", [rows[0]?.id]);
    const dump = async () =>
      (
        await platform.client.query(
          "select (select count(*) from access_logs) || ' ' || (select count(*) from users where email like 'erased%') as n",
        )
      ).rows[0]?.n;
    const before = await dump();
    const preview = await startPreview(ctx);
    await previewSweep(ctx, { sweepId: preview?.id ?? "" });
    expect(await dump()).toBe(before);
    const foreseen = await sweepById(ctx, preview?.id ?? "");
    const done = await sweepById(ctx, (await sweep(late))?.sweepId ?? "");
    const aging = done.filter(
      ({ rule, system }) => (rule === "usage" || rule === "communication") && system === "operno",
    );
    expect(aging.length).toBeGreaterThan(5);
    for (const run of aging) {
      const seen = foreseen.find(({ collection }) => collection === run.collection);
      const { held, waiting } = run;
      expect(seen, run.collection).toMatchObject({ held, waiting, deleted: run.deleted + run.estimated });
    }
    expect(foreseen.find(({ rule }) => rule === "account")?.accounts).toBe(1);

    const agent = staffCtx(await makeStaff("agent"), "agent", () => late.add({ hours: 1 }));
    const asked = await requestPreview(agent);
    expect(asked.ok).toBe(true);
    const again = asked.ok ? asked.value.sweepId : "";
    await previewSweep(systemCtx("test"), { sweepId: again });
    await previewSweep(systemCtx("test"), { sweepId: again });
    expect((await lastPreview(agent))?.id).toBe(again);
    expect((await lastPreview(agent))?.finishedAt).not.toBeNull();
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await requestPreview(auditor)).toEqual({ ok: false, reason: "not-allowed" });
    expect(await lastPreview(holderCtx(await makePerson()))).toBeNull();
  });

  it("says how many of the accounts that are due are on hold", async () => {
    const { company } = await tomasz();
    await platform.client.query("update companies set closed_at = '2027-01-01' where id = $1", [company]);
    const release = await hold("company");
    const moment = Temporal.Instant.from("2027-06-01T00:00:00Z");
    const counted = async () => {
      const ctx = systemCtx("test", () => moment);
      const preview = await startPreview(ctx);
      await previewSweep(ctx, { sweepId: preview?.id ?? "" });
      const runs = await sweepById(ctx, preview?.id ?? "");
      return runs.find(({ rule, collection }) => rule === "account" && collection === "companies");
    };
    expect(await counted()).toMatchObject({ accounts: 1, held: 1 });
    await release();
    expect(await counted()).toMatchObject({ accounts: 1, held: 0 });
  });
});
