import { config } from "../../trust-center.config";
import { cutoffOf, dueAt } from "../calendar";
import type { Ctx } from "../context";
import type { Collection, System } from "../data-map/types";
import { retentionCanaries } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { env } from "../env";
import type { Catalog } from "../erasure/catalog";
import { firstSteps, noProbe } from "../erasure/pace";
import { newId } from "../ids";
import { ownSystem } from "../policy/kept-periods";
import { connectSweeper } from "./connect-sweeper";
import { finishRun, openRun, type Sweep } from "./ledger";
import type { RetentionRule } from "./rules";
import { sweepCollection } from "./sweep-collection";
import type { SweepOptions } from "./sweep-system";

export const canaryCollection = "retention_canaries";

/**
 * The planted rows of one rule, as a map would describe them: what sweeps the platform sweeps them, by the same periods, cutoffs
 * and batches. Only the platform's own login is missing, through which nothing may be planted there.
 */
function canaries(rule: RetentionRule): System {
  const table = { schema: "public", name: canaryCollection };
  const collection: Collection = {
    ...{ name: canaryCollection, table, label: "Canary", description: "", dataCategories: [], fields: [] },
    ...{ policyCategory: "collect.usage", role: "owner", scope: "both", companyField: null, retention: rule.name },
    ...{ since: "since", exported: false, primaryKey: ["id"], open: null },
    erasure: { person: { action: "delete" }, company: { action: "delete" } },
  };
  return {
    ...{
      name: ownSystem,
      label: "Trust center",
      description: "",
      url: () => env().DATABASE_URL,
      person: null,
      company: null,
    },
    ...{ eraser: null, outbox: null, collections: [collection], edges: [], impersonal: [], ignoredSchemas: [] },
  };
}

const since = { type: "timestamp with time zone", base: "timestamp with time zone", length: null, required: true };
const catalog: Catalog = {
  columns: new Map([[canaryCollection, new Map([["since", { ...since, generated: false, array: false }]])]]),
  views: new Set(),
  materialised: [],
  uniques: new Map(),
  foreignKeys: [],
  hasTriggers: false,
  actsOnDelete: new Set(),
  actsOnStatements: new Set(),
  hasHeirs: false,
};

/** Sweeps the canary of every rule, then plants the next, which is due half-way to the next sweep. */
export async function sweepCanaries(ctx: Ctx, sweep: Sweep, { rules, zone, signal }: SweepOptions): Promise<void> {
  const client = await connectSweeper(env().DATABASE_URL, "-c role=tc_worker -c tc.actor=system");
  try {
    for (const rule of rules) {
      const system = canaries(rule);
      const [collection] = system.collections;
      if (!collection) continue;
      const cutoff = cutoffOf(sweep.at, rule.period, zone);
      const run = await openRun(ctx, sweep, {
        system: ownSystem,
        rule: rule.name,
        collection: canaryCollection,
        cutoff,
      });
      if (run.finishedAt) continue;
      const start = performance.now();
      await client.query("select set_config('tc.canary', $1, false)", [rule.name]);
      await sweepCollection(
        {
          ...{ ctx, sweep, system, url: env().DATABASE_URL, client, catalog, links: [], zone, signal },
          ...{ kept: null, probe: noProbe, pace: firstSteps() },
          only: "p.rule = current_setting('tc.canary')",
        },
        { collection, rule, run, cutoff },
      );
      await finishRun(ctx, sweep, run.id, { took: performance.now() - start });
    }
  } finally {
    await client.end().catch(() => {});
  }
  await plant(ctx, sweep, rules, zone);
}

async function plant(ctx: Ctx, sweep: Sweep, rules: readonly RetentionRule[], zone: string): Promise<void> {
  const due = sweep.at.add({ minutes: config.sweep.everyHours * 30 });
  await withTransaction(ctx, async (tx) => {
    for (const rule of rules) {
      const began = cutoffOf(due, rule.period, zone);
      await tx.db
        .insert(retentionCanaries)
        .values({
          id: newId(),
          rule: rule.name,
          since: began,
          dueAt: dueAt(began, rule.period, zone),
          plantedAt: sweep.at,
        })
        .onConflictDoNothing();
    }
  });
}
