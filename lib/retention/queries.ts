import { desc, eq, inArray } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { type Ctx, systemCtx } from "../context";
import { collectionLabel } from "../data-map/collection-label";
import { dataMap, homeSystem } from "../data-map/load";
import { retentionCanaries, retentionRuns, type retentionSweeps } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { endsWithPerson } from "../erasure/kept-until";
import { periodInWords } from "../in-words";
import { graceHours, ownSystem, type PeriodStanding, periodStandings } from "../policy/kept-periods";
import { inForceIn } from "../policy/queries";
import { valuesOf } from "../policy/values";
import type { Run } from "./ledger";
import { nextRun } from "./next-run";
import { ownRules } from "./own-rules";
import { rulesOf } from "./rules";

export type RunView = Omit<Run, "progress" | "waitingFor"> & {
  label: string;
  /** How many of those that wait do so for rows of what. */
  waitsFor: { label: string; rows: number }[];
};
export type SweepView = typeof retentionSweeps.$inferSelect & { runs: RunView[] };

export type RuleView = {
  name: string;
  label: string;
  /** Such as "2 years". */
  period: string;
  /** Such as "after creation". */
  from: string;
  standing: PeriodStanding | null;
  /** When the row planted for it is due; null while none lies there. */
  canary: Temporal.Instant | null;
  /** Of the last sweep that ended, collection by collection. */
  runs: RunView[];
  /** Those of them whose ages tell of different rows or accounts, so that they add up. */
  aged: RunView[];
};

export type OwnView = {
  name: string;
  label: string;
  period: string;
  from: string;
  run: RunView | null;
  late: string | null;
};

export type RetentionView = {
  now: Temporal.Instant;
  next: Temporal.Instant | null;
  rules: RuleView[];
  own: OwnView[];
};

const labelOf = (system: string, collection: string): string =>
  system === ownSystem
    ? (ownRules.find(({ name }) => name === collection)?.label ?? "Planted row")
    : collectionLabel(system, collection);

function viewOf({ progress: _progress, waitingFor, ...run }: Run): RunView {
  const waitsFor = Object.entries(waitingFor ?? {}).map(([name, rows]) => ({ label: labelOf(run.system, name), rows }));
  return { ...run, label: labelOf(run.system, run.collection), waitsFor };
}

/** Every rule with how it stands. Counts by collection alone, of nobody, which is why it may read as the system for a public page. */
export function retentionNow(clock?: () => Temporal.Instant): Promise<RetentionView> {
  return withRead(systemCtx("public:retention", clock), async (tx) => {
    const values = valuesOf((await inForceIn(tx))?.number ?? 0);
    const standings = await periodStandings(tx);
    const canaries = await tx.db.select().from(retentionCanaries);
    const [last] = await sweepsIn(tx, "sweep", 1, true);
    const rules = rulesOf(values).map((rule): RuleView => {
      const runs = last?.runs.filter((run) => run.rule === rule.name && run.system !== ownSystem) ?? [];
      const aged = runs.filter(({ ages }) => ages);
      return {
        ...{ name: rule.name, label: rule.label, period: periodInWords(rule.period), from: `after ${rule.from}`, runs },
        standing: standings.get(rule.name) ?? null,
        canary: canaries.find((one) => one.rule === rule.name)?.dueAt ?? null,
        aged: rule.from === "creation" ? aged : oneOfEach(aged),
      };
    });
    return { now: tx.now, next: nextRun(config.sweep.cron, tx.now), rules, own: await ownIn(tx) };
  });
}

/** Where rows end with accounts, each collection tells of all people, or of all companies. */
function oneOfEach(aged: readonly RunView[]): RunView[] {
  const home = homeSystem();
  const ofPeople = (run: RunView) => {
    const { collections = [] } = dataMap().systems.find(({ name }) => name === run.system) ?? {};
    return collections.some((one) => one.name === run.collection && endsWithPerson(home, one));
  };
  return [...Map.groupBy(aged, ofPeople).values()].flatMap(([first]) => first ?? []);
}

/** What did not go on time, and why, a sentence each. */
export const lateIn = ({ rules, own }: Pick<RetentionView, "rules" | "own">): string[] =>
  [...rules.map(({ label, standing }) => ({ label, late: standing?.late })), ...own].flatMap(({ label, late }) =>
    late ? [`${label}: ${late}`] : [],
  );

async function ownIn(tx: Tx): Promise<OwnView[]> {
  const [last, before] = await sweepsIn(tx, "own", 2, true);
  return ownRules.map(({ name, label, period, from }): OwnView => {
    const of = (sweep: SweepView | undefined) => sweep?.runs.find((run) => run.rule === name) ?? null;
    const run = of(last);
    const finished = last?.finishedAt;
    const isOld = finished && Temporal.Instant.compare(finished.add({ hours: graceHours }), tx.now) < 0;
    const isLeft = (run?.leftOver ?? 0) > 0 && (of(before)?.leftOver ?? 0) > 0;
    const late = isOld
      ? `Nobody has looked in the last ${graceHours} hours.`
      : (run?.failure ?? (isLeft ? "What was due could not be deleted twice in a row." : null));
    return { name, label, period: periodInWords(period), from: `after ${from}`, run, late };
  });
}

async function sweepsIn(tx: Tx, kind: SweepView["kind"], limit: number, ended = false): Promise<SweepView[]> {
  const sweeps = await tx.db.query.retentionSweeps.findMany({
    where: (t, { and: both, eq: is, isNotNull, isNull }) =>
      both(is(t.kind, kind), ended ? isNotNull(t.finishedAt) : undefined, ended ? isNull(t.failedAt) : undefined),
    orderBy: (t) => [desc(t.at), desc(t.id)],
    limit,
  });
  if (sweeps.length === 0) return [];
  const runs = await tx.db
    .select()
    .from(retentionRuns)
    .where(
      inArray(
        retentionRuns.sweepId,
        sweeps.map(({ id }) => id),
      ),
    )
    .orderBy(retentionRuns.rule, retentionRuns.collection);
  return sweeps.map((sweep) => ({
    ...sweep,
    runs: runs.filter(({ sweepId }) => sweepId === sweep.id).map(viewOf),
  }));
}

/** The last sweeps, newest first, for staff of every role; nothing for anybody else. */
export async function lastSweeps(ctx: Ctx, limit = 10): Promise<SweepView[]> {
  if (ctx.actor.kind !== "staff") return [];
  return withRead(ctx, (tx) => sweepsIn(tx, "sweep", limit));
}

/** The newest dry run, done or not; for staff. */
export async function lastPreview(ctx: Ctx): Promise<SweepView | null> {
  if (ctx.actor.kind !== "staff") return null;
  return withRead(ctx, async (tx) => (await sweepsIn(tx, "dry-run", 1))[0] ?? null);
}

/** One sweep or dry run, for the command line. */
export async function sweepById(ctx: Ctx, sweepId: string): Promise<RunView[]> {
  if (ctx.actor.kind !== "system") return [];
  return withRead(ctx, async (tx) => {
    const runs = await tx.db
      .select()
      .from(retentionRuns)
      .where(eq(retentionRuns.sweepId, sweepId))
      .orderBy(retentionRuns.rule, retentionRuns.collection);
    return runs.map(viewOf);
  });
}
