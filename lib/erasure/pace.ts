import type pg from "pg";
import { connect } from "../data-map/connect";
import { quoted, tableName } from "../data-map/identifiers";
import type { System } from "../data-map/types";

/** How much one transaction takes, in rows, and how long one rests after it. */
export type Pace = { rows: number; restMs: number };

export const firstPace: Pace = { rows: 5000, restMs: 0 };
const most = 200_000;
const least = 100;

/**
 * How long Linux lets one process go on before another gets the processor. Whoever comes while every core is busy waits so long,
 * whatever keeps it busy, and resting does not change that.
 */
const sliceMs = 3;

/** How whoever deletes in batches goes on, as it learns. */
export type Going = {
  now: Pace;
  /** How long the probe's reader takes without us; null while unknown. */
  idleMs: number | null;
  /** Milliseconds that the newest transaction took on the platform. */
  took: number;
  /** When its place was last written down, by the process's own clock (`performance.now`). */
  notedAt: number;
};

export const firstSteps = (): Going => ({ now: firstPace, idleMs: null, took: 0, notedAt: performance.now() });

/**
 * The next step: up to four times as much while a transaction is quick, less once it is long; half as much, and a growing rest,
 * while others who read wait more than twice as long as without us.
 * @param took milliseconds of the last transaction
 * @param readerMs how long a reader took meanwhile, `idleMs` without us; null when unknown
 */
export function nextPace(
  { rows, restMs }: Pace,
  {
    took,
    readerMs,
    idleMs,
    target = 250,
  }: { took: number; readerMs: number | null; idleMs: number | null; target?: number },
): Pace {
  const bounded = (wanted: number) => Math.round(Math.min(most, Math.max(least, wanted)));
  if (readerMs !== null && idleMs !== null && readerMs > 2 * idleMs + sliceMs)
    return { rows: bounded(rows / 2), restMs: Math.min(5000, Math.max(2 * restMs, took / 4, 20)) };
  return {
    rows: bounded(rows * Math.min(4, Math.max(0.5, target / Math.max(took, 1)))),
    restMs: restMs < 20 ? 0 : restMs / 2,
  };
}

/** Somebody who reads one row, again and again, through the login for reading: what we do to others. */
export type Probe = {
  /** The 95th percentile in milliseconds since it was last asked; null for too few readings. */
  take(): number | null;
  stop(): Promise<void>;
};

/** Who asks how others fare, and what was learned of it. */
export type Paced = { probe: Probe; pace: Going };

/** How long a reader takes while nothing is done. */
export async function measureIdle({ probe, pace }: Paced): Promise<void> {
  probe.take();
  await new Promise((done) => setTimeout(done, 300));
  pace.idleMs = probe.take();
}

/** Lets others go first when they wait because of us. What they take while we rest is what they take without us. */
export async function rest({ probe, pace }: Paced): Promise<void> {
  pace.now = nextPace(pace.now, { took: pace.took, readerMs: probe.take(), idleMs: pace.idleMs });
  if (pace.now.restMs === 0) return;
  await new Promise((done) => setTimeout(done, pace.now.restMs));
  const resting = probe.take();
  if (resting !== null && pace.now.restMs >= 100) pace.idleMs = resting;
}

/** A probe that measures nothing, for what disturbs nobody. */
export const noProbe: Probe = { take: () => null, stop: async () => {} };

const everyMs = 8;

export async function startProbe(system: System): Promise<Probe> {
  const client = await connect(system.url(), "probe", "set statement_timeout = '5s'");
  const query = await probeQuery(client, system);
  let taken: number[] = [];
  let going = true;
  const loop = (async () => {
    while (going) {
      const start = performance.now();
      const answered = await client.query(query).then(
        () => true,
        () => false,
      );
      if (answered) taken.push(performance.now() - start);
      if (going) await new Promise((done) => setTimeout(done, answered ? everyMs : 1000));
    }
  })();
  return {
    take() {
      const sorted = taken.sort((a, b) => a - b);
      taken = [];
      return sorted.length < 5 ? null : (sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null);
    },
    async stop() {
      going = false;
      // Ended under a statement that still waits, such as for a table that somebody holds: nobody waits for that.
      await client.end().catch(() => {});
      await loop;
    },
  };
}

/** One row by its key; where there is none, just an answer. */
async function probeQuery(client: pg.Client, { collections, person }: System) {
  const known =
    collections.find(({ name }) => name === person?.collection) ?? collections.find((one) => one.primaryKey.length > 0);
  if (!known || known.primaryKey.length === 0) return { text: "select 1" };
  const keys = known.primaryKey.map((name) => `t.${quoted(name)}`);
  const { rows } = await client
    .query<{ keys: string[] }>(
      `select array[${keys.map((key) => `${key}::text`).join(", ")}] as keys from ${tableName(known)} t limit 1`,
    )
    .catch(() => ({ rows: [] }));
  const [one] = rows;
  if (!one) return { text: "select 1" };
  return {
    name: "probe",
    text: `select 1 from ${tableName(known)} t where ${keys.map((key, at) => `${key} = $${at + 1}`).join(" and ")}`,
    values: one.keys,
  };
}
