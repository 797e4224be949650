import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { type Holder, streamAudience } from "../data-map/audience";
import { notices, policyVersions } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { enqueue } from "../jobs/queue";
import { newAddressKey, openAddressKey } from "./address";
import { lockNotice, type Notice } from "./claim-batch";
import { keepWording } from "./keep-wording";
import { batchSize, ledgerRows, type Press, storeRows } from "./ledger-rows";
import { mailWriter } from "./mail-writer";
import { toldPeople } from "./told-people";
import { writeContents } from "./write-contents";

type Audience = () => AsyncIterable<Holder[]>;

/** So many people at a time are in memory, written, and stored in one transaction. */
const slice = 5 * batchSize;

/**
 * Takes the list of recipients from the platform, one ledger row each, with every mail's bytes frozen in
 * batches of 100, and only when all stand there lets the delivery begin (R4). Memory stays flat whatever
 * their number. The list is of one moment: killed before its end, the next run throws away what there is
 * and takes it anew. Runs take a number; one that was overtaken writes nothing (R3). Run again when the
 * delivery has begun, it changes nothing.
 * @param audience where the holders come from; tests give their own
 */
export async function freezeRecipients(
  ctx: Ctx,
  { noticeId }: { noticeId: string },
  audience?: Audience,
): Promise<void> {
  const run = await takeOver(ctx, noticeId);
  if (!run) return;
  await dropUnfinished(ctx, noticeId);
  const press = await preparePress(ctx, run);
  const ledger = new Ledger(ctx, press, run.fence);
  for await (const people of slices(audience ? audience() : audienceOf(ctx, run))) {
    if (!(await ledger.add(people))) return;
    await faultPoint("notice.recipients");
  }
  if (!(await ledger.settled())) return;
  await keepWording(ctx, noticeId);
  // A million rows more than the planner knows of; everything after this asks about them.
  await withTransaction(ctx, (tx) => tx.db.execute(sql`analyze notice_recipients, notice_batches`));
  await faultPoint("notice.listed");
  if (await close(ctx, run, ledger.counts)) await faultPoint("notice.frozen");
}

type Run = Notice & { addressKey: Buffer; effectiveAt: Temporal.Instant };

/** The notice under this run's number; null when there is nothing left to freeze. */
function takeOver(ctx: Ctx, noticeId: string): Promise<Run | null> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice || notice.stoppedAt || notice.startedAt) return null;
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, notice.versionId));
    if (!version?.effectiveAt) return null;
    const values = { fence: notice.fence + 1, addressKey: notice.addressKey ?? newAddressKey(noticeId) };
    await tx.db.update(notices).set(values).where(eq(notices.id, noticeId));
    return { ...notice, ...values, effectiveAt: version.effectiveAt };
  });
}

/** What a run that died left behind; nothing of it was sent, since no delivery begins before all is frozen. */
async function dropUnfinished(ctx: Ctx, noticeId: string): Promise<void> {
  const drop = (what: SQL) => withTransaction(ctx, (tx) => tx.db.execute(what));
  await drop(sql`delete from notice_recipients where notice_id = ${noticeId}`);
  await drop(sql`delete from notice_batches where notice_id = ${noticeId}`);
}

async function preparePress(ctx: Ctx, run: Run): Promise<Press> {
  const contents = await writeContents(ctx, run);
  return {
    noticeId: run.id,
    addressKey: openAddressKey(run.id, run.addressKey),
    writers: new Map(contents.map((one) => [one.language, mailWriter(one, run.id, run.effectiveAt)])),
  };
}

/** Everybody who holds an account; of a withdrawal, those whom the announcement may have reached. */
const audienceOf = (ctx: Ctx, { kind, versionId }: Run): AsyncIterable<Holder[]> =>
  kind === "withdrawal" ? toldPeople(ctx, versionId) : streamAudience();

/** Evens out what the audience gives: slices, and with them batches, are as large as they may be. */
async function* slices(audience: AsyncIterable<Holder[]>): AsyncGenerator<Holder[]> {
  let waiting: Holder[] = [];
  for await (const people of audience) {
    waiting = waiting.concat(people);
    while (waiting.length >= slice) yield waiting.splice(0, slice);
  }
  if (waiting.length > 0) yield waiting;
}

/** Stores one slice while the next is being written. */
class Ledger {
  readonly counts = { recipients: 0, unreachable: 0, batches: 0 };
  readonly #ctx: Ctx;
  readonly #press: Press;
  readonly #fence: number;
  #storing: Promise<boolean> = Promise.resolve(true);

  constructor(ctx: Ctx, press: Press, fence: number) {
    this.#ctx = ctx;
    this.#press = press;
    this.#fence = fence;
  }

  /** @returns false when this run was overtaken or the notice stopped */
  async add(people: Holder[]): Promise<boolean> {
    const made = ledgerRows(this.#press, people, this.counts.batches);
    this.counts.recipients += made.rows.length;
    this.counts.unreachable += made.rows.filter((row) => row.batch === null).length;
    this.counts.batches += made.batches.length;
    if (!(await this.#storing)) return false;
    this.#storing = withTransaction(this.#ctx, async (tx) => {
      if (!(await holds(tx, this.#press.noticeId, this.#fence))) return false;
      await storeRows(tx, this.#press.noticeId, made);
      return true;
    });
    // Whoever waits for it next gets the failure; it must not count as nobody's until then.
    this.#storing.catch(() => {});
    return true;
  }

  settled = (): Promise<boolean> => this.#storing;
}

/** Shared, so that an officer's pause waits for a slice at most. */
async function holds(tx: Tx, noticeId: string, fence: number): Promise<boolean> {
  const [notice] = await tx.db
    .select({ id: notices.id })
    .from(notices)
    .where(
      and(eq(notices.id, noticeId), eq(notices.fence, fence), isNull(notices.stoppedAt), isNull(notices.startedAt)),
    )
    .for("share");
  return notice !== undefined;
}

/** Nobody is added from here on: the list, the audit entry and the delivery's job come to be together (R1). */
function close(ctx: Ctx, run: Run, counts: Ledger["counts"]): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    const notice = await lockNotice(tx, run.id, run.fence);
    if (!notice || notice.stoppedAt || notice.startedAt) return false;
    await tx.db.update(notices).set({ frozenAt: tx.now, startedAt: tx.now }).where(eq(notices.id, run.id));
    // Two accounts with one address are owed a mail each: the promise is to account holders, not to mailboxes.
    const [shared] = await tx.db.execute<{ rows: number }>(sql`
      select coalesce(sum(n), 0)::int as rows from (
        select count(*) as n from notice_recipients where notice_id = ${run.id} group by address_hash having count(*) > 1) a`);
    await recordAudit(tx, {
      action: "notice.frozen",
      object: { type: "notice", id: run.id },
      payload: { ...counts, sharingAnAddress: shared?.rows ?? 0 },
    });
    await enqueue(tx, "notice.deliver", { noticeId: run.id });
    return true;
  });
}
