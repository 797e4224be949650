import { and, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import {
  clientIdentities,
  findClient,
  isSomebodysClient,
  knowsClients,
  needsClientRow,
  type PlatformClient,
} from "../data-map/find-clients";
import { dataMap, homeSystem } from "../data-map/load";
import type { System } from "../data-map/types";
import { clientErasures, people } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { textArray } from "../db/types";
import { ErasureRefused } from "../erasure/catalog";
import { neededEraserUrl } from "../erasure/eraser-url";
import { type Fate, sumOf } from "../erasure/execute";
import { hasLasted } from "../erasure/lasting";
import { ErasurePutOff } from "../erasure/one-at-a-time";
import { putOff } from "../erasure/put-off";
import { type ErasureOrder, eraseInSystem, type Outcome } from "../erasure/run-system";
import { stoppedBy } from "../erasure/stopped-by";
import { faultPoint } from "../faults";
import { keptBack, refuseNewHold, type StandingHolds, standingNow } from "../holds/kept-back";
import { queueMail } from "../mail/queue-mail";
import { suppress } from "../suppression/suppress";
import { clientOrders } from "./client-order";

type Run = typeof clientErasures.$inferSelect;

/**
 * Job: erases one client of a company in every system of the data map that is about clients, in one transaction each, the platform last. What is about to last is noted here before, so
 * that a run that fell in between is neither done twice nor forgotten, and searched once more (R2).
 * While another erasure is in the way it comes back a little later.
 * @throws what stopped it, for the queue to try again: nothing was changed
 */
export async function eraseClient(ctx: Ctx, { erasureId }: { erasureId: string }): Promise<void> {
  const begun = await withTransaction(ctx, async (tx) => {
    const [run] = await tx.db
      .update(clientErasures)
      .set({ attempt: sql`${clientErasures.attempt} + 1`, failedAt: null, failure: null })
      .where(and(eq(clientErasures.id, erasureId), isNull(clientErasures.finishedAt)))
      .returning();
    if (!run) return null;
    const before = and(eq(clientErasures.companyId, run.companyId), eq(clientErasures.clientId, run.clientId));
    const isAgain = (await tx.db.$count(clientErasures, and(before, isNotNull(clientErasures.finishedAt)))) > 0;
    return { run, isAgain, standing: await standingNow(tx), kept: await keptBack(tx, "erasure") };
  });
  if (!begun) return;
  const { run, isAgain, kept, standing } = begun;
  const mine = and(eq(clientErasures.id, run.id), eq(clientErasures.attempt, run.attempt));
  try {
    const home = homeSystem();
    if (!knowsClients(home)) throw new ErasureRefused(`${home.name}: the data map names no clients (any more)`);
    neededEraserUrl(home);
    const lasted = await earlierOf(run, home, true);
    // Whose client it is, is asked of the platform again, after what stands in their row: both are there, or neither counts.
    const identities = await clientIdentities(run.companyId, run.clientId);
    const known = await findClient(run.companyId, run.clientId);
    // One that the company removed meanwhile leaves nothing to do there; another company's is not this one's to erase.
    const theirs = known !== null || !(await isSomebodysClient(run.clientId));
    if (theirs) await listClient(ctx, run, known, identities);
    const orders = theirs ? await clientOrders(dataMap(), run, identities, kept) : [];
    const lost: string[] = [];
    for (const order of orders) {
      const { system } = order;
      const isHome = system.name === home.name;
      const earlier = isHome ? lasted : await earlierOf(run, system, false);
      // What an order before this one left to a hold is found by the client's id, whatever else that order took.
      if (!known && !isHome && !isAgain && needsClientRow(system)) {
        if (!earlier) lost.push(system.name);
      } else if (known || !isHome || earlier) await inOneSystem(ctx, { mine, standing, isHome, earlier }, order);
    }
    if (lost.length > 0)
      throw new ErasureRefused(
        `${lost.join(", ")}: the client's row is gone from the platform, and with it the address by which they are found there`,
      );
    if (!known && !lasted) await prepare(ctx, { mine, standing }, { fates: [], transaction: null });
    await faultPoint("client.lasting");
    await withTransaction(ctx, (tx) => finish(tx, run));
  } catch (error) {
    if (error instanceof ErasurePutOff) return putOff(ctx, "client.erase", { erasureId }, erasureId);
    const failure = stoppedBy(error);
    await withTransaction(ctx, async (tx) => {
      await tx.db
        .update(clientErasures)
        .set({ failedAt: tx.now, failure })
        .where(and(mine, isNull(clientErasures.finishedAt)));
    });
    throw new Error(failure);
  }
}

/** So that no restore brings them back: before anything lasts, and again when more is known (R9). */
const listClient = (ctx: Ctx, run: Run, known: PlatformClient | null, identities: ReadonlyMap<string, string[]>) =>
  suppress(ctx, {
    ...{ reference: run.id, scope: "client", system: homeSystem().name, members: null, identities },
    ...{ person: run.clientId, company: run.companyId, marks: known ? [known.name, known.email ?? []].flat() : [] },
  });

/** What other systems did, by their name. */
export type Elsewhere = Record<string, Noted>;

type Noted = { fates: Fate[]; transaction: string };

/** What lasts there of an earlier attempt. */
async function earlierOf(run: Run, system: System, isHome: boolean): Promise<Noted | null> {
  const home = run.transaction === null ? null : { fates: (run.fates ?? []) as Fate[], transaction: run.transaction };
  const noted = isHome ? home : ((run.elsewhere ?? {}) as Elsewhere)[system.name];
  return noted && (await hasLasted(neededEraserUrl(system), noted.transaction)) ? noted : null;
}

/** One system; what lasts there of an earlier attempt is counted, and searched once more. */
async function inOneSystem(
  ctx: Ctx,
  { isHome, earlier, ...attempt }: Attempt & { isHome: boolean; earlier: Noted | null },
  order: ErasureOrder,
): Promise<void> {
  const { name } = order.system;
  const valuesOf = ({ fates, transaction, keptBy = [] }: Noted & Pick<Outcome, "keptBy">) => ({
    // Each system's are added to the others'.
    keptBy: sql`array(select distinct unnest(${clientErasures.keptBy} || ${textArray(keptBy)}))`,
    ...(isHome
      ? { fates, transaction }
      : {
          elsewhere: sql`coalesce(${clientErasures.elsewhere}, '{}') || ${JSON.stringify({ [name]: { fates, transaction } })}::text::jsonb`,
        }),
  });
  // A later pass may not last: until it does, what does is what the next attempt goes on from.
  const before = (outcome: Noted, lasting: Noted | null) => prepare(ctx, attempt, valuesOf(lasting ?? outcome));
  const outcome = await eraseInSystem(neededEraserUrl(order.system), order, before, earlier);
  await withTransaction(ctx, (tx) => note(tx, attempt.mine, valuesOf(outcome)));
}

type Attempt = { mine: ReturnType<typeof and>; standing: StandingHolds };

type Values = { keptBy?: SQL } & ({ fates: Fate[]; transaction: string | null } | { elsewhere: SQL });

async function prepare(ctx: Ctx, { mine, standing }: Attempt, values: Values): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    await refuseNewHold(tx, standing);
    await note(tx, mine, values);
  });
  await faultPoint("client.prepared");
}

async function note(tx: Tx, mine: Attempt["mine"], values: Values): Promise<void> {
  const { count } = await tx.db.update(clientErasures).set(values).where(mine);
  if (count === 0) throw new Error("another attempt at this erasure took over");
}

async function finish(tx: Tx, { id, companyId }: Run): Promise<void> {
  const [run] = await tx.db
    .update(clientErasures)
    .set({ finishedAt: tx.now })
    .where(and(eq(clientErasures.id, id), isNull(clientErasures.finishedAt)))
    .returning();
  if (!run) return;
  const others = Object.values((run.elsewhere ?? {}) as Elsewhere).flatMap(({ fates }) => fates);
  const sums = sumOf([...others, ...((run.fates ?? []) as Fate[])]);
  await recordAudit(tx, {
    action: "client.erased",
    object: { type: "client-erasure", id },
    payload: { company: companyId, ...sums },
  });
  const [owner] = run.orderedBy ? await tx.db.select().from(people).where(eq(people.id, run.orderedBy)) : [];
  if (owner && !owner.erasedAt)
    await queueMail(tx, {
      ...{ template: "client-erased", to: owner.email, personId: owner.id, kind: "security" },
      props: { deleted: sums.deleted, emptied: sums.anonymised + sums.reduced, held: sums.held },
      idempotencyKey: `client-erased-${id}`,
    });
}
