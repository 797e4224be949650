import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { TransferProvider } from "@/test/transfer-provider";
import { config } from "../../trust-center.config";
import { caseForSubject } from "../cases/queries";
import { systemCtx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { exportedFields, inScope } from "../data-map/exported";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { closePlatforms } from "../data-map/platform";
import { openReach, type ReachSubject } from "../data-map/reach";
import { incomingTransfers, transfers } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { stopPackage } from "../exports/stop-package";
import { writePackage } from "../exports/write-package";
import { onFaultPoint } from "../faults";
import { callOutside } from "../http/post-outside";
import { newId } from "../ids";
import { deadLetterQueue } from "../jobs/definitions";
import { mailPlace } from "../mail/queue-mail";
import { addressHash } from "./address-hash";
import { answerState } from "./answer-state";
import { checkIncoming } from "./check-incoming";
import { acceptIncoming, declineIncoming } from "./decide-incoming";
import { findDestination } from "./destinations";
import { discover } from "./discover";
import { expireIncoming } from "./expire-incoming";
import { forgetIncoming } from "./forget-incoming";
import { importIncoming } from "./import-incoming";
import { fieldWords, importWords } from "./import-words";
import { leftOut } from "./left-out";
import { ownIdentity, signDocument } from "./own-identity";
import { previewTransfer } from "./preview-transfer";
import { pushTransfer } from "./push-transfer";
import { recallTransfer } from "./recall-transfer";
import { revokeTransfer } from "./revoke-transfer";
import { type IncomingRow, incomingState, transferState } from "./states";
import { submitTransfer, type TransferInput } from "./submit-transfer";
import { tendTransfers } from "./tend-transfers";

const database = testDatabase();
const system = systemCtx("test");
const owner = "ada.winter@lumen-lifts.example";
let source = { name: "", url: "" };
let target = { name: "", url: "" };
let storage = "";
let provider: TransferProvider;
let here: pg.Client;
let there: pg.Client;
let subject: ReachSubject;
let personId = "";

beforeAll(async () => {
  source = await platformDatabase();
  storage = await mkdtemp(join(tmpdir(), "tc-transfers-"));
  here = new pg.Client({ connectionString: source.url });
  await here.connect();
  Object.assign(process.env, { PLATFORM_DATABASE_URL: source.url, STORAGE_DIR: storage });
  resetEnv();
  const found = await findPlatformPerson(owner);
  if (!found) throw new Error("the demo has nobody of this address");
  subject = { platformUserId: found.userId, platformCompanyId: found.companyId };
  personId = await makePerson({ email: owner, ...subject, platformOwner: true });
});
beforeEach(async () => {
  target = await platformDatabase("empty");
  there = new pg.Client({ connectionString: target.url });
  await there.connect();
  provider = new TransferProvider();
  await provider.start();
  Object.assign(process.env, { PLATFORM_IMPORTER_DATABASE_URL: target.url, APP_URL: provider.senderOrigin });
  resetEnv();
  await database.sql`delete from rate_limits`;
});
afterEach(async () => {
  onFaultPoint();
  await provider.stop();
  await closePlatforms();
  await there.end();
  await dropDatabase(target.name);
});
afterAll(async () => {
  await here.end();
  await closePlatforms();
  await dropDatabase(source.name);
  await rm(storage, { recursive: true, force: true });
});

async function form(more: Partial<TransferInput> = {}): Promise<TransferInput> {
  const found = await findDestination({ to: "address", address: provider.receiverOrigin });
  if (!found.ok) throw new Error(found.reason);
  return {
    ...{ to: "address", address: provider.receiverOrigin, scope: "company", idempotencyKey: newId() },
    ...{ shownOrigin: found.value.provider.origin, shownKey: found.value.provider.key.kid, ...more },
  };
}

/** Asked for and its package written, as the worker does: what is left is to push it. */
async function ready(
  partBytes = 2_000_000_000,
  { by = personId, ...more }: Partial<TransferInput> & { by?: string } = {},
): Promise<{ id: string; reference: string }> {
  const made = await submitTransfer(holderCtx(by), await form(more));
  if (!made.ok) throw new Error(made.reason);
  const row = await rowOf(made.value.transferId);
  await writePackage(system, { packageId: row.packageId }, { partBytes });
  return { id: row.id, reference: made.value.reference };
}

const rowOf = async (id: string) => {
  const [row] = await withRead(system, (tx) => tx.db.select().from(transfers).where(eq(transfers.id, id)));
  if (!row) throw new Error("no such transfer");
  return row;
};
const incomingOf = async (senderId: string): Promise<IncomingRow> => {
  const [row] = await withRead(system, (tx) =>
    tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.senderId, senderId)),
  );
  if (!row) throw new Error("nothing came in");
  return row;
};
const push = (transferId: string) => pushTransfer(system, { transferId });
const check = (incomingId: string) => provider.asReceiver(() => checkIncoming(system, { incomingId }));

async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((done) => setTimeout(done, 20));
}
/** Somebody waits here for a row that another transaction holds. */
const lockAwaited = async (): Promise<boolean> =>
  (await database.sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    .length > 0;

/** Sent, checked, and acknowledged. */
async function arrived(partBytes?: number): Promise<{ id: string; reference: string; incoming: IncomingRow }> {
  const made = await ready(partBytes);
  await push(made.id);
  await check((await incomingOf(made.id)).id);
  await push(made.id);
  return { ...made, incoming: await incomingOf(made.id) };
}

async function takeOver(incomingId: string): Promise<void> {
  const accepted = await acceptIncoming(holderCtx(personId), { incomingId });
  expect(accepted).toEqual({ ok: true, value: undefined });
  await provider.asReceiver(() => importIncoming(system, { incomingId }));
}

/** Every row of every exported collection of the company, as JSON, from either platform. */
async function rowsAt(url: string): Promise<Record<string, string[]>> {
  const before = process.env.PLATFORM_DATABASE_URL;
  process.env.PLATFORM_DATABASE_URL = url;
  const reach = await openReach(homeSystem(), subject, "company");
  const all: Record<string, string[]> = {};
  for (const collection of reach.collections) {
    if (!inScope(collection, "company") || exportedFields(collection, "company").length === 0) continue;
    const { rows } = await reach.client.query<{ row: string }>(
      `select row_to_json(t)::text as row from (${reach.query(collection)}) t`,
    );
    all[collection.name] = rows.map(({ row }) => row).toSorted();
  }
  await reach.close();
  process.env.PLATFORM_DATABASE_URL = before;
  return all;
}

describe("a company that moves", () => {
  it("P5, L8: arrives whole, is signed for, and its rows are the same there", async () => {
    const shown = await previewTransfer(holderCtx(personId), {
      ...{ to: "address", address: provider.receiverOrigin, scope: "company" },
    });
    const { id, reference, incoming } = await arrived();
    const row = await rowOf(id);
    expect(transferState(row)).toBe("arrived");
    expect(row.bytesSent).toBe(row.bytesTotal);
    expect(JSON.parse(String(row.acknowledgement))).toMatchObject({
      id,
      sha256: incoming.sha256,
      bytes: row.bytesTotal,
    });
    expect(incomingState(incoming)).toBe("waiting");
    await takeOver(incoming.id);
    expect(incomingState(await incomingOf(id))).toBe("imported");
    const [before, after] = [await rowsAt(source.url), await rowsAt(target.url)];
    let [rows, out] = [0, 0];
    for (const [name, held] of Object.entries(before)) {
      // A session is a secret; it ends with the old provider. What a provider says itself is said by nobody else.
      if (name === "user_sessions" || notTaken.includes(name)) {
        expect(after[name], name).toEqual([]);
        out += held.length;
        continue;
      }
      rows += held.length;
      expect(after[name]?.map(withoutChoices).toSorted(), name).toEqual(held.map(withoutChoices).toSorted());
    }
    const { rows: billed } = await there.query("select plan, trial_ends_on from companies");
    expect(billed).toEqual([{ plan: "team", trial_ends_on: null }]);
    const done = await incomingOf(id);
    expect(done.rowsImported).toBe(rows);
    expect(rows).toBeGreaterThan(500);
    if (!shown.ok) throw new Error(shown.reason);
    expect(shown.value.rows).toBe(rows + out);
    // Each with its reason, before it was taken and afterwards.
    const skipped = (contents: IncomingRow["contents"]) => contents?.filter((one) => one.skipped);
    expect(skipped(done.contents)).toEqual(skipped(incoming.contents));
    const whys = skipped(done.contents)?.map((one) => [one.collection, one.skipped]);
    expect(whys).toContainEqual(["user_sessions", "no-key"]);
    for (const name of notTaken) expect(whys).toContainEqual([name, "by-map"]);
    expect(done.contents?.find(({ collection }) => collection === "companies")?.fields).toEqual([
      { name: "plan", why: "default" },
      { name: "trial_ends_on", why: "default" },
    ]);
    expect(leftOut(done.contents ?? [])).toContainEqual({ what: "Company: Plan", why: fieldWords.default });
    // Nothing of it is left lying here, and the row names nobody.
    expect([done.addressHash, done.address, done.wrappedKey]).toEqual([null, null, null]);
    expect((await readdir(storage)).filter((name) => name.startsWith("incoming-"))).toEqual([]);
    const seen = await caseForSubject(holderCtx(personId), reference);
    expect([seen?.decision, seen?.nextClock]).toEqual(["completed", null]);
    expect(seen?.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["transfer.requested", "transfer.offered", "transfer.arrived", "package.ready"]),
    );
    const mails =
      await database.sql`select template from outgoing_mails where idempotency_key like ${`transfer-%-${id}`}`;
    expect(mails.map(({ template }) => template).toSorted()).toEqual(["transfer-arrived", "transfer-requested"]);
  });

  it("opens accounts only for the address that was proved here, and with no password", async () => {
    const { incoming } = await arrived();
    await takeOver(incoming.id);
    const { rows } = await there.query(
      "select email, email_verified_at is not null as proved, password_hash from users",
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.filter(({ proved }) => proved).map(({ email }) => email)).toEqual([owner]);
    expect(new Set(rows.map(({ password_hash }) => password_hash))).toEqual(new Set(["!"]));
  });

  it("P2: comes in several parts and pieces, and lies sealed until it is taken", async () => {
    const { id, incoming } = await arrived(40_000);
    expect(incoming.parts.length).toBeGreaterThan(3);
    expect(incoming.parts.length).toBe(provider.calls.filter(({ method }) => method === "PUT").length);
    const [folder] = (await readdir(storage)).filter((name) => name === `incoming-${incoming.id}`);
    const files = await readdir(join(storage, String(folder)));
    for (const file of files) {
      const bytes = await readFile(join(storage, String(folder), file));
      expect([file, bytes.includes("PK"), bytes.includes("lumen-lifts")]).toEqual([file, bytes.includes("PK"), false]);
      expect(bytes.subarray(0, 4).toString()).not.toBe("PK\u0003\u0004");
    }
    await takeOver(incoming.id);
    expect(incomingState(await incomingOf(id))).toBe("imported");
  });

  it("keeps ids that are free, and counts anew those that are taken, everywhere alike", async () => {
    const company = newId();
    await there.query("insert into companies (id, name, created_at) values ($1, 'Already here', now())", [company]);
    const { rows: ids } = await here.query("select id from clients where company_id = $1", [subject.platformCompanyId]);
    await there.query("insert into clients (id, company_id, name, created_at) values ($1, $2, 'Theirs', now())", [
      ids[0].id,
      company,
    ]);
    const { id, incoming } = await arrived();
    await takeOver(incoming.id);
    expect(incomingState(await incomingOf(id))).toBe("imported");
    const orders = `select w.number, c.name, s.label from work_orders w join clients c on c.id = w.client_id
      left join sites s on s.id = w.site_id and s.client_id = c.id where w.company_id = $1 order by 1`;
    const [a, b] = await Promise.all([here, there].map((one) => one.query(orders, [subject.platformCompanyId])));
    expect(b?.rows).toEqual(a?.rows);
    const { rows: moved } = await there.query(
      "select count(*)::int as n from clients where id = any($1) and company_id = $2",
      [ids.map((one) => one.id), subject.platformCompanyId],
    );
    expect(moved[0].n).toBeLessThan(ids.length);
    const { rows: kept } = await there.query("select name from clients where company_id = $1", [company]);
    expect(kept).toEqual([{ name: "Theirs" }]);
  });
});

const notTaken = ["support_conversations", "support_messages", "invoices", "payment_references", "access_logs"];

/** What a sender does not choose: which addresses are proved, what a company is billed by, which device is whose. */
const withoutChoices = (row: string): string =>
  row.replace(/("(?:email_verified_at|verified_at|plan|trial_ends_on|hardware_id)":)("[^"]*"|null)/g, "$1?");

describe("what is not taken over", () => {
  const refusedWith = async (prepare: () => Promise<unknown>) => {
    const { id, incoming } = await arrived();
    await prepare();
    const before = await counts();
    await takeOver(incoming.id);
    const row = await incomingOf(id);
    expect(incomingState(row)).toBe("not-imported");
    // All of it or nothing.
    expect(await counts()).toEqual(before);
    return row.importFailure;
  };
  const counts = async () => {
    const all: [string, number][] = [];
    for (const collection of homeSystem().collections) {
      const { rows } = await there.query(`select count(*)::int as n from ${tableName(collection)}`);
      all.push([collection.name, rows[0].n]);
    }
    return all;
  };

  it("a company or an account that is here already", async () => {
    const put = (email: string) =>
      there.query(
        `with c as (insert into companies (id, name, created_at) values (gen_random_uuid(), 'Other', now()) returning id)
         insert into users (id, company_id, email, role, password_hash, created_at)
         select gen_random_uuid(), id, $1, 'owner', 'x', now() from c`,
        [email],
      );
    const { rows } = await here.query("select email from users where company_id = $1 and email <> $2 limit 1", [
      subject.platformCompanyId,
      owner,
    ]);
    expect(await refusedWith(() => put(rows[0].email))).toBe("taken users");
  });

  it("the same company twice", async () => {
    expect(
      await refusedWith(() =>
        there.query("insert into companies (id, name, created_at) values ($1, 'Before', now())", [
          subject.platformCompanyId,
        ]),
      ),
    ).toBe("taken companies");
  });

  it("a company that the one who takes it does not own", async () => {
    const { id, incoming } = await arrived();
    const other = await makePerson({ email: "max.brandt@lumen-lifts.example" });
    await database.sql`update incoming_transfers set address_hash = ${addressHash("max.brandt@lumen-lifts.example")} where id = ${incoming.id}`;
    expect(await acceptIncoming(holderCtx(other), { incomingId: incoming.id })).toMatchObject({ ok: true });
    await provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
    expect((await incomingOf(id)).importFailure).toBe("not-owner");
  });

  it("what nobody takes: declined at once, or deleted when its time is over", async () => {
    const { id, incoming } = await arrived();
    const stranger = await makePerson();
    expect(await declineIncoming(holderCtx(stranger), { incomingId: incoming.id })).toMatchObject({
      reason: "not-found",
    });
    expect(await acceptIncoming(holderCtx(stranger), { incomingId: incoming.id })).toMatchObject({
      reason: "not-found",
    });
    expect(await declineIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
    expect(incomingState(await incomingOf(id))).toBe("declined");
    const late = await arrived();
    await database.sql`update incoming_transfers set expires_at = now() - interval '1 second' where id = ${late.incoming.id}`;
    expect(await acceptIncoming(holderCtx(personId), { incomingId: late.incoming.id })).toMatchObject({
      reason: "expired",
    });
    await expireIncoming(system);
    expect(incomingState(await incomingOf(late.id))).toBe("expired");
    expect((await readdir(storage)).filter((name) => name.startsWith("incoming-"))).toEqual([]);
  });
});

describe("R3: what is over in time", () => {
  it("stays when it was taken over while it was about to be removed", async () => {
    const { id, incoming } = await arrived();
    await database.sql`update incoming_transfers set expires_at = now() - interval '1 second' where id = ${incoming.id}`;
    let removal: Promise<void> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`update incoming_transfers set accepted_at = now() where id = ${incoming.id}`;
      removal = expireIncoming(system);
      await until(lockAwaited);
    });
    await removal;
    expect(incomingState(await incomingOf(id))).toBe("importing");
    expect((await readdir(join(storage, `incoming-${incoming.id}`))).length).toBeGreaterThan(0);
  });

  it("is not signed for when it was removed while it was checked", async () => {
    const { id } = await ready();
    await push(id);
    const { id: incomingId } = await incomingOf(id);
    let removed: Promise<unknown> | undefined;
    const signal = new AbortController().signal;
    signal.throwIfAborted = () => {
      removed ??= database.sql`update incoming_transfers set removed_at = now() where id = ${incomingId}`.execute();
    };
    await provider.asReceiver(() => checkIncoming(system, { incomingId }, signal));
    await removed;
    expect(await incomingOf(id)).toMatchObject({ verifiedAt: null, acknowledgement: null });
  });
});

describe("asking for a transfer", () => {
  it("S14: needs a fresh step-up, waits for a new device and can be stopped by the mail's link", async () => {
    const stale = holderCtx(personId);
    stale.actor = { ...stale.actor, steppedUpAt: null } as typeof stale.actor;
    expect(await submitTransfer(stale, await form())).toEqual({ ok: false, reason: "step-up-required" });
    const fresh = holderCtx(personId);
    fresh.actor = { ...fresh.actor, freshUntil: Temporal.Now.instant().add({ hours: 24 }) } as typeof fresh.actor;
    const made = await submitTransfer(fresh, await form());
    if (!made.ok) throw new Error(made.reason);
    const { packageId } = await rowOf(made.value.transferId);
    await writePackage(system, { packageId });
    await push(made.value.transferId);
    expect(provider.calls.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await stopPackage(fresh, { packageId })).toMatchObject({ ok: true });
    expect(transferState(await rowOf(made.value.transferId))).toBe("revoked");
  });

  it("R7: fifty clicks are one transfer, and the same key with another provider is refused", async () => {
    const input = await form();
    const all = await Promise.all(Array.from({ length: 8 }, () => submitTransfer(holderCtx(personId), input)));
    expect(new Set(all.map((one) => (one.ok ? one.value.transferId : one.reason))).size).toBe(1);
    expect(await submitTransfer(holderCtx(personId), { ...input, scope: "person" })).toMatchObject({
      reason: "idempotency-mismatch",
    });
    provider.identity = (nonce, origin) => {
      const { signature: _, ...said } = ownIdentity(nonce, origin);
      return signDocument({ ...said, accepts: ["company"] });
    };
    expect(await submitTransfer(holderCtx(personId), await form({ scope: "person" }))).toMatchObject({
      reason: "provider-scope",
    });
  });

  it("goes to nobody else than who was shown", async () => {
    expect(await submitTransfer(holderCtx(personId), await form({ shownKey: "another" }))).toMatchObject({
      reason: "provider-changed",
    });
    const other = await makePerson();
    expect(await submitTransfer(holderCtx(other), await form())).toMatchObject({ reason: "not-allowed" });
    // Another's document, passed on: it is signed, and for another origin.
    provider.identity = (nonce) => ownIdentity(nonce, "https://provider.example");
    const found = await findDestination({ to: "address", address: provider.receiverOrigin });
    expect(found).toEqual({ ok: false, reason: "provider-unproved" });
    // An old answer, played again.
    const old = ownIdentity("A".repeat(43), provider.receiverOrigin);
    provider.identity = () => old;
    expect(await findDestination({ to: "address", address: provider.receiverOrigin })).toMatchObject({ ok: false });
    provider.identity = (nonce, origin) => ({ ...ownIdentity(nonce, origin), name: "Somebody else" });
    expect(await findDestination({ to: "address", address: provider.receiverOrigin })).toMatchObject({ ok: false });
  });

  it("S26: asks nobody inside, follows no redirect", async () => {
    provider.fault = () => "redirect";
    const before = provider.calls.length;
    expect(await findDestination({ to: "address", address: provider.receiverOrigin })).toEqual({
      ok: false,
      reason: "provider-unproved",
    });
    expect(provider.calls.length).toBe(before + 1);
    for (const address of ["https://10.0.0.7", "https://169.254.169.254", "https://[fd00::1]"])
      expect(await findDestination({ to: "address", address })).toEqual({ ok: false, reason: "provider-unreachable" });
    for (const address of ["", "ftp://provider.example", "https://u:p@provider.example", provider.senderOrigin])
      expect(await findDestination({ to: "address", address })).toEqual({ ok: false, reason: "provider-address" });
  });
});

it("S26: a name that also leads inside, or that leads elsewhere the second time, is not followed", async () => {
  const asked: string[] = [];
  const outside = { address: "8.8.8.8", family: 4 };
  const discoverBy = (answers: { address: string; family: number }[][]) =>
    discover("https://provider.example", {
      call: (method, address, sent) =>
        callOutside(method, address, { ...sent, timeoutMs: 200 }, async (host) => {
          asked.push(host);
          return answers.shift() ?? [{ address: "10.0.0.7", family: 4 }];
        }),
    });
  const inside = { address: "169.254.169.254", family: 4 };
  expect(await discoverBy([[outside, inside]])).toEqual({ ok: false, reason: "provider-unreachable" });
  expect(await discoverBy([[outside]])).toEqual({ ok: false, reason: "provider-unreachable" });
  // Once a call: what was looked at is what was connected to.
  expect(asked).toEqual(["provider.example", "provider.example"]);
});

it("R10: what lost its job, and what nobody can send any more, is seen to", async () => {
  const { id } = await ready();
  await database.sql`delete from pgboss.job where name like 'transfer.%'`;
  await database.sql`update packages set ready_at = now() - interval '1 hour' where id = (select package_id from transfers where id = ${id})`;
  await tendTransfers(system);
  await tendTransfers(system);
  const jobs = () => database.sql`select name from pgboss.job where name in ('transfer.push', 'transfer.check')
    and (data->>'transferId' = ${id} or data->>'incomingId' in (select id::text from incoming_transfers where sender_id = ${id}))`;
  expect((await jobs()).map(({ name }) => name)).toEqual(["transfer.push"]);
  await push(id);
  await database.sql`delete from pgboss.job where name like 'transfer.%'`;
  await database.sql`update incoming_transfers set completed_at = now() - interval '1 hour' where sender_id = ${id}`;
  await database.sql`update transfers set last_attempt_at = now() where id = ${id}`;
  await tendTransfers(system);
  expect((await jobs()).map(({ name }) => name)).toEqual(["transfer.check"]);
  const other = await ready();
  await database.sql`update packages set failed_at = now(), ready_at = null where id = (select package_id from transfers where id = ${other.id})`;
  await tendTransfers(system);
  expect(await rowOf(other.id)).toMatchObject({ lastFailure: "no-package" });
});

describe("on the way", () => {
  it("R2, R8: goes on from where it broke off, whatever broke, and nothing arrives twice", async () => {
    const { id } = await ready(40_000);
    const faults = ["drop", "500", "take-and-drop", "redirect"] as const;
    provider.fault = ({ method }, nth) => (method === "PUT" && nth < 4 ? (faults[nth] ?? "none") : "none");
    for (let tries = 0; tries < 5; tries++) await push(id);
    const { incoming, calls } = { incoming: await incomingOf(id), calls: provider.calls };
    expect(incomingState(incoming)).toBe("checking");
    const taken = calls.filter(({ method, status }) => method === "PUT" && status === 204);
    // The one whose answer was lost is not sent again.
    expect(taken.length).toBe(incoming.parts.length - 1);
    await check(incoming.id);
    await push(id);
    expect(transferState(await rowOf(id))).toBe("arrived");
    await push(id);
    expect(provider.calls.filter(({ path }) => path.endsWith("/complete")).length).toBe(1);
  });

  it("H1, R3: killed at each piece in turn it ends the same, and a try that was overtaken writes nothing", async () => {
    const { id } = await ready(40_000);
    let deaths = 0;
    for (let nth = 1; deaths < 100; nth++) {
      let passed = 0;
      onFaultPoint((name) => {
        if (name === "transfer.part" && ++passed === 2) throw new Error("died");
      });
      const died = await push(id).then(
        () => false,
        () => true,
      );
      if (!died) break;
      deaths += 1;
      expect(nth).toBe(deaths);
    }
    expect(deaths).toBeGreaterThan(2);
    const other = await ready(40_000);
    onFaultPoint(async (name) => {
      if (name !== "transfer.part") return;
      onFaultPoint();
      await database.sql`update transfers set fence = fence + 1 where id = ${other.id}`;
    });
    await push(other.id);
    expect((await rowOf(other.id)).bytesSent).toBe(0);
    expect((await incomingOf(other.id)).completedAt).toBeNull();
  });

  it("S27: an altered piece, a signature played again or moved elsewhere are refused", async () => {
    const { id } = await ready(40_000);
    provider.fault = ({ method }, nth) => (method === "PUT" && nth === 0 ? "alter" : method === "PUT" ? "500" : "none");
    await push(id);
    expect(provider.calls.findLast(({ method }) => method === "PUT")?.status).toBe(401);
    expect(await rowOf(id)).toMatchObject({ failures: 1, lastFailure: "status-401" });
    provider.fault = () => "none";
    await push(id);
    const incoming = await incomingOf(id);
    expect(incomingState(incoming)).toBe("checking");
    const { last } = provider;
    expect(last?.path).toContain("/complete");
    expect(await provider.replay()).toBe(409);
    if (!last) throw new Error("nothing was called");
    expect(await provider.replay({ ...last, method: "DELETE", path: last.path.replace("/complete", "") })).toBe(401);
    expect(await provider.replay({ ...last, path: last.path.replace(id, newId()) })).toBe(401);
    const late = String(Number(last.headers["webhook-timestamp"]) - 301);
    expect(await provider.replay({ ...last, headers: { ...last.headers, "webhook-timestamp": late } })).toBe(401);
  });

  it("a package whose bytes are not those that were offered is refused and removed", async () => {
    const { id } = await ready();
    await push(id);
    const incoming = await incomingOf(id);
    await database.sql`update incoming_transfers set parts = jsonb_set(parts, '{0,sha256}', ${JSON.stringify("0".repeat(64))}::text::jsonb) where id = ${incoming.id}`;
    await check(incoming.id);
    expect(await incomingOf(id)).toMatchObject({ refusal: "part-digest", wrappedKey: null, addressHash: null });
    await push(id);
    expect(await rowOf(id)).toMatchObject({ lastFailure: "not-accepted" });
    expect(transferState(await rowOf(id))).toBe("failed");
  });

  it("W1: 410 ends it at once, 500 is tried for days, and what failed leaves the person their copy", async () => {
    const first = await ready();
    provider.fault = ({ method }) => (method === "POST" ? "410" : "none");
    await push(first.id);
    expect(transferState(await rowOf(first.id))).toBe("failed");
    expect((await caseForSubject(holderCtx(personId), first.reference))?.decision).toBe("completed");
    const second = await ready();
    provider.fault = ({ method }) => (method === "POST" ? "500" : "none");
    await push(second.id);
    expect(transferState(await rowOf(second.id))).toBe("retrying");
    const [job] = await database.sql`
      select start_after > now() + interval '10 seconds' as later from pgboss.job
      where name = 'transfer.push' and data->>'transferId' = ${second.id} order by created_on desc limit 1`;
    expect(job?.later).toBe(true);
    expect((await caseForSubject(holderCtx(personId), second.reference))?.decision).toBeNull();
    await database.sql`update transfers set failing_since = now() - interval '6 days' where id = ${second.id}`;
    await push(second.id);
    expect(transferState(await rowOf(second.id))).toBe("failed");
  });

  it("whoever answers with another key than the one that was confirmed gets nothing", async () => {
    const { id } = await ready();
    await database.sql`alter table transfers disable trigger transfers_receiver`;
    await database.sql`update transfers set public_key = ${"A".repeat(43)} where id = ${id}`;
    await database.sql`alter table transfers enable trigger transfers_receiver`;
    await push(id);
    expect(await rowOf(id)).toMatchObject({ lastFailure: "other-key", offeredAt: null });
    expect(provider.calls.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("a company whose owner lost it in between is not sent", async () => {
    const { id } = await ready();
    await here.query("update users set role = 'office' where email = $1", [owner]);
    try {
      await push(id);
    } finally {
      await here.query("update users set role = 'owner' where email = $1", [owner]);
    }
    expect(await rowOf(id)).toMatchObject({ lastFailure: "not-owner", offeredAt: null });
  });

  it("W1: what cannot even begin closes its request with the package, too", async () => {
    const lost = await ready();
    await database.sql`update people set platform_owner = false where id = ${personId}`;
    try {
      await push(lost.id);
    } finally {
      await database.sql`update people set platform_owner = true where id = ${personId}`;
    }
    expect(await rowOf(lost.id)).toMatchObject({ lastFailure: "not-owner", fence: 0 });
    const over = await ready();
    await database.sql`update packages set expires_at = now() where id = (select package_id from transfers where id = ${over.id})`;
    await push(over.id);
    expect(await rowOf(over.id)).toMatchObject({ lastFailure: "no-package", fence: 0 });
    for (const { reference } of [lost, over])
      expect((await caseForSubject(holderCtx(personId), reference))?.decision).toBe("completed");
  });
});

describe("taken back", () => {
  it("L12: halfway, sending stops with the piece under way and the receiver deletes what it has", async () => {
    const { id, reference } = await ready(40_000);
    let pieces = 0;
    onFaultPoint(async (name) => {
      if (name !== "transfer.part" || ++pieces < 3) return;
      onFaultPoint();
      expect(await revokeTransfer(holderCtx(personId), { transferId: id })).toMatchObject({ ok: true });
    });
    await push(id);
    const sent = provider.calls.filter(({ method }) => method === "PUT").length;
    expect(sent).toBe(3);
    await recallTransfer(system, { transferId: id });
    expect(await rowOf(id)).toMatchObject({ recall: "deleted" });
    const incoming = await incomingOf(id);
    expect(incomingState(incoming)).toBe("withdrawn");
    expect(await readdir(storage)).not.toContain(`incoming-${incoming.id}`);
    // And nothing comes after it.
    expect(await provider.replay()).toBe(409);
    const seen = await caseForSubject(holderCtx(personId), reference);
    expect([seen?.decision, seen?.events.at(-1)?.type]).toEqual(["cancelled", "transfer.recalled"]);
    expect(await revokeTransfer(holderCtx(personId), { transferId: id })).toMatchObject({ reason: "already-done" });
    const stranger = holderCtx(await makePerson());
    expect(await revokeTransfer(stranger, { transferId: id })).toMatchObject({ reason: "not-found" });
  });

  it("waits for the package before it holds the transfer, as whoever stops the package does", async () => {
    const { id } = await ready();
    const { packageId } = await rowOf(id);
    let revoked: ReturnType<typeof revokeTransfer> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`select 1 from packages where id = ${packageId} for update`;
      revoked = revokeTransfer(holderCtx(personId), { transferId: id });
      await until(lockAwaited);
      expect(await sql`select 1 from transfers where id = ${id} for update skip locked`).toHaveLength(1);
    });
    expect(await revoked).toMatchObject({ ok: true });
  });

  it("after it was taken over there, the receiver says so", async () => {
    const { id, incoming } = await arrived();
    await takeOver(incoming.id);
    expect(await revokeTransfer(holderCtx(personId), { transferId: id })).toMatchObject({ ok: true });
    await recallTransfer(system, { transferId: id });
    expect(await rowOf(id)).toMatchObject({ recall: "taken-over" });
  });

  it("before anything got through, the receiver knows of nothing", async () => {
    const { id } = await ready();
    provider.fault = ({ method }) => (method === "POST" ? "drop" : "none");
    await push(id);
    expect(await revokeTransfer(holderCtx(personId), { transferId: id })).toMatchObject({ ok: true });
    await recallTransfer(system, { transferId: id });
    expect(await rowOf(id)).toMatchObject({ recall: "unknown" });
  });
});

describe("somebody who is forgotten", () => {
  it("takes with them what waits for them and what is on its way", async () => {
    const { incoming } = await arrived();
    const open = await ready();
    await withTransaction(system, (tx) => forgetIncoming(tx, { id: personId, email: owner }));
    await expireIncoming(system);
    const [row] =
      await database.sql`select address_hash, address, wrapped_key, declined_at is not null as declined from incoming_transfers where id = ${incoming.id}`;
    expect(row).toEqual({ address_hash: null, address: null, wrapped_key: null, declined: true });
    expect(await readdir(storage)).not.toContain(`incoming-${incoming.id}`);
    expect(transferState(await rowOf(open.id))).toBe("revoked");
  });
});

describe("a person's own package", () => {
  const email = "max.brandt@lumen-lifts.example";
  const at = "2026-01-02T03:04:05Z";

  async function worker(): Promise<{ by: string; incoming: IncomingRow }> {
    const found = await findPlatformPerson(email);
    if (!found) throw new Error("the demo has no such person");
    const [known] = await database.sql`select id from people where email = ${email}`;
    const by =
      known?.id ??
      (await makePerson({
        email,
        platformUserId: found.userId,
        platformCompanyId: found.companyId,
        platformOwner: false,
      }));
    await database.sql`update people set platform_user_id = ${found.userId}, platform_company_id = ${found.companyId} where id = ${by}`;
    const { id } = await ready(undefined, { by, scope: "person" });
    await push(id);
    await check((await incomingOf(id)).id);
    await push(id);
    expect(transferState(await rowOf(id))).toBe("arrived");
    return { by, incoming: await incomingOf(id) };
  }
  /** The account that they have at the receiver, in another company. */
  async function account(): Promise<{ user: string; company: string }> {
    const [user, company] = [newId(), newId()];
    await there.query("insert into companies (id, name, created_at) values ($1, 'New employer', now())", [company]);
    await there.query(
      `insert into users (id, company_id, email, email_verified_at, full_name, role, password_hash, created_at)
       values ($1, $2, $3, now(), 'As here', 'technician', 'x', $4)`,
      [user, company, email, at],
    );
    return { user, company };
  }

  it("L8: becomes theirs in the company that they are in here, and what is not theirs alone stays out, each with its reason", async () => {
    const { by, incoming } = await worker();
    const whys = new Map(incoming.contents?.map(({ collection, skipped }) => [collection, skipped ?? null]));
    expect(whys.get("users")).toBe("account");
    expect(whys.get("companies")).toBe("company");
    expect(whys.get("work_orders")).toBe("shared");
    expect(whys.get("schedule_entries")).toBe("leans");
    expect(whys.get("devices")).toBeNull();
    const here = await account();
    expect(await acceptIncoming(holderCtx(by), { incomingId: incoming.id })).toEqual({ ok: true, value: undefined });
    const boss = "boss@employer.example";
    await there.query(
      `insert into users (id, company_id, email, email_verified_at, role, password_hash, created_at)
       values ($1, $2, $3, now(), 'owner', 'x', $4), ($5, $2, 'office@employer.example', now(), 'office', 'x', $4)`,
      [newId(), here.company, boss, at, newId()],
    );
    await provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
    const [done] = await withRead(system, (tx) =>
      tx.db.select().from(incomingTransfers).where(eq(incomingTransfers.id, incoming.id)),
    );
    if (!done) throw new Error("gone");
    expect([incomingState(done), done.importFailure]).toEqual(["imported", null]);
    expect(done.rowsImported).toBeGreaterThan(0);
    // Their account is as it was, nobody came with it, and everything that came is theirs.
    const { rows: users } = await there.query(
      "select id, full_name from users where email not like '%@employer.example'",
    );
    expect(users).toEqual([{ id: here.user, full_name: "As here" }]);
    expect((await there.query("select name from companies")).rows).toEqual([{ name: "New employer" }]);
    // The company's owner is told, and nobody else in it.
    const mails = await database.sql`select id, sealed from outgoing_mails
      where template = 'transfer-member' and idempotency_key like ${`transfer-member-${incoming.id}-%`}`;
    const told = mails.map((mail) => JSON.parse(openWithMaster(mailPlace(mail.id), mail.sealed)));
    expect(told).toEqual([
      {
        to: boss,
        props: {
          who: "As here",
          company: "New employer",
          origin: incoming.senderOrigin,
          rows: String(done.rowsImported),
        },
      },
    ]);
    const held = await there.query(
      `select (select count(*)::int from devices) as devices, (select count(*)::int from devices where user_id = $1) as own,
         (select count(*)::int from usage_events) as events,
         (select count(*)::int from usage_events where company_id = $2 and (user_id = $1 or user_id is null)) as ours`,
      [here.user, here.company],
    );
    const [row] = held.rows;
    expect(row.devices).toBeGreaterThan(0);
    expect(row.own).toBe(row.devices);
    expect(row.events).toBeGreaterThan(0);
    expect(row.ours).toBe(row.events);
    for (const name of ["work_orders", "clients", "schedule_entries", "notifications", "access_logs"])
      expect([name, (await there.query(`select 1 from ${name}`)).rows]).toEqual([name, []]);
  });

  it("waits for somebody who has no account here yet, and says so", async () => {
    const { by, incoming } = await worker();
    await database.sql`update people set platform_user_id = null, platform_company_id = null where id = ${by}`;
    expect(await acceptIncoming(holderCtx(by), { incomingId: incoming.id })).toEqual({
      ok: false,
      reason: "no-account-here",
    });
    expect(incomingState(incoming)).toBe("waiting");
    // And one that was lost in between refuses it, with a sentence.
    const found = await findPlatformPerson(email);
    await database.sql`update people set platform_user_id = ${found?.userId ?? null} where id = ${by}`;
    expect(await acceptIncoming(holderCtx(by), { incomingId: incoming.id })).toMatchObject({ ok: true });
    await provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
    const [row] = await database.sql`select import_failure from incoming_transfers where id = ${incoming.id}`;
    expect(row?.import_failure).toBe("no-account");
    const words = importWords("no-account", (name) => name);
    expect(words).toMatch(/no account here/);
  });
});

describe("R10: what never gets through", () => {
  const { tries } = config.transfers.receive;
  const state = async (id: string) => incomingState(await incomingOf(id));
  const away = () => {
    process.env.PLATFORM_IMPORTER_DATABASE_URL = "postgres://nobody@127.0.0.1:1/none";
  };

  it("an import is tried ever more seldom, and then ends: person and sender are told, nothing of it stays", async () => {
    const { id, incoming } = await arrived();
    expect(await acceptIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
    away();
    for (let nth = 1; nth <= tries; nth++) {
      expect(await state(id)).toBe("importing");
      // The queue sees each of them fail, so that the last one is a dead letter.
      await expect(importIncoming(system, { incomingId: incoming.id })).rejects.toThrow();
    }
    expect(await incomingOf(id)).toMatchObject({ importFailure: "never-through", wrappedKey: null, addressHash: null });
    expect(await state(id)).toBe("not-imported");
    expect(await readdir(storage)).not.toContain(`incoming-${incoming.id}`);
    const [queue] =
      await database.sql`select retry_limit, retry_backoff, dead_letter from pgboss.queue where name = 'transfer.import'`;
    expect(queue).toMatchObject({ retry_limit: tries - 1, retry_backoff: true, dead_letter: deadLetterQueue });
    const mails =
      await database.sql`select 1 from outgoing_mails where idempotency_key = ${`transfer-imported-${incoming.id}`}`;
    expect(mails).toHaveLength(1);
    const answer = await withRead(system, async (tx) => answerState(tx, await incomingOf(id)));
    expect(answer).toMatchObject({ state: "arrived", outcome: "not-taken-over" });
    // Once more, by a dead letter that is run again: nothing is left to do.
    await importIncoming(system, { incomingId: incoming.id });
  });

  it("also one whose worker fell at each try, and one of which nobody knows whether it lasted", async () => {
    for (const transaction of [null, "4711"]) {
      const { id, incoming } = await arrived();
      expect(await acceptIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
      await database.sql`delete from pgboss.job where name = 'transfer.import'`;
      await database.sql`update incoming_transfers set accepted_at = now() - interval '1 hour', fence = ${tries - 1},
        import_transaction = ${transaction} where id = ${incoming.id}`;
      if (transaction) away();
      await tendTransfers(system);
      expect(await state(id)).toBe("importing");
      await database.sql`delete from pgboss.job where name = 'transfer.import'`;
      await database.sql`update incoming_transfers set fence = ${tries} where id = ${incoming.id}`;
      await tendTransfers(system);
      expect((await incomingOf(id)).importFailure).toBe(transaction === null ? "never-through" : "unknown");
      expect(await readdir(storage)).not.toContain(`incoming-${incoming.id}`);
    }
  });

  it("a package that cannot be checked is refused after as many tries, and its sender is told", async () => {
    const { id } = await ready();
    await push(id);
    const { id: incomingId } = await incomingOf(id);
    away();
    for (let nth = 1; nth <= tries; nth++) {
      expect(await state(id)).toBe("checking");
      await expect(checkIncoming(system, { incomingId })).rejects.toThrow();
    }
    expect(await incomingOf(id)).toMatchObject({ refusal: "not-checked", wrappedKey: null });
    await push(id);
    expect(await rowOf(id)).toMatchObject({ lastFailure: "not-accepted" });
  });
});

describe("the import", () => {
  it("R2: given up after its last try, it is what the platform says of that try", async () => {
    for (const lasts of [false, true]) {
      const { id, incoming } = await arrived();
      expect(await acceptIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
      await database.sql`delete from pgboss.job where name = 'transfer.import'`;
      if (!lasts)
        onFaultPoint((name) => {
          if (name === "import.commit") throw new Error("died");
        });
      const run = provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
      await (lasts ? run : expect(run).rejects.toThrow("died"));
      onFaultPoint();
      // As if killed between the platform's commit and our note of it, or before that commit, at the last try.
      await database.sql`update incoming_transfers set imported_at = null, removed_at = null, wrapped_key = ${incoming.wrappedKey},
        accepted_at = now() - interval '1 hour', fence = ${config.transfers.receive.tries} where id = ${incoming.id}`;
      expect((await incomingOf(id)).importTransaction).not.toBeNull();
      await provider.asReceiver(() => tendTransfers(system));
      const row = await incomingOf(id);
      expect(row).toMatchObject({ importFailure: lasts ? null : "never-through", wrappedKey: null });
      expect(incomingState(row)).toBe(lasts ? "imported" : "not-imported");
      if (lasts) expect(row.rowsImported).toBeGreaterThan(0);
    }
  });

  it("R3: a try that was overtaken says nothing of what it met, which the newer one may have put there", async () => {
    const { id, incoming } = await arrived();
    expect(await acceptIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
    // It waits where one import waits for another, until the next one has begun and its rows are in.
    await there.query("begin; select pg_advisory_xact_lock(5136224908817405)");
    const overtaken = provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
    const refused = expect(overtaken).rejects.toThrow("overtaken");
    await until(async () => (await incomingOf(id)).fence === 1);
    await database.sql`update incoming_transfers set fence = 2, import_transaction = '4711' where id = ${incoming.id}`;
    await there.query("insert into companies (id, name, created_at) values ($1, 'Put in', now())", [
      subject.platformCompanyId,
    ]);
    await there.query("commit");
    await refused;
    expect(await incomingOf(id)).toMatchObject({ importFailure: null, importTransaction: "4711", removedAt: null });
    expect(await readdir(storage)).toContain(`incoming-${incoming.id}`);
  });

  it("R2: falls at any point and is in there once", async () => {
    const { id, incoming } = await arrived();
    expect(await acceptIncoming(holderCtx(personId), { incomingId: incoming.id })).toMatchObject({ ok: true });
    const run = () => provider.asReceiver(() => importIncoming(system, { incomingId: incoming.id }));
    onFaultPoint((name) => {
      if (name === "import.commit") throw new Error("died");
    });
    await expect(run()).rejects.toThrow("died");
    onFaultPoint();
    const { rows: none } = await there.query("select 1 from companies");
    expect(none).toEqual([]);
    // Between the platform's commit and our note of it.
    await run();
    await database.sql`update incoming_transfers set imported_at = null, removed_at = null,
      wrapped_key = ${incoming.wrappedKey} where id = ${incoming.id}`;
    await run();
    expect(incomingState(await incomingOf(id))).toBe("imported");
    const { rows } = await there.query("select count(*)::int as n from companies");
    expect(rows).toEqual([{ n: 1 }]);
  });
});
